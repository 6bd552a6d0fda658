"""Has programs judged and executed by synthsmith, scores rollouts with it, and follows its runs and jobs."""

from importlib import metadata as _metadata

from .blocking import BlockingVerifier
from .channel import Channel
from .credentials import Credentials
from .faults import AccessDenied, DeadlinePassed, Fault, InvalidRequest
from .jobs import Jobs, Problems
from .judgements import Compilation, Execution, Judgement, Measures, Outcome, TestVerdict, Verdict
from .judging import Verifier
from .programs import Checker, Comparison, Isolation, Limits, Program, Test, TestSuite, Tolerance
from .replies import program_of
from .runs import Runs

__version__ = _metadata.version("synthsmith")

__all__ = [
    "AccessDenied",
    "BlockingVerifier",
    "Channel",
    "Checker",
    "Comparison",
    "Compilation",
    "Credentials",
    "DeadlinePassed",
    "Execution",
    "Fault",
    "InvalidRequest",
    "Isolation",
    "Jobs",
    "Judgement",
    "Limits",
    "Measures",
    "Outcome",
    "Problems",
    "Program",
    "Runs",
    "Test",
    "TestSuite",
    "TestVerdict",
    "Tolerance",
    "Verdict",
    "Verifier",
    "program_of",
]
