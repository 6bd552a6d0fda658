"""Rewards: right, wrong, and what nobody knows."""

import asyncio
import json
import pickle
import time
import unittest
from unittest import mock

from services import NOWHERE, VERIFIER, needs_a_verifier

from synthsmith import Fault
from synthsmith.rewards import RewardUnknown
from synthsmith.rewards.trl import code_reward
from synthsmith.rewards.verl import compute_score

GROUND_TRUTH = json.dumps({"inputs": ["1 2\n", "3 4\n"], "outputs": ["3\n", "7\n"], "limits": {"cpu_seconds": 0.5, "wall_seconds": 60}})
RIGHT = "I add.\n```python\nprint(sum(map(int, input().split())))\n```"
HALF = "```python\na, b = map(int, input().split())\nprint(a + b if a == 1 else 0)\n```"
SLOW = "```python\nwhile True:\n    pass\n```"
NO_CODE = "I cannot."
LITTLE = 0.3


async def scored_by_a_manager_that_catches(call, timeout=60):
    """What verl's rate-limited manager does with a reward function."""
    try:
        return (await asyncio.wait_for(call, timeout))["score"]
    except (asyncio.TimeoutError, Exception):  # noqa: B014
        return 0.0


@needs_a_verifier
class Verl(unittest.IsolatedAsyncioTestCase):
    async def score(self, reply, **options):
        return await compute_score("codeforces", reply, GROUND_TRUTH, {}, address=VERIFIER, **options)

    async def test_replies_are_worth_what_their_programs_do(self):
        table = [
            (RIGHT, "all", 1.0, 1.0, "AC"),
            (HALF, "all", 0.0, 0.5, "WA"),
            (HALF, "pass_rate", 0.5, 0.5, "WA"),
            (SLOW, "all", 0.0, 0.0, "TLE"),
            (NO_CODE, "pass_rate", 0.0, 0.0, "NO_CODE"),
        ]
        for reply, worth, score, pass_rate, verdict in table:
            with self.subTest(reply):
                reward = await self.score(reply, worth=worth)
                self.assertEqual(reward, {"score": score, "pass_rate": pass_rate, "verdict": verdict, "infra_error": 0.0})

    async def test_what_a_reply_chose_and_nobody_takes_is_the_replys_own(self):
        truth = json.dumps({"tests": [{"input": "1\n2", "output": "3"}], "function": "add"})
        in_c = "```c\nint add(int a, int b) { return a + b; }\n```"
        reward = await compute_score("apps", in_c, truth, {}, address=VERIFIER)
        self.assertEqual((reward["score"], reward["verdict"]), (0.0, "REFUSED"))
        with self.assertRaisesRegex(RewardUnknown, "language"):
            await compute_score("apps", in_c, truth, {}, address=VERIFIER, language="c17")

    async def test_rollouts_of_a_step_are_scored_side_by_side(self):
        rewards = await asyncio.gather(*(self.score(RIGHT if i % 2 else HALF) for i in range(32)))
        self.assertEqual([reward["score"] for reward in rewards], [0.0, 1.0] * 16)

    async def test_a_trainer_that_stops_waiting_gets_no_reward_for_it(self):
        sleepy = "```python\nimport time\ntime.sleep(20)\n```"
        with self.assertRaisesRegex(RewardUnknown, "stopped waiting"):
            await scored_by_a_manager_that_catches(self.score(sleepy), timeout=1)


class Unknown(unittest.IsolatedAsyncioTestCase):
    async def test_a_fault_of_ours_is_no_reward_even_where_exceptions_are_caught(self):
        call = compute_score("codeforces", RIGHT, GROUND_TRUTH, {}, address=NOWHERE, patience_seconds=LITTLE)
        with self.assertRaises(RewardUnknown) as raised:
            await scored_by_a_manager_that_catches(call)
        self.assertIsInstance(raised.exception.__cause__, Fault)

    async def test_a_row_that_makes_no_sense_is_no_reward(self):
        with self.assertRaisesRegex(RewardUnknown, "no JSON"):
            await compute_score("codeforces", RIGHT, "{", {}, address=NOWHERE)

    async def test_without_an_address_it_says_how_to_give_one(self):
        with self.assertRaisesRegex(RewardUnknown, "SYNTHSMITH_VERIFIER_ADDRESS"):
            await compute_score("codeforces", RIGHT, GROUND_TRUTH)


class Trl(unittest.TestCase):
    @needs_a_verifier
    def test_completions_are_texts_or_messages(self):
        reward = code_reward(VERIFIER)
        parts = [{"type": "text", "text": HALF}]
        completions = [RIGHT, [{"role": "assistant", "content": parts}, {"role": "tool", "content": RIGHT}], NO_CODE]
        logged = {}
        rewards = reward(completions, prompts=["?"] * 3, ground_truth=[GROUND_TRUTH] * 3, log_metric=logged.__setitem__)
        self.assertEqual(rewards, [1.0, 0.0, 0.0])
        self.assertEqual(logged, {"synthsmith/infra_error": 0.0})

    def test_a_fault_of_ours_is_raised_or_masked(self):
        columns = {"ground_truth": [GROUND_TRUTH, GROUND_TRUTH]}
        with self.assertRaises(Fault):
            code_reward(NOWHERE, patience_seconds=LITTLE)([RIGHT, NO_CODE], **columns)
        masked = code_reward(NOWHERE, patience_seconds=LITTLE, on_fault="mask")
        self.assertEqual(masked([RIGHT, NO_CODE], **columns), [None, 0.0])

    def test_it_can_be_sent_to_another_process(self):
        reward = pickle.loads(pickle.dumps(code_reward(NOWHERE, patience_seconds=LITTLE, on_fault="mask")))
        self.assertEqual(reward([RIGHT], ground_truth=[GROUND_TRUTH]), [None])

    def test_an_outage_is_waited_for_once_however_many_wait(self):
        masked = code_reward(NOWHERE, patience_seconds=1.0, on_fault="mask")
        began = time.monotonic()
        self.assertEqual(masked([RIGHT] * 16, ground_truth=[GROUND_TRUTH] * 16), [None] * 16)
        # Sixteen times the patience would be the sum.
        self.assertLess(time.monotonic() - began, 8)

    def test_a_version_that_would_take_it_for_0_is_refused(self):
        with mock.patch("synthsmith.rewards.trl.metadata.version", return_value="0.21.0"):
            with self.assertRaisesRegex(ValueError, "TRL 0.21.0"):
                code_reward(NOWHERE, on_fault="mask")

    def test_a_missing_column_is_named(self):
        with self.assertRaisesRegex(ValueError, "'ground_truth'"):
            code_reward(NOWHERE)([RIGHT], prompts=["?"])


if __name__ == "__main__":
    unittest.main()
