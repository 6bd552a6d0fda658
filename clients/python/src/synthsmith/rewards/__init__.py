"""Rewards for reinforcement learning: what a verdict is worth.

A fault of ours is never a reward: it is raised, or the rollout is masked where the trainer can do that.
"""

from .ground_truth import GroundTruth
from .scoring import Reward, RewardUnknown, Scorer

__all__ = ["GroundTruth", "Reward", "RewardUnknown", "Scorer"]
