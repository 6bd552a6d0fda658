"""Jobs, from rows to a model and to what it solves."""

import asyncio
import json
import sys
import tempfile
import unittest
from pathlib import Path

from services import TRAINER, needs_a_trainer

from synthsmith import Fault, InvalidRequest, Jobs
from synthsmith.trainer.v1 import trainer_service_pb2 as pb

EXAMPLE = Path(__file__).parents[1] / "examples" / "train_and_evaluate.py"
# Longer than what the model is asked for the problem.
MODEL = pb.NewModel(
    vocabulary_size=300, hidden_size=32, intermediate_size=64, layer_count=1, head_count=2, kv_head_count=1, head_size=16, max_length=1024
)
PROBLEM = {
    "task_id": "HumanEval/0",
    "prompt": 'def add(a, b):\n    """Gives the sum."""\n',
    "canonical_solution": "    return a + b\n",
    "test": "def check(candidate):\n    assert candidate(1, 2) == 3\n",
    "entry_point": "add",
}


def row(question, answer):
    return {"messages": [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]}


def rows():
    return (row(f"{left} + {right} =", str(left + right)) for left in range(10) for right in range(10))


def sft(digest, step_count):
    return pb.SftSpec(
        data_digest=digest,
        new_model=MODEL,
        step_count=step_count,
        sequence_count=4,
        sequence_length=64,
        learning_rate=5e-3,
        max_grad_norm=1.0,
        checkpoint_step_count=5,
    )


@needs_a_trainer
class OfATrainer(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.jobs = await self.enterAsyncContext(Jobs(TRAINER))
        self.place = Path(self.enterContext(tempfile.TemporaryDirectory()))

    async def watched(self, name):
        news = [told async for told in self.jobs.watch(name)]
        return news[-1].job, [step.step for told in news for step in told.steps]

    async def exported(self, name):
        folder = self.place / name
        return {str(path.relative_to(folder)) for path in await self.jobs.export(name, folder)}

    async def test_a_model_is_trained_watched_listed_received_and_evaluated(self):
        digest = await self.jobs.put_rows(rows())
        made = await self.jobs.create("from-python", sft(digest, 10))
        self.assertEqual(made.name, "jobs/from-python")
        job, steps = await self.watched(made.name)
        self.assertEqual(job.state, pb.Job.STATE_SUCCEEDED, job.error)
        self.assertEqual((job.row_count, steps), (100, list(range(1, 11))))
        self.assertIn(job.name, [job.name async for job in self.jobs.all()])
        self.assertLessEqual({"model/config.json", "model/model.safetensors"}, await self.exported(job.name))
        with self.assertRaises(Fault) as raised:
            await self.jobs.create("from-python", sft(digest, 10))
        self.assertEqual(raised.exception.reason, "JOB_EXISTS")

        file = self.place / "problems.jsonl"
        file.write_text(json.dumps(PROBLEM))
        problems = await self.jobs.put_problems(file, "humaneval")
        spec = pb.EvaluationSpec(**problems._asdict(), model=job.name, sample_count=2, max_token_count=16)
        job, steps = await self.watched((await self.jobs.create("", spec)).name)
        self.assertEqual(job.state, pb.Job.STATE_SUCCEEDED, job.error)
        self.assertEqual((job.evaluation_progress.graded_count, steps), (2, []))
        self.assertEqual(await self.exported(job.name), {"report.json", "ledger.jsonl"})
        report = json.loads((self.place / job.name / "report.json").read_text())
        self.assertEqual((report["samples"], report["not_graded"]), (2, 0))

    async def test_a_job_that_was_cancelled_goes_on_where_it_was(self):
        job = await self.jobs.create("", sft(await self.jobs.put_rows(rows()), 1_000_000))
        async for told in self.jobs.watch(job.name):
            if told.steps:
                break
        job = await self.jobs.cancel(job.name)
        self.assertEqual(job.state, pb.Job.STATE_CANCELLED)
        with self.assertRaises(Fault) as raised:
            await self.jobs.export(job.name, self.place / "out")
        self.assertEqual(raised.exception.reason, "JOB_NOT_DONE")
        self.assertFalse((self.place / "out").exists())
        job = await self.jobs.resume(job.name)
        async for told in self.jobs.watch(job.name, after_step=job.step_count):
            if told.steps:
                self.assertEqual(told.steps[0].step, job.step_count + 1)
                break
        await self.jobs.cancel(job.name)

    async def test_a_file_has_the_digest_of_the_same_rows(self):
        file = self.place / "rows.jsonl"
        # Several pieces.
        wide = [row("ä" * 1000, "ö") for _ in range(1000)]
        file.write_text("".join(json.dumps(it, ensure_ascii=False) + "\n" for it in wide))
        self.assertEqual(await self.jobs.put_rows(file), await self.jobs.put_rows(wide))

    async def test_rows_that_are_none_are_named_by_their_line(self):
        for bad in ({"messages": []}, {"text": "x"}, row("x", ""), row("x", "\ud800"), 7):
            with self.subTest(bad), self.assertRaises(InvalidRequest) as raised:
                await self.jobs.put_rows([*rows(), bad])
            self.assertEqual(raised.exception.reason, "DATA_INVALID")
            self.assertIn("line 101: ", raised.exception.message)
        with self.assertRaises(TypeError):
            await self.jobs.put_rows([{"messages": {1, 2}}])

    async def test_data_that_are_too_large_are_refused_as_such_before_all_are_sent(self):
        file = self.place / "rows.jsonl"
        file.write_text(json.dumps(row("x", "y" * (1 << 20))) * 64)
        for _ in range(20):
            with self.assertRaises(InvalidRequest) as raised:
                await self.jobs.put_rows(file)
            self.assertEqual(raised.exception.reason, "DATA_TOO_LARGE")

    async def test_what_a_specification_may_not_say_is_named(self):
        with self.assertRaises(InvalidRequest) as raised:
            await self.jobs.create("", pb.SftSpec(step_count=-1))
        self.assertLessEqual({"sft.step_count", "sft.data_digest"}, raised.exception.fields.keys())

    async def test_a_job_that_nobody_made_is_not_found(self):
        for asked in (self.jobs.get("jobs/nobody"), self.watched("jobs/nobody"), self.exported("jobs/nobody")):
            with self.assertRaises(Fault) as raised:
                await asked
            self.assertEqual(raised.exception.reason, "JOB_NOT_FOUND")

    async def test_the_example_trains_a_model_that_solves_most_tasks_of_a_folder(self):
        pipe = asyncio.subprocess.PIPE
        example = await asyncio.create_subprocess_exec(sys.executable, "-B", EXAMPLE, TRAINER, stdout=pipe, stderr=pipe)
        told, error = await example.communicate()
        self.assertEqual(example.returncode, 0, error.decode())
        said = told.decode().splitlines()[-1]
        self.assertRegex(said, r"pass@1 [01]\.\d{3} on 30 problems$")
        self.assertGreater(float(said.split("pass@1 ")[1].split()[0]), 0.5)


if __name__ == "__main__":
    unittest.main()
