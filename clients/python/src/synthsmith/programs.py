"""What is asked: programs, tests, limits, checkers."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass

from google.protobuf.duration_pb2 import Duration

from synthsmith.corpus.v1 import solution_pb2, test_suite_pb2, verdict_pb2
from synthsmith.verifier.v1 import verifier_service_pb2 as verifier_pb2


@dataclass(frozen=True)
class Program:
    """A source text in a language of the verifier's table, such as ``python3`` or ``cpp17``."""

    language: str
    source: str

    def to_pb(self) -> solution_pb2.Program:
        return solution_pb2.Program(language=self.language, source=self.source)


@dataclass(frozen=True)
class Test:
    """What a program reads, and what it should print."""

    input: str | bytes
    output: str | bytes
    id: str = ""

    def to_pb(self) -> test_suite_pb2.TestCase:
        return test_suite_pb2.TestCase(input=as_bytes(self.input), expected_output=as_bytes(self.output), id=self.id)


@dataclass(frozen=True)
class Limits:
    """What a program may use on one input; what is not given is the verifier's default."""

    cpu_seconds: float | None = None
    wall_seconds: float | None = None
    memory_bytes: int | None = None
    processes: int | None = None
    output_bytes: int | None = None

    def to_pb(self) -> verdict_pb2.Limits:
        return verdict_pb2.Limits(
            cpu_time=_duration(self.cpu_seconds),
            wall_time=_duration(self.wall_seconds),
            memory_bytes=self.memory_bytes or 0,
            processes=self.processes or 0,
            output_bytes=self.output_bytes or 0,
        )

    def longest_seconds(self) -> float:
        """How long a run can take by the clock, by these limits or by those that the verifier fills in."""
        cpu = 2.0 if self.cpu_seconds is None else self.cpu_seconds
        return 3 * cpu + 1 if self.wall_seconds is None else self.wall_seconds


class Isolation(enum.Enum):
    """What lies between a program and those that ran before it."""

    DEFAULT = "ISOLATION_UNSPECIFIED"
    CONTAINER = "ISOLATION_CONTAINER"
    CELL = "ISOLATION_CELL"

    def to_pb(self) -> verifier_pb2.Isolation.ValueType:
        return verifier_pb2.Isolation.Value(self.value)


class Comparison(enum.Enum):
    """How an output is compared with the expected one."""

    EXACT = "COMPARISON_EXACT"
    LINES = "COMPARISON_LINES"
    TOKENS = "COMPARISON_TOKENS"
    UNORDERED_LINES = "COMPARISON_UNORDERED_LINES"
    JSON = "COMPARISON_JSON"


@dataclass(frozen=True)
class Tolerance:
    """A comparison of tokens in which fractions may differ; integers are exact."""

    absolute: float = 0.0
    relative: float = 0.0


#: A program is run with the paths of input, output and expected output, and says by its exit code: 0 right, 1 wrong, 2 wrongly presented.
Checker = Comparison | Tolerance | Program


def checker_to_pb(checker: Checker | None) -> verifier_pb2.Checker | None:
    match checker:
        case None:
            return None
        case Comparison():
            return verifier_pb2.Checker(comparison=verifier_pb2.Comparison.Value(checker.value))
        case Tolerance():
            tolerance = verifier_pb2.FloatTolerance(absolute=checker.absolute, relative=checker.relative)
            return verifier_pb2.Checker(tolerance=tolerance)
        case Program():
            return verifier_pb2.Checker(program=checker.to_pb())


class TestSuite:
    """Tests that many programs are judged on; the verifier is sent them once."""

    def __init__(self, tests: Iterable[Test]) -> None:
        self.tests = tuple(tests)
        #: What the verifier calls it, once it was put there.
        self.digest: str | None = None

    def to_pb(self) -> list[test_suite_pb2.TestCase]:
        return [test.to_pb() for test in self.tests]


def as_bytes(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text


def _duration(seconds: float | None) -> Duration | None:
    if seconds is None:
        return None
    duration = Duration()
    duration.FromNanoseconds(round(seconds * 1e9))
    return duration
