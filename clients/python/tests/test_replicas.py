"""Two verifiers behind one address."""

import asyncio
import os
import signal
import unittest

from services import REPLICAS, needs_replicas

from synthsmith import Program, Test, TestSuite, Verdict, Verifier
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
            # A suite that was put at one of them serves at the other as well.
            suite = TestSuite([Test("7\n", "7\n")])
            judgements = await asyncio.gather(*(verifier.judge(ECHO, suite) for _ in range(CALLS)))
            self.assertTrue(all(judgement.verdict is Verdict.AC for judgement in judgements))
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


if __name__ == "__main__":
    unittest.main()
