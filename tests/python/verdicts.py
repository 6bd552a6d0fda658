"""Asks a running verifier for verdicts, and prints its answers as one JSON object.

usage: verdicts.py HOST:PORT

Nothing of the contract is built in but names: messages and methods come from server reflection.
"""

import json
import sys

import grpc
from google.protobuf import descriptor_pool, json_format, message_factory
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import (
    ProtoReflectionDescriptorDatabase,
)

SERVICE = "synthsmith.verifier.v1.VerifierService"
DEADLINE_SECONDS = 120

TESTS = [{"input": b"19 23\n", "expected_output": b"42\n"}]
# So much wall-clock time that on a busy machine, too, it is CPU time that a slow program runs out of.
LIMITS = {"cpu_time": {"seconds": 1}, "wall_time": {"seconds": 100}, "memory_bytes": 128 << 20}
PROGRAMS = {
    "right": ("python3", "print(sum(map(int, input().split())))"),
    "right in C++": (
        "cpp17",
        "#include <iostream>\nint main() { long a, b; std::cin >> a >> b; std::cout << a + b << '\\n'; }",
    ),
    "wrong": ("python3", "a, b = map(int, input().split())\nprint(a - b)"),
    "slow": ("python3", "while True:\n    pass"),
    "crashing": ("python3", "print([][len(input())])"),
    "crashing in C++": ("cpp17", "int main() { volatile int *nowhere = nullptr; return *nowhere; }"),
    "memory-hungry": ("python3", "print(len(bytearray(b'x') * (1 << 30)))"),
    "not C++": ("cpp17", "def main(): pass"),
}


class Service:
    """A service's methods, as the server describes them."""

    def __init__(self, channel, name):
        database = ProtoReflectionDescriptorDatabase(channel)
        self.all_services = sorted(database.get_services())
        self._channel = channel
        self._service = descriptor_pool.DescriptorPool(database).FindServiceByName(name)
        self.methods = sorted(method.name for method in self._service.methods)

    def unary(self, name, **fields):
        call, request = self._call(self._channel.unary_unary, name, fields)
        return call(request, timeout=DEADLINE_SECONDS)

    def begin(self, name, **fields):
        call, request = self._call(self._channel.unary_unary, name, fields)
        return call.future(request, timeout=DEADLINE_SECONDS)

    def stream(self, name, **fields):
        call, request = self._call(self._channel.unary_stream, name, fields)
        return call(request, timeout=DEADLINE_SECONDS)

    def _call(self, kind, name, fields):
        method = self._service.FindMethodByName(name)
        request = message_factory.GetMessageClass(method.input_type)(**fields)
        response = message_factory.GetMessageClass(method.output_type)
        call = kind(
            f"/{self._service.full_name}/{name}",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=response.FromString,
        )
        return call, request


def judge(service, language, source):
    program = {"language": language, "source": source}
    answer = service.unary("JudgeProgram", program=program, tests=TESTS, limits=LIMITS)
    return json_format.MessageToDict(answer)


def execute(service):
    program = {"language": "python3", "source": "print(len(input()))"}
    inputs = [b"seven..", b"", b"four"]
    events = service.stream(
        "ExecuteProgram", program=program, inputs=inputs, limits=LIMITS, returned_output_bytes=64
    )
    return [json_format.MessageToDict(event) for event in events]


def refusal(service):
    try:
        judge(service, "a language that nobody has", "")
    except grpc.RpcError as error:
        return {"code": error.code().name, "message": error.details()}
    return None


def main(address):
    # A proxy of the environment has no business between two processes of one machine.
    with grpc.insecure_channel(address, options=[("grpc.enable_http_proxy", 0)]) as channel:
        service = Service(channel, SERVICE)
        answers = {
            "services": service.all_services,
            "methods": service.methods,
            "judged": {name: judge(service, *program) for name, program in PROGRAMS.items()},
            "executed": execute(service),
            "refused": refusal(service),
        }
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
