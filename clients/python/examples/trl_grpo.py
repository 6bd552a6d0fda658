"""Trains a small model with TRL on tasks of a run: trl_grpo.py MODEL DATA, where DATA is the run's folder data/.

Needs `pip install trl`, a GPU, and a verifier at SYNTHSMITH_VERIFIER_ADDRESS.
"""

import json
import sys
from collections import defaultdict
from pathlib import Path

from synthsmith.rewards.trl import code_reward


def rows(data: Path) -> list[dict[str, str]]:
    tests = defaultdict(list)
    for line in (data / "tests.jsonl").open():
        test = json.loads(line)
        tests[test["task_id"]].append({"input": test["input"], "output": test["output"]})
    tasks = map(json.loads, (data / "tasks.jsonl").open())
    return [{"prompt": task["statement"], "ground_truth": json.dumps({"tests": tests[task["task_id"]]})} for task in tasks]


def main(model: str, data: str) -> None:
    from datasets import Dataset
    from trl import GRPOConfig, GRPOTrainer

    dataset = Dataset.from_list(rows(Path(data)))
    trainer = GRPOTrainer(model=model, args=GRPOConfig(num_generations=8), train_dataset=dataset, reward_funcs=code_reward())
    trainer.train()


if __name__ == "__main__":
    main(*sys.argv[1:])
