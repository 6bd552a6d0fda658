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

from ..judging import PATIENCE_SECONDS, Verifier
from ..programs import Isolation
from .scoring import RewardUnknown, Scorer, Worth, address_of

# One per event loop and settings: a channel serves all rollouts of a process.
_scorers: dict[asyncio.AbstractEventLoop, dict[tuple[Any, ...], Scorer]] = {}


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
    thinks: bool = False,
    reward_router_address: object = None,
    reward_model_tokenizer: object = None,
) -> dict[str, Any]:
    """``score``, ``pass_rate``, ``verdict`` and ``infra_error`` (always 0: what would be 1 is raised) of a rollout.

    Raises :class:`synthsmith.rewards.RewardUnknown` where the verifier cannot say, also where verl stops waiting: the ``rate_limited``
    manager's ``reward.timeout`` has to leave time for the tests (by default 7 s each at the most) and for what an outage may last.
    The last two arguments are verl's, for models that judge.
    """
    try:
        scorer = _scorer(address_of(address), patience_seconds, language, worth, isolation, max_in_flight, thinks)
        return (await scorer.score(solution_str, ground_truth)).to_dict()
    except Exception as error:
        raise RewardUnknown(f"a rollout of {data_source} has no reward: {error}") from error
    except asyncio.CancelledError:
        # verl's rate-limited manager scores a cancelled rollout 0.
        raise RewardUnknown(f"a rollout of {data_source} has no reward: the trainer stopped waiting for it") from None


def _scorer(
    address: str, patience_seconds: float, language: str, worth: Worth, isolation: str, max_in_flight: int, thinks: bool
) -> Scorer:
    for loop in [loop for loop in _scorers if loop.is_closed()]:
        del _scorers[loop]
    of_loop = _scorers.setdefault(asyncio.get_running_loop(), {})
    key = (address, patience_seconds, language, worth, isolation, max_in_flight, thinks)
    if key not in of_loop:
        of_loop[key] = Scorer(
            Verifier(address, patience_seconds=patience_seconds),
            language=language,
            worth=worth,
            isolation=Isolation[isolation],
            max_in_flight=max_in_flight,
            thinks=thinks,
        )
    return of_loop[key]
