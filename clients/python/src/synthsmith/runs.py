"""The orchestrator: runs, their progress and their output."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from synthsmith.orchestrator.v1 import orchestrator_service_pb2 as pb
from synthsmith.orchestrator.v1.orchestrator_service_pb2_grpc import OrchestratorServiceStub

from .following import Follower

if TYPE_CHECKING:
    from synthsmith.orchestrator.v1.orchestrator_service_pb2_grpc import OrchestratorServiceAsyncStub

_ENDED = (pb.Run.STATE_SUCCEEDED, pb.Run.STATE_FAILED, pb.Run.STATE_CANCELLED)


class Runs(Follower):
    """The runs of an orchestrator. A run is named ``runs/{run}``; what is not possible is a :class:`synthsmith.Fault`."""

    async def create(self, run_id: str, spec: pb.RunSpec, samples: Iterable[pb.CodeSample]) -> pb.Run:
        """Creates a run, which begins at once. The id lets it be asked for again, so that no second one is made."""
        run = pb.NewRun(run_id=run_id, spec=spec)
        parts = [pb.CreateRunRequest(run=run), *(pb.CreateRunRequest(sample=sample) for sample in samples)]

        async def create(**how: Any) -> pb.Run:
            return (await self._stub().CreateRun(iter(parts), **how)).run

        return await self._create(create, lambda: self.get(f"runs/{run_id}"))

    async def get(self, name: str) -> pb.Run:
        return (await self._call(lambda **how: self._stub().GetRun(pb.GetRunRequest(name=name), **how))).run

    async def all(self) -> AsyncIterator[pb.Run]:
        """All runs, the newest first."""
        async for page in self._pages(self._stub().ListRuns, pb.ListRunsRequest()):
            for run in page.runs:
                yield run

    async def cancel(self, name: str) -> pb.Run:
        """Stops a run; what was done is kept."""
        return (await self._call(lambda **how: self._stub().CancelRun(pb.CancelRunRequest(name=name), **how))).run

    async def resume(self, name: str) -> pb.Run:
        """Goes on with a run that was cancelled or failed."""
        return (await self._call(lambda **how: self._stub().ResumeRun(pb.ResumeRunRequest(name=name), **how))).run

    async def watch(self, name: str) -> AsyncIterator[pb.Run]:
        """The run as it stands, whenever that changes, until it has ended."""
        request = pb.WatchRunRequest(name=name)
        news = lambda **how: self._stub().WatchRun(request, **how)  # noqa: E731
        async for told in self._watch(name, self.get, news, lambda told: told.run.state in _ENDED):
            yield told.run

    async def export(self, name: str, folder: str | os.PathLike[str]) -> list[Path]:
        """Writes the output of a run that has ended into a folder, which must not exist; gives the paths of its files."""
        request = pb.ExportRunRequest(name=name)
        return await self._export(lambda **how: self._stub().ExportRun(request, **how), folder)

    def _stub(self) -> OrchestratorServiceAsyncStub:
        return OrchestratorServiceStub(self._channel.grpc)
