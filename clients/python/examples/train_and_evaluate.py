"""Trains a small new model on tasks of one line, and evaluates it on others that it never saw: train_and_evaluate.py [ADDRESS].

ADDRESS is a trainer's, which asks a verifier. What is made up here is in a run's output: `synthsmith export --format messages` writes the
rows, and `put_problems` takes the folder.
"""

import asyncio
import json
import operator
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from synthsmith import Jobs, Problems
from synthsmith.trainer.v1 import trainer_service_pb2 as pb

OPERATIONS = {"plus": ("+", operator.add), "minus": ("-", operator.sub), "times": ("*", operator.mul)}
TASKS = [(word, number) for word in OPERATIONS for number in range(10, 100)]
HELD_OUT = TASKS[::9]
# As the evaluation asks tasks of a run.
QUESTION = "{}\n\nWrite a Python 3 program that reads standard input and prints the answer. Put it into one code block."


def statement(word: str, number: int) -> str:
    return f"An integer is given. Print it {word} {number}."


def rows() -> Iterator[dict[str, list[dict[str, str]]]]:
    for word, number in TASKS:
        if (word, number) in HELD_OUT:
            continue
        question = QUESTION.format(statement(word, number))
        program = f"```python\nprint(int(input()) {OPERATIONS[word][0]} {number})\n```"
        yield {"messages": [{"role": "user", "content": question}, {"role": "assistant", "content": program}]}


def write_problems(folder: Path) -> None:
    (folder / "data").mkdir()
    with (folder / "data/tasks.jsonl").open("w") as tasks, (folder / "data/tests.jsonl").open("w") as tests:
        for word, number in HELD_OUT:
            task = {"task_id": f"{word}-{number}", "style": "codeforces", "statement": statement(word, number), "samples": []}
            task["candidates"] = {"run": 1, "agree_on_all_labels": 1}
            print(json.dumps(task), file=tasks)
            for given in (0, 7, 1000):
                output = OPERATIONS[word][1](given, number)
                print(json.dumps({"task_id": task["task_id"], "input": f"{given}\n", "output": f"{output}\n"}), file=tests)


async def train(jobs: Jobs, job_id: str) -> pb.Job:
    shape = pb.NewModel(
        vocabulary_size=400, hidden_size=96, intermediate_size=192, layer_count=2, head_count=4, kv_head_count=2, head_size=24, max_length=512
    )
    spec = pb.SftSpec(
        data_digest=await jobs.put_rows(rows()),
        new_model=shape,
        step_count=200,
        sequence_count=8,
        sequence_length=256,
        learning_rate=5e-3,
        warmup_step_count=20,
        weight_decay=0.1,
        max_grad_norm=1.0,
        checkpoint_step_count=100,
    )
    return await follow(jobs, await jobs.create(job_id, spec))


async def evaluate(jobs: Jobs, job_id: str, model: str, problems: Problems) -> pb.Job:
    spec = pb.EvaluationSpec(**problems._asdict(), model=model, sample_count=1, max_token_count=64)
    return await follow(jobs, await jobs.create(job_id, spec))


async def follow(jobs: Jobs, job: pb.Job) -> pb.Job:
    """Tells of a job until it has ended."""
    async for news in jobs.watch(job.name):
        job = news.job
        for step in news.steps:
            if step.step % 20 == 0:
                print(f"{job.name}: step {step.step}, loss {step.loss:.4f}")
    if job.state != pb.Job.STATE_SUCCEEDED:
        sys.exit(f"{job.name}: {pb.Job.State.Name(job.state)}: {job.error}")
    return job


async def main(address: str = "http://127.0.0.1:7109") -> None:
    job_id = f"example-{time.time_ns():x}"
    async with Jobs(address) as jobs:
        with TemporaryDirectory() as place:
            write_problems(Path(place))
            problems = await jobs.put_problems(place)
            trained = await train(jobs, job_id)
            evaluated = await evaluate(jobs, f"{job_id}-evaluated", trained.name, problems)
            await jobs.export(evaluated.name, Path(place) / "evaluation")
            report = json.loads((Path(place) / "evaluation/report.json").read_text())
    pass_at_1 = next(estimate for estimate in report["pass_at"] if estimate["k"] == 1)
    print(f"{trained.name}: pass@1 {pass_at_1['value']:.3f} on {report['problems']} problems")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
