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

from ..faults import Fault, InvalidRequest
from ..judgements import Judgement, Verdict
from ..judging import Verifier
from ..programs import Isolation, Program
from ..replies import program_of
from .ground_truth import GroundTruth

#: Every test or nothing, or the share of tests that were passed.
Worth = Literal["all", "pass_rate"]

#: Names the verifier where no address is given.
ADDRESS_VARIABLE = "SYNTHSMITH_VERIFIER_ADDRESS"

#: Of ground truths that are kept; the rollouts of a task come soon after each other.
_KEPT_CHARACTERS = 256 << 20


def address_of(address: str | None) -> str:
    """The address given, or that of the environment."""
    address = address or os.environ.get(ADDRESS_VARIABLE)
    if not address:
        raise ValueError(f"no verifier is named; give address, or set {ADDRESS_VARIABLE}")
    return address


@dataclass(frozen=True)
class Reward:
    """What a reply is worth, and why.

    ``verdict`` is ``NO_CODE`` where the reply has no program, and ``REFUSED`` where the verifier takes none such: it is too large, or in a
    language of the reply's own choice that cannot do the task.
    """

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
        thinks: bool = False,
    ) -> None:
        if worth not in ("all", "pass_rate"):
            raise ValueError(f"a reply is worth 'all' or 'pass_rate', not {worth!r}")
        self._verifier = verifier
        self._language = language
        self._worth = worth
        self._isolation = isolation
        self._thinks = thinks
        self._turns = asyncio.Semaphore(max_in_flight)
        self._tasks: OrderedDict[bytes, tuple[GroundTruth, int]] = OrderedDict()
        self._kept = 0

    async def score(self, reply: str, ground_truth: str | Mapping[str, Any] | GroundTruth) -> Reward:
        """The worth of a reply; what cannot be said is a :class:`synthsmith.Fault`, a row that makes no sense a ``ValueError``."""
        task = ground_truth if isinstance(ground_truth, GroundTruth) else self._task(ground_truth)
        program = program_of(reply, self._language, thinks=self._thinks)
        if program is None:
            return Reward(0.0, 0.0, "NO_CODE")
        try:
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
        except InvalidRequest as refusal:
            if not self._is_the_replys_own(refusal, program):
                raise
            return Reward(0.0, 0.0, "REFUSED")
        return self._reward(judgement, len(task.suite.tests))

    def _is_the_replys_own(self, refusal: InvalidRequest, program: Program) -> bool:
        """Whether another reply would have been taken: it is the source, or a language that the reply chose by itself."""
        fields = set(refusal.fields)
        has_chosen = program.language != self._language
        return fields == {"program.source"} or (has_chosen and bool(fields) and fields <= {"program.language", "function"})

    def _task(self, ground_truth: str | Mapping[str, Any]) -> GroundTruth:
        """The rollouts of a task share what is known of it, above all that the verifier has its tests."""
        text = ground_truth if isinstance(ground_truth, str) else json.dumps(ground_truth, sort_keys=True, default=_plain)
        key = hashlib.sha256(text.encode(errors="surrogatepass")).digest()
        if key in self._tasks:
            self._tasks.move_to_end(key)
            return self._tasks[key][0]
        task = GroundTruth.parse(ground_truth)
        self._tasks[key] = task, len(text)
        self._kept += len(text)
        while self._kept > _KEPT_CHARACTERS and len(self._tasks) > 1:
            _, (_, size) = self._tasks.popitem(last=False)
            self._kept -= size
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
