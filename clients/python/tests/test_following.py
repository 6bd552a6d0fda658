"""Work that is followed through what goes wrong on the way, in a trainer that is made of it."""

import tempfile
import unittest
from pathlib import Path

import grpc

from synthsmith import Fault, Jobs
from synthsmith.receiving import path_below
from synthsmith.trainer.v1 import trainer_service_pb2 as pb
from synthsmith.trainer.v1.trainer_service_pb2_grpc import TrainerServiceServicer, add_TrainerServiceServicer_to_server

STEPS = 2500
MOST_STEPS = 1000


class Trainer(TrainerServiceServicer):
    """Ends streams in one way after the other, and loses its first answers."""

    def __init__(self):
        self.ends = []
        self.asked = []
        self.created = set()
        self.exports = 0

    async def CreateJob(self, request, context):
        if request.job_id in self.created:
            await context.abort(grpc.StatusCode.ALREADY_EXISTS, "it is there")
        self.created.add(request.job_id)
        await context.abort(grpc.StatusCode.UNAVAILABLE, "it is made, and nobody knows")

    async def GetJob(self, request, context):
        return pb.GetJobResponse(job=pb.Job(name=request.name))

    async def ListJobs(self, request, context):
        page = int(request.page_token or 0)
        return pb.ListJobsResponse(jobs=[pb.Job(name=f"jobs/{page}")], next_page_token=str(page + 1) if page < 2 else "")

    async def WatchJob(self, request, context):
        self.asked.append(request.after_step)
        end, count, state = self.ends.pop(0)
        last = min(request.after_step + count, STEPS)
        steps = [pb.StepMetrics(step=step) for step in range(request.after_step + 1, last + 1)]
        yield pb.WatchJobResponse(job=pb.Job(name=request.name, state=state), steps=steps)
        if end:
            await context.abort(end, "this is the end")

    async def ExportArtifacts(self, request, context):
        self.exports += 1
        yield pb.ExportArtifactsResponse(path="model/config.json", content=b"{")
        if self.exports == 1:
            await context.abort(grpc.StatusCode.UNAVAILABLE, "this is the end")
        yield pb.ExportArtifactsResponse(path="model/config.json", content=b"}")
        if request.name == "jobs/evil":
            yield pb.ExportArtifactsResponse(path="model/../../evil", content=b"")


class Following(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.trainer = Trainer()
        server = grpc.aio.server()
        add_TrainerServiceServicer_to_server(self.trainer, server)
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        self.addAsyncCleanup(server.stop, None)
        self.jobs = await self.enterAsyncContext(Jobs(f"http://127.0.0.1:{port}"))

    async def watched(self):
        """The steps that were told, and whether the last news told of the end."""
        news = [told async for told in self.jobs.watch("jobs/a")]
        return [step.step for told in news for step in told.steps], news[-1].job.state

    async def test_each_step_is_told_once_however_streams_end(self):
        running, done = pb.Job.STATE_RUNNING, pb.Job.STATE_SUCCEEDED
        self.trainer.ends = [
            (grpc.StatusCode.UNAVAILABLE, 7, running),
            # A trainer that drains, and one that is gone without a word.
            (grpc.StatusCode.CANCELLED, 0, running),
            (None, 493, running),
            # It is done, and not all of its steps were told.
            (grpc.StatusCode.UNAVAILABLE, MOST_STEPS, done),
            (grpc.StatusCode.DEADLINE_EXCEEDED, MOST_STEPS, done),
            # What goes wrong after the last of it does not matter.
            (grpc.StatusCode.INTERNAL, MOST_STEPS, done),
        ]
        self.assertEqual(await self.watched(), (list(range(1, STEPS + 1)), done))
        self.assertEqual(self.trainer.asked, [0, 7, 7, 500, 1500, 2500])

    async def test_what_cannot_pass_ends_the_watching(self):
        self.trainer.ends = [(grpc.StatusCode.INTERNAL, 1, pb.Job.STATE_RUNNING)]
        with self.assertRaises(Fault) as raised:
            await self.watched()
        self.assertIs(raised.exception.code, grpc.StatusCode.INTERNAL)

    async def test_a_job_whose_creation_was_not_answered_is_not_made_twice(self):
        for job_id in ("a", ""):
            job = await self.jobs.create(job_id, pb.SftSpec())
            self.assertIn(job.name.removeprefix("jobs/"), self.trainer.created)
        self.assertEqual(len(self.trainer.created), 2)

    async def test_all_pages_are_asked_for(self):
        self.assertEqual([job.name async for job in self.jobs.all()], ["jobs/0", "jobs/1", "jobs/2"])

    async def test_files_are_there_once_they_are_whole(self):
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / "new" / "out"
            self.assertEqual(await self.jobs.export("jobs/a", folder), [folder / "model/config.json"])
            self.assertEqual((folder / "model/config.json").read_text(), "{}")
            with self.assertRaises(FileExistsError):
                await self.jobs.export("jobs/a", folder)
            with self.assertRaises(Fault) as raised:
                await self.jobs.export("jobs/evil", folder.parent / "evil")
            self.assertIs(raised.exception.code, grpc.StatusCode.DATA_LOSS)
            self.assertEqual(list(folder.parent.iterdir()), [folder])


class Paths(unittest.TestCase):
    def test_no_path_leaves_the_folder_it_is_meant_for(self):
        self.assertEqual(str(path_below("data/tasks.jsonl")), "data/tasks.jsonl")
        for text in ("", "/etc/passwd", "../x", "data/../../x", "a\nb", "."):
            with self.subTest(text), self.assertRaises(Fault):
                path_below(text)


if __name__ == "__main__":
    unittest.main()
