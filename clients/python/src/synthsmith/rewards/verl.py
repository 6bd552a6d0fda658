"""A reward function for verl.

.. code-block:: yaml

    reward:
      custom_reward_function:
        path: pkg://synthsmith.rewards.verl
        name: compute_score
        reward_kwargs: {address: "http://verifier:7106", isolation: CELL}
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from ..judging import PATIENCE_SECONDS, Verifier
from ..programs import Isolation
from .scoring import RewardUnknown, Scorer, Worth, address_of

# One per event loop and settings: a channel serves all rollouts of a process.
_scorers: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[tuple[Any, ...], Scorer]] = WeakKeyDictionary()


async def compute_score(
    data_source: str,
    solution_str: str,
    ground_truth: str | Mapping[str, Any],
    extra_info: Mapping[str, Any] | None = None,
    *,
    address: str | None = None,
    language: str = "python3",
    worth: Worth = "all",
    isolation: str = "DEFAULT",
    max_in_flight: int = 64,
    patience_seconds: float = PATIENCE_SECONDS,
    **_: Any,
) -> dict[str, Any]:
    """``score``, ``pass_rate``, ``verdict`` and ``infra_error`` (always 0: what would be 1 is raised) of a rollout.

    Raises :class:`synthsmith.rewards.RewardUnknown` where the verifier cannot say, also where verl stops waiting. Keep ``patience_seconds``
    below verl's ``reward.timeout`` (300 s).
    """
    try:
        scorer = _scorer(address, language, worth, isolation, max_in_flight, patience_seconds)
        return (await scorer.score(solution_str, ground_truth)).to_dict()
    except Exception as error:
        raise RewardUnknown(f"a rollout of {data_source} has no reward: {error}") from error
    except asyncio.CancelledError:
        # verl's rate-limited manager scores a cancelled rollout 0.
        raise RewardUnknown(f"a rollout of {data_source} has no reward: the trainer stopped waiting for it") from None


def _scorer(
    address: str | None, language: str, worth: Worth, isolation: str, max_in_flight: int, patience_seconds: float
) -> Scorer:
    of_loop = _scorers.setdefault(asyncio.get_running_loop(), {})
    key = (address_of(address), language, worth, isolation, max_in_flight, patience_seconds)
    if key not in of_loop:
        verifier = Verifier(key[0], patience_seconds=patience_seconds)
        of_loop[key] = Scorer(
            verifier, language=language, worth=worth, isolation=Isolation[isolation], max_in_flight=max_in_flight
        )
    return of_loop[key]
