"""Two verifiers behind one address."""

import asyncio
import os
import signal
import unittest

from services import REPLICAS, needs_replicas

from synthsmith import Fault, Program, Test, TestSuite, Verdict, Verifier
from synthsmith.rewards import RewardUnknown
from synthsmith.rewards.verl import compute_score

CALLS = 12
ECHO = Program("python3", "print(input())")
SLEEPY = "```python\nimport time\ntime.sleep({})\nprint(1)\n```"


@needs_replicas
class Replicas(unittest.IsolatedAsyncioTestCase):
    """One test, since each step takes a replica away. The variable has two times an address and a process."""

    async def test_calls_spread_and_the_loss_of_one_costs_none_and_the_loss_of_both_is_no_reward(self):
        one, process_of_one, two, process_of_two = REPLICAS.split()
        address = f"http://{one},{two}"
        async with Verifier(address) as verifier:
            # That a suite is known at one only is noticed, and mended, by the other.
            suite = TestSuite([Test("7\n", "7\n")])
            judgements = await asyncio.gather(*(verifier.judge(ECHO, suite) for _ in range(CALLS)))
            self.assertTrue(all(judgement.verdict is Verdict.AC for judgement in judgements))
            self.assertEqual(await self.known_by(one, suite), True)
            self.assertEqual(await self.known_by(two, suite), True)

            calls = [asyncio.create_task(verifier.judge(ECHO, [Test("7\n", "7\n")])) for _ in range(CALLS)]
            await asyncio.sleep(0.05)
            os.kill(int(process_of_one), signal.SIGKILL)
            self.assertTrue(all(judgement.verdict is Verdict.AC for judgement in await asyncio.gather(*calls)))
            self.assertIs((await verifier.judge(ECHO, suite)).verdict, Verdict.AC)

        truth = {"tests": [{"input": "", "output": "1\n"}], "limits": {"wall_seconds": 30}}
        options = {"address": address, "patience_seconds": 1}
        rollout = asyncio.create_task(compute_score("codeforces", SLEEPY.format(5), truth, {}, **options))
        await asyncio.sleep(1)
        os.kill(int(process_of_two), signal.SIGKILL)
        with self.assertRaises(RewardUnknown):
            await rollout

    async def known_by(self, authority, suite):
        async with Verifier(f"http://{authority}") as verifier:
            from synthsmith.verifier.v1 import verifier_service_pb2 as pb

            request = pb.JudgeProgramRequest(program=ECHO.to_pb(), test_suite_digest=suite.digest)
            try:
                await verifier._judge(request, 60)
            except Fault as fault:
                return fault.reason
        return True


if __name__ == "__main__":
    unittest.main()
