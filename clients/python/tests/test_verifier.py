"""A verifier, asked through the package."""

import concurrent.futures
import threading
import unittest

import grpc
from services import NOWHERE, VERIFIER, needs_a_verifier

from synthsmith import (
    BlockingVerifier,
    Comparison,
    Compilation,
    Fault,
    InvalidRequest,
    Isolation,
    Limits,
    Program,
    Test,
    TestSuite,
    Tolerance,
    Verdict,
    Verifier,
)

SUM = Program("python3", "print(sum(map(int, input().split())))")
TESTS = [Test("1 2\n", "3\n", "small"), Test("20 22\n", "42\n", "large")]


@needs_a_verifier
class Judging(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.verifier = await self.enterAsyncContext(Verifier(VERIFIER))

    async def test_verdicts_come_test_by_test(self):
        wrong = Program("python3", "a, b = map(int, input().split())\nprint(a + b if a < 10 else 0)")
        judgement = await self.verifier.judge(wrong, TESTS)
        self.assertEqual([test.verdict for test in judgement.tests], [Verdict.AC, Verdict.WA])
        self.assertEqual((judgement.verdict, judgement.accepted), (Verdict.WA, 1))
        self.assertGreater(judgement.tests[0].outcome.measures.peak_memory_bytes, 0)

    async def test_a_suite_is_sent_once_and_found_again_after_it_was_forgotten(self):
        suite = TestSuite(TESTS)
        self.assertIs((await self.verifier.judge(SUM, suite)).verdict, Verdict.AC)
        digest = suite.digest
        self.assertTrue(digest)
        suite.digest = "blake3:" + "0" * 64
        self.assertIs((await self.verifier.judge(SUM, suite)).verdict, Verdict.AC)
        self.assertEqual(suite.digest, digest)

    async def test_checkers_functions_and_isolation_are_passed_on(self):
        half = Program("python3", "print(0.5000001)")
        self.assertIs((await self.verifier.judge(half, [Test("", "0.5")])).verdict, Verdict.WA)
        near = await self.verifier.judge(half, [Test("", "0.5")], checker=Tolerance(absolute=1e-3))
        self.assertIs(near.verdict, Verdict.AC)
        lines = Program("python3", "print('b\\na')")
        unordered = await self.verifier.judge(lines, [Test("", "a\nb")], checker=Comparison.UNORDERED_LINES)
        self.assertIs(unordered.verdict, Verdict.AC)
        add = Program("python3", "def add(a, b):\n    return a + b")
        called = await self.verifier.judge(add, [Test("1\n2\n", "3")], function="add", isolation=Isolation.CONTAINER)
        self.assertIs(called.verdict, Verdict.AC)

    async def test_a_program_that_does_not_compile_has_no_tests(self):
        judgement = await self.verifier.judge(Program("cpp17", "int main( {}"), TESTS)
        self.assertEqual((judgement.verdict, judgement.tests), (Verdict.CE, []))
        self.assertIn("error", judgement.compilation.messages)

    async def test_limits_are_enforced(self):
        slow = Program("python3", "while True: pass")
        judgement = await self.verifier.judge(slow, TESTS[:1], limits=Limits(cpu_seconds=0.3, wall_seconds=60))
        self.assertIs(judgement.verdict, Verdict.TLE)

    async def test_outcomes_come_as_they_happen_or_all_at_once(self):
        execution = await self.verifier.execute(SUM, ["1 2", "x"])
        self.assertEqual([outcome.status for outcome in execution.outcomes], ["OK", "RUNTIME_ERROR"])
        self.assertEqual(execution.outcomes[0].output, b"3\n")
        self.assertIn(b"ValueError", execution.outcomes[1].stderr)
        events = [event async for event in self.verifier.outcomes(SUM, ["1 2"])]
        self.assertIsInstance(events[0], Compilation)
        self.assertTrue(events[1].is_ok)

    async def test_a_request_that_is_wrong_names_each_field_at_once(self):
        with self.assertRaises(InvalidRequest) as raised:
            await self.verifier.judge(Program("cobol", "x"), [])
        self.assertLessEqual({"program.language", "tests"}, set(raised.exception.fields))
        self.assertEqual(raised.exception.reason, "REQUEST_INVALID")


class Faults(unittest.IsolatedAsyncioTestCase):
    async def test_a_verifier_that_is_away_is_a_fault_once_the_patience_is_over(self):
        async with Verifier(NOWHERE, patience_seconds=0.5) as verifier:
            with self.assertRaisesRegex(Fault, "after 0.5 s") as raised:
                await verifier.judge(SUM, TESTS)
        self.assertIs(raised.exception.code, grpc.StatusCode.UNAVAILABLE)


@needs_a_verifier
class Blocking(unittest.TestCase):
    def test_who_closes_ends_what_waits(self):
        verifier = BlockingVerifier(NOWHERE)
        ended = threading.Event()

        def wait():
            with self.assertRaises(concurrent.futures.CancelledError):
                verifier.judge(SUM, TESTS)
            ended.set()

        threading.Thread(target=wait).start()
        while verifier._verifier._process is None:
            pass
        verifier.close()
        self.assertTrue(ended.wait(10))

    def test_programs_without_an_event_loop_wait_for_their_verdict(self):
        with BlockingVerifier(VERIFIER) as verifier:
            self.assertIs(verifier.judge(SUM, TESTS).verdict, Verdict.AC)
            self.assertEqual(verifier.execute(SUM, ["4 5"]).outcomes[0].output, b"9\n")


if __name__ == "__main__":
    unittest.main()
