"""Reward functions for TRL's trainers.

.. code-block:: python

    GRPOTrainer(..., reward_funcs=code_reward("http://verifier:7106"))
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from importlib import metadata
from typing import Any, Literal

from ..blocking import InLoop
from ..credentials import Credentials
from ..faults import Fault
from ..judging import PATIENCE_SECONDS, Verifier
from ..programs import Isolation
from .scoring import Reward, Scorer, Worth, address_of

#: The first whose trainers leave out a completion that no function scores; earlier ones take it for 0.
FIRST_THAT_MASKS = (1, 16)


class CodeReward:
    """A reward function; it can be sent to other processes, and be used after a fork."""

    __name__ = "code_reward"

    def __init__(self, scorer: InLoop[Scorer], column: str, masks: bool) -> None:
        self._scorer = scorer
        self._column = column
        self._masks = masks

    def __call__(self, completions: Sequence[Any], **columns: Any) -> list[float | None]:
        if self._column not in columns:
            raise ValueError(f"the data set has no column {self._column!r}, only {sorted(columns)}")
        replies = [_text(completion) for completion in completions]
        answers = self._scorer.run(lambda scorer: _score_all(scorer, replies, columns[self._column]))
        faults = [answer for answer in answers if isinstance(answer, Fault)]
        if faults and not self._masks:
            raise faults[0]
        if "log_metric" in columns:
            columns["log_metric"]("synthsmith/infra_error", len(faults) / max(len(answers), 1))
        return [None if isinstance(answer, Fault) else answer.score for answer in answers]


def code_reward(
    address: str | None = None,
    credentials: Credentials | None = None,
    *,
    column: str = "ground_truth",
    language: str = "python3",
    worth: Worth = "all",
    isolation: Isolation = Isolation.DEFAULT,
    max_in_flight: int = 64,
    patience_seconds: float = PATIENCE_SECONDS,
    thinks: bool = False,
    on_fault: Literal["raise", "mask"] = "raise",
) -> CodeReward:
    """A reward function that scores the program in each completion on the tests in ``column`` of the data set.

    Where the verifier cannot say, it raises :class:`synthsmith.Fault`, or with ``"mask"`` gives ``None``: the GRPO and RLOO trainers leave
    such a completion out of its group from TRL 1.16 on. Earlier versions take it for 0, and are refused; other trainers may do so, too:
    do not mask there. A row that makes no sense is a ``ValueError`` in any case.
    """
    if on_fault == "mask":
        _check_masking()
    elif on_fault != "raise":
        raise ValueError(f"on_fault is 'raise' or 'mask', not {on_fault!r}")
    verifier = partial(Verifier, address_of(address), credentials, patience_seconds=patience_seconds)
    settings = {
        "language": language,
        "worth": worth,
        "isolation": isolation,
        "max_in_flight": max_in_flight,
        "thinks": thinks,
    }
    return CodeReward(InLoop(partial(_scorer, verifier, settings)), column, on_fault == "mask")


def _scorer(verifier: partial[Verifier], settings: dict[str, Any]) -> Scorer:
    return Scorer(verifier(), **settings)


async def _score_all(
    scorer: Scorer, replies: Sequence[str], rows: Sequence[str | Mapping[str, Any]]
) -> list[Reward | Fault]:
    return await asyncio.gather(*(_score(scorer, reply, row) for reply, row in zip(replies, rows, strict=True)))


async def _score(scorer: Scorer, reply: str, row: str | Mapping[str, Any]) -> Reward | Fault:
    try:
        return await scorer.score(reply, row)
    except Fault as fault:
        return fault


def _text(completion: Any) -> str:
    """A completion is a text, or messages, of which the assistant's count."""
    if isinstance(completion, str):
        return completion
    of_assistant = [message for message in completion if message.get("role", "assistant") == "assistant"]
    return "\n".join(_content(message.get("content")) for message in of_assistant)


def _content(content: Any) -> str:
    """A text, or parts, of which the texts count."""
    if isinstance(content, list):
        return "".join(part.get("text") or "" for part in content)
    return content or ""


def _check_masking() -> None:
    try:
        version = metadata.version("trl")
    except metadata.PackageNotFoundError:
        return
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
    if numbers < FIRST_THAT_MASKS:
        raise ValueError(f"TRL {version} takes a completion without a reward for 0; use on_fault='raise', or TRL 1.16 or newer")
