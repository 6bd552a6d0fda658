"""Reward functions for TRL's trainers.

.. code-block:: python

    GRPOTrainer(..., reward_funcs=code_reward("http://verifier:7106"))
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from importlib import metadata
from typing import Any, Literal

from ..blocking import Loop
from ..credentials import Credentials
from ..faults import Fault
from ..judging import PATIENCE_SECONDS, Verifier
from ..programs import Isolation
from .scoring import Reward, Scorer, Worth, address_of

#: The first whose trainers leave out a completion that no function scores; earlier ones take it for 0.
FIRST_THAT_MASKS = (1, 16)

RewardFunction = Callable[..., list[float | None]]


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
    on_fault: Literal["raise", "mask"] = "raise",
) -> RewardFunction:
    """A reward function that scores the program in each completion on the tests in ``column`` of the data set.

    Where the verifier cannot say, it raises :class:`synthsmith.Fault`, or with ``"mask"`` gives ``None``, which TRL leaves out from
    version 1.16 on; with an earlier one that is refused. A row that makes no sense is a ``ValueError`` in any case.
    """
    if on_fault == "mask":
        _check_masking()
    elif on_fault != "raise":
        raise ValueError(f"on_fault is 'raise' or 'mask', not {on_fault!r}")
    address = address_of(address)
    loop, scorers = Loop(), list[Scorer]()

    async def score(completions: Sequence[str], rows: Sequence[str | Mapping[str, Any]]) -> list[Reward | Fault]:
        if not scorers:
            verifier = Verifier(address, credentials, patience_seconds=patience_seconds)
            scorers.append(
                Scorer(verifier, language=language, worth=worth, isolation=isolation, max_in_flight=max_in_flight)
            )
        pairs = zip(completions, rows, strict=True)
        return await asyncio.gather(*(_score(scorers[0], completion, row) for completion, row in pairs))

    def code_reward(completions: Sequence[Any], **columns: Any) -> list[float | None]:
        if column not in columns:
            raise ValueError(f"the data set has no column {column!r}, only {sorted(columns)}")
        answers = loop.run(score([_text(completion) for completion in completions], columns[column]))
        faults = [answer for answer in answers if isinstance(answer, Fault)]
        if faults and on_fault == "raise":
            raise faults[0]
        if "log_metric" in columns:
            columns["log_metric"]("synthsmith/infra_error", len(faults) / max(len(answers), 1))
        return [None if isinstance(answer, Fault) else answer.score for answer in answers]

    return code_reward


async def _score(scorer: Scorer, completion: str, row: str | Mapping[str, Any]) -> Reward | Fault:
    try:
        return await scorer.score(completion, row)
    except Fault as fault:
        return fault


def _text(completion: Any) -> str:
    """A completion is a text, or the messages of an assistant."""
    return completion if isinstance(completion, str) else "".join(message.get("content") or "" for message in completion)


def _check_masking() -> None:
    try:
        version = metadata.version("trl")
    except metadata.PackageNotFoundError:
        return
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
    if numbers < FIRST_THAT_MASKS:
        raise ValueError(f"TRL {version} takes a completion without a reward for 0; use on_fault='raise', or TRL 1.16 or newer")
