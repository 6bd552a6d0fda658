"""What a reply is worth on a task."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import grpc

from ..faults import Fault
from ..judgements import Judgement, Verdict
from ..judging import Verifier
from ..programs import Isolation
from ..replies import program_of
from .ground_truth import GroundTruth

#: Every test or nothing, or the share of tests that were passed.
Worth = Literal["all", "pass_rate"]

#: Names the verifier where no address is given.
ADDRESS_VARIABLE = "SYNTHSMITH_VERIFIER_ADDRESS"

_KEPT_TASKS = 4096


def address_of(address: str | None) -> str:
    """The address given, or that of the environment."""
    address = address or os.environ.get(ADDRESS_VARIABLE)
    if not address:
        raise ValueError(f"no verifier is named; give address, or set {ADDRESS_VARIABLE}")
    return address


@dataclass(frozen=True)
class Reward:
    """What a reply is worth, and why. ``verdict`` is ``NO_CODE`` where the reply has no program."""

    score: float
    pass_rate: float
    verdict: str

    def to_dict(self) -> dict[str, Any]:
        """As trainers log it."""
        return {"score": self.score, "pass_rate": self.pass_rate, "verdict": self.verdict, "infra_error": 0.0}


class RewardUnknown(BaseException):
    """Nobody knows what the reply is worth: a fault of ours, or a trainer that did not wait.

    It is no ``Exception``, since trainers that catch those score them 0, which would teach a model that its right answer was wrong.
    """


class Scorer:
    """Scores replies of a model with a verifier; at most ``max_in_flight`` are under way at a time."""

    def __init__(
        self,
        verifier: Verifier,
        *,
        language: str = "python3",
        worth: Worth = "all",
        isolation: Isolation = Isolation.DEFAULT,
        max_in_flight: int = 64,
    ) -> None:
        if worth not in ("all", "pass_rate"):
            raise ValueError(f"a reply is worth 'all' or 'pass_rate', not {worth!r}")
        self._verifier = verifier
        self._language = language
        self._worth = worth
        self._isolation = isolation
        self._turns = asyncio.Semaphore(max_in_flight)
        self._tasks: OrderedDict[bytes, GroundTruth] = OrderedDict()

    async def score(self, reply: str, ground_truth: str | Mapping[str, Any] | GroundTruth) -> Reward:
        """The worth of a reply; what cannot be said is a :class:`synthsmith.Fault`, a row that makes no sense a ``ValueError``."""
        task = ground_truth if isinstance(ground_truth, GroundTruth) else self._task(ground_truth)
        program = program_of(reply, self._language)
        if program is None:
            return Reward(0.0, 0.0, "NO_CODE")
        async with self._turns:
            judgement = await self._verifier.judge(
                program,
                task.suite,
                limits=task.limits,
                checker=task.checker,
                function=task.function,
                # Where only all counts, what comes after the first failure does not.
                stop_at_first_failure=self._worth == "all",
                isolation=self._isolation,
            )
        return self._reward(judgement, len(task.suite.tests))

    def _task(self, ground_truth: str | Mapping[str, Any]) -> GroundTruth:
        """The rollouts of a task share what is known of it, above all that the verifier has its tests."""
        text = ground_truth if isinstance(ground_truth, str) else json.dumps(ground_truth, sort_keys=True, default=_plain)
        key = hashlib.sha256(text.encode(errors="surrogatepass")).digest()
        task = self._tasks.pop(key, None) or GroundTruth.parse(ground_truth)
        self._tasks[key] = task
        if len(self._tasks) > _KEPT_TASKS:
            self._tasks.popitem(last=False)
        return task

    def _reward(self, judgement: Judgement, tests: int) -> Reward:
        if judgement.verdict is Verdict.JUDGE_ERROR:
            raise _broken_checker(judgement)
        pass_rate = judgement.accepted / tests
        all_passed = float(judgement.verdict is Verdict.AC)
        return Reward(all_passed if self._worth == "all" else pass_rate, pass_rate, judgement.verdict.value)


def _broken_checker(judgement: Judgement) -> Fault:
    said = next((test.checker_message for test in judgement.tests if test.verdict is Verdict.JUDGE_ERROR), b"")
    message = f"the checker of this task is broken, so nothing is known about the program: {said.decode(errors='replace')}"
    return Fault(grpc.StatusCode.FAILED_PRECONDITION, message, "JUDGE_ERROR", "verifier.synthsmith")


def _plain(value: Any) -> Any:
    """Arrays of tables, and bytes."""
    return value.tolist() if hasattr(value, "tolist") else value.decode(errors="surrogateescape")
