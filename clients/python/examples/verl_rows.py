"""Makes a table for verl out of a run's tasks: verl_rows.py DATA OUT.parquet, where DATA is the run's folder data/. Needs `pip install pyarrow`."""

import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ASK = "Solve the task with a Python program that reads standard input. Put the program into one code block.\n\n"


def rows(data: Path) -> Iterator[dict[str, Any]]:
    tests = defaultdict(list)
    with (data / "tests.jsonl").open() as lines:
        for test in map(json.loads, lines):
            tests[test["task_id"]].append({"input": test["input"], "output": test["output"]})
    with (data / "tasks.jsonl").open() as lines:
        for task in map(json.loads, lines):
            ground_truth = json.dumps({"tests": tests[task["task_id"]]})
            yield {
                "data_source": "synthsmith",
                "prompt": [{"role": "user", "content": ASK + task["statement"]}],
                "reward_model": {"style": "rule", "ground_truth": ground_truth},
                "extra_info": {"task_id": task["task_id"]},
            }


def main(data: str, out: str) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.Table.from_pylist(list(rows(Path(data)))), out)


if __name__ == "__main__":
    main(*sys.argv[1:])
