"""What is answered: verdicts, and what programs did."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from google.protobuf.duration_pb2 import Duration

from synthsmith.corpus.v1 import verdict_pb2
from synthsmith.verifier.v1 import verifier_service_pb2 as verifier_pb2


class Verdict(enum.Enum):
    """What a program did, judged."""

    AC = "AC"
    WA = "WA"
    TLE = "TLE"
    MLE = "MLE"
    RE = "RE"
    OLE = "OLE"
    CE = "CE"
    SKIPPED = "SKIPPED"
    PE = "PE"
    #: The checker is broken; nothing is known about the program.
    JUDGE_ERROR = "JUDGE_ERROR"

    @classmethod
    def from_pb(cls, verdict: verdict_pb2.Verdict.ValueType) -> Verdict:
        """``ValueError`` for a verdict that this client is too old to know."""
        if verdict not in verdict_pb2.Verdict.values():
            raise ValueError(f"verdict {verdict} is of a newer contract; install a newer synthsmith")
        return cls(verdict_pb2.Verdict.Name(verdict).removeprefix("VERDICT_"))


@dataclass(frozen=True)
class Measures:
    """What a run, or a compiler, used."""

    cpu_seconds: float
    wall_seconds: float
    peak_memory_bytes: int


@dataclass(frozen=True)
class Compilation:
    """What the compiler, or the check of the syntax, said."""

    succeeded: bool
    messages: str


@dataclass(frozen=True)
class Outcome:
    """What a program did on one input. ``output`` is the beginning, as long as was asked for."""

    input_index: int
    status: str
    output: bytes
    output_digest: str
    output_size_bytes: int
    exit_code: int | None
    signal: int | None
    stderr: bytes
    measures: Measures

    @property
    def is_ok(self) -> bool:
        """Whether it exited with 0 within all limits."""
        return self.status == "OK"


@dataclass(frozen=True)
class Execution:
    """What a program did on all inputs; no outcomes where it does not compile."""

    compilation: Compilation
    outcomes: list[Outcome]


@dataclass(frozen=True)
class TestVerdict:
    """The verdict on one test."""

    verdict: Verdict
    outcome: Outcome
    checker_message: bytes


@dataclass(frozen=True)
class Judgement:
    """The verdict on a program; ``tests`` is empty where it does not compile."""

    verdict: Verdict
    tests: list[TestVerdict]
    compilation: Compilation
    checker_compilation: Compilation | None

    @property
    def accepted(self) -> int:
        """How many tests it passed."""
        return sum(test.verdict is Verdict.AC for test in self.tests)


def judgement_of(response: verifier_pb2.JudgeProgramResponse) -> Judgement:
    has_checker = response.HasField("checker_compilation")
    return Judgement(
        verdict=Verdict.from_pb(response.verdict),
        tests=[_test_verdict(test) for test in response.tests],
        compilation=compilation_of(response.compilation),
        checker_compilation=compilation_of(response.checker_compilation) if has_checker else None,
    )


def compilation_of(compilation: verdict_pb2.Compilation) -> Compilation:
    return Compilation(compilation.succeeded, compilation.messages.decode(errors="replace"))


def outcome_of(outcome: verdict_pb2.Outcome) -> Outcome:
    return Outcome(
        input_index=outcome.input_index,
        status=verdict_pb2.OutcomeStatus.Name(outcome.status).removeprefix("OUTCOME_STATUS_"),
        output=outcome.output,
        output_digest=outcome.output_digest,
        output_size_bytes=outcome.output_size_bytes,
        exit_code=outcome.exit_code if outcome.HasField("exit_code") else None,
        signal=outcome.signal if outcome.HasField("signal") else None,
        stderr=outcome.stderr_excerpt,
        measures=_measures(outcome.measures),
    )


def _test_verdict(test: verifier_pb2.TestVerdict) -> TestVerdict:
    return TestVerdict(Verdict.from_pb(test.verdict), outcome_of(test.outcome), test.checker_message)


def _measures(measures: verdict_pb2.Measures) -> Measures:
    return Measures(_seconds(measures.cpu_time), _seconds(measures.wall_time), measures.peak_memory_bytes)


def _seconds(duration: Duration) -> float:
    return float(duration.seconds + duration.nanos / 1e9)
