"""Has a running verifier judge many programs in cells on a suite that it is sent once; prints how many got which verdict.

usage: judgements.py HOST:PORT COUNT

Every other program is wrong. So many judgements are under way at a time as the verifier has room for in its queue.
"""

import collections
import json
import sys

import grpc

from verdicts import LIMITS, SERVICE, TESTS, Service

IN_FLIGHT = 64
WORDS = {0: "+", 1: "-"}


def begin(service, suite, number):
    source = f"a, b = map(int, input().split())\nprint(a {WORDS[number % 2]} b)  # {number}"
    return service.begin(
        "JudgeProgram",
        program={"language": "python3", "source": source},
        test_suite_digest=suite,
        limits=LIMITS,
        isolation="ISOLATION_CELL",
        batch="judgements",
    )


def judged(service, count):
    suite = service.unary("PutTestSuite", tests=TESTS).digest
    under_way = collections.deque()
    verdicts = []
    for number in range(count):
        if len(under_way) == IN_FLIGHT:
            verdicts.append(under_way.popleft().result().verdict)
        under_way.append(begin(service, suite, number))
    verdicts.extend(future.result().verdict for future in under_way)
    return verdicts


def main(address, count):
    with grpc.insecure_channel(address, options=[("grpc.enable_http_proxy", 0)]) as channel:
        verdicts = judged(Service(channel, SERVICE), int(count))
    # In the order in which they were asked for.
    json.dump({"even": verdicts[::2], "odd": verdicts[1::2]}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
