"""The trainer: rows and problems that are put there, the jobs that learn from them or are evaluated on them, and what these made."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

import grpc

from synthsmith.trainer.v1 import trainer_service_pb2 as pb
from synthsmith.trainer.v1.trainer_service_pb2_grpc import TrainerServiceStub

from .channel import Patience
from .following import STREAM_SECONDS, Follower

if TYPE_CHECKING:
    from synthsmith.trainer.v1.trainer_service_pb2_grpc import TrainerServiceAsyncStub

_PIECE_BYTES = 1 << 20
#: Where as many come at once, there may be more.
_MOST_STEPS = 1000
#: Rows that are written before others have their turn.
_ROWS_AT_ONCE = 1000
_AT_REST = (pb.Job.STATE_SUCCEEDED, pb.Job.STATE_FAILED, pb.Job.STATE_CANCELLED, pb.Job.STATE_PAUSED)


class Problems(NamedTuple):
    """Problems that were put, as the fields of an ``EvaluationSpec`` name them."""

    data_digest: str
    #: Empty where each problem has its own tests.
    tests_digest: str = ""


class Jobs(Follower):
    """The jobs of a trainer. A job is named ``jobs/{job}``; what is not possible is a :class:`synthsmith.Fault`."""

    async def put_rows(self, rows: str | os.PathLike[str] | Iterable[Mapping[str, Any]]) -> str:
        """Sends chats to learn from, a file of JSON Lines or objects with ``messages``; gives the digest that names them from now on.

        The last role is "assistant". Objects are written to a temporary file first, row N as line N.
        """
        if isinstance(rows, (str, os.PathLike)):
            return await self._put_file(Path(rows), pb.PutDataRequest.KIND_CHATS)
        with TemporaryFile() as file:
            for number, row in enumerate(rows):
                file.write(json.dumps(row, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n")
                if number % _ROWS_AT_ONCE == 0:
                    await asyncio.sleep(0)
            return await self._put(file, pb.PutDataRequest.KIND_CHATS)

    async def put_problems(self, path: str | os.PathLike[str], benchmark: str = "") -> Problems:
        """Sends problems to be evaluated on: a file of a benchmark's records, or the output folder of a run.

        An empty ``benchmark`` is told by the first record. One that is named here has to be named in the specification, too.
        """
        path = Path(path)
        if path.is_dir():
            tasks = await self._put_file(path / "data/tasks.jsonl", pb.PutDataRequest.KIND_TASKS)
            return Problems(tasks, await self._put_file(path / "data/tests.jsonl", pb.PutDataRequest.KIND_TESTS))
        return Problems(await self._put_file(path, pb.PutDataRequest.KIND_PROBLEMS, benchmark))

    async def create(self, job_id: str, spec: pb.SftSpec | pb.EvaluationSpec) -> pb.Job:
        """Creates a job, which begins when a slot is free.

        The id lets it be asked for again, so that no second one is made; instead of an empty one another is chosen.
        """
        job_id = job_id or uuid4().hex
        if isinstance(spec, pb.SftSpec):
            request = pb.CreateJobRequest(job_id=job_id, sft=spec)
        else:
            request = pb.CreateJobRequest(job_id=job_id, evaluation=spec)

        async def create(**how: Any) -> pb.Job:
            return (await self._stub().CreateJob(request, **how)).job

        return await self._create(create, lambda: self.get(f"jobs/{job_id}"))

    async def get(self, name: str) -> pb.Job:
        return (await self._call(lambda **how: self._stub().GetJob(pb.GetJobRequest(name=name), **how))).job

    async def all(self) -> AsyncIterator[pb.Job]:
        """All jobs, the newest first."""
        async for page in self._pages(self._stub().ListJobs, pb.ListJobsRequest()):
            for job in page.jobs:
                yield job

    async def cancel(self, name: str) -> pb.Job:
        """Stops a job; its last checkpoint, and what was graded, are kept."""
        return (await self._call(lambda **how: self._stub().CancelJob(pb.CancelJobRequest(name=name), **how))).job

    async def resume(self, name: str) -> pb.Job:
        """Goes on with a job that is paused, was cancelled or failed, from where it was."""
        return (await self._call(lambda **how: self._stub().ResumeJob(pb.ResumeJobRequest(name=name), **how))).job

    async def watch(self, name: str, after_step: int = 0) -> AsyncIterator[pb.WatchJobResponse]:
        """The job as it stands, and the steps that were made since, until it has ended or is paused.

        Each step behind ``after_step`` is told once, whatever becomes of the connection.
        """
        request = pb.WatchJobRequest(name=name, after_step=after_step)
        news = lambda **how: self._stub().WatchJob(request, **how)  # noqa: E731
        async for told in self._watch(name, self.get, news, _is_last):
            if told.steps:
                request.after_step = told.steps[-1].step
            yield told

    async def export(self, name: str, folder: str | os.PathLike[str]) -> list[Path]:
        """Writes what a job that has succeeded made into a folder, which must not exist; gives the paths of its files."""
        request = pb.ExportArtifactsRequest(name=name)
        return await self._export(lambda **how: self._stub().ExportArtifacts(request, **how), folder)

    async def _put_file(self, path: Path, kind: pb.PutDataRequest.Kind.ValueType, benchmark: str = "") -> str:
        with path.open("rb") as file:
            return await self._put(file, kind, benchmark)

    async def _put(self, file: IO[bytes], kind: pb.PutDataRequest.Kind.ValueType, benchmark: str = "") -> str:
        async def attempt(**how: Any) -> str:
            file.seek(0)
            call = self._stub().PutData(**how)
            try:
                while content := await asyncio.to_thread(file.read, _PIECE_BYTES):
                    await call.write(pb.PutDataRequest(content=content, kind=kind, benchmark=benchmark))
                await call.done_writing()
            except (asyncio.InvalidStateError, grpc.aio.AioRpcError):
                # No more is taken; only the answer says why.
                pass
            except BaseException:
                call.cancel()
                raise
            return (await call).digest

        return await self._channel.call(attempt, Patience(self.patience_seconds, STREAM_SECONDS))

    def _stub(self) -> TrainerServiceAsyncStub:
        return TrainerServiceStub(self._channel.grpc)


def _is_last(told: pb.WatchJobResponse) -> bool:
    return told.job.state in _AT_REST and len(told.steps) < _MOST_STEPS
