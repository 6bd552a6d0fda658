"""The orchestrator: runs, their progress and their output."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeVar

import grpc

from synthsmith.orchestrator.v1 import orchestrator_service_pb2 as pb
from synthsmith.orchestrator.v1.orchestrator_service_pb2_grpc import OrchestratorServiceStub

from .channel import Channel, Patience
from .credentials import Credentials
from .faults import Fault, fault_of

if TYPE_CHECKING:
    from synthsmith.orchestrator.v1.orchestrator_service_pb2_grpc import OrchestratorServiceAsyncStub

T = TypeVar("T")

#: How long a call waits for an orchestrator that is away.
PATIENCE_SECONDS = 60.0
#: For an answer, on top of that.
_ANSWER_SECONDS = 60.0
#: The longest that a run is watched, or its output received, without asking anew.
_STREAM_SECONDS = 3600.0
#: A stream that ended before the run did.
_BROKE_OFF = Fault(grpc.StatusCode.UNAVAILABLE, "the run is no longer told of")
_ENDED = (pb.Run.STATE_SUCCEEDED, pb.Run.STATE_FAILED, pb.Run.STATE_CANCELLED)


class Runs:
    """The runs of an orchestrator. A run is named ``runs/{run}``; what is not possible is a :class:`synthsmith.Fault`."""

    def __init__(self, address: str, credentials: Credentials | None = None, *, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self.patience_seconds = patience_seconds
        self._channel = Channel(address, credentials)

    async def __aenter__(self) -> Runs:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        await self._channel.close()

    async def create(self, run_id: str, spec: pb.RunSpec, samples: Iterable[pb.CodeSample]) -> pb.Run:
        """Creates a run, which begins at once. The id lets it be asked for again, so that no second one is made."""
        run = pb.NewRun(run_id=run_id, spec=spec)
        parts = [pb.CreateRunRequest(run=run), *(pb.CreateRunRequest(sample=sample) for sample in samples)]
        first_try = True

        async def attempt(**how: Any) -> pb.Run:
            nonlocal first_try
            was_first, first_try = first_try, False
            try:
                return (await self._stub().CreateRun(iter(parts), **how)).run
            except grpc.aio.AioRpcError as error:
                # The answer to an earlier try may have been lost on its way.
                if error.code() is grpc.StatusCode.ALREADY_EXISTS and not was_first:
                    return await self.get(f"runs/{run_id}")
                raise

        return await self._call(attempt)

    async def get(self, name: str) -> pb.Run:
        return (await self._call(lambda **how: self._stub().GetRun(pb.GetRunRequest(name=name), **how))).run

    async def all(self) -> AsyncIterator[pb.Run]:
        """All runs, the newest first."""
        request = pb.ListRunsRequest()
        while True:
            page = await self._call(lambda **how: self._stub().ListRuns(request, **how))
            for run in page.runs:
                yield run
            if not page.next_page_token:
                return
            request.page_token = page.next_page_token

    async def cancel(self, name: str) -> pb.Run:
        """Stops a run; what was done is kept."""
        return (await self._call(lambda **how: self._stub().CancelRun(pb.CancelRunRequest(name=name), **how))).run

    async def resume(self, name: str) -> pb.Run:
        """Goes on with a run that was cancelled or failed."""
        return (await self._call(lambda **how: self._stub().ResumeRun(pb.ResumeRunRequest(name=name), **how))).run

    async def watch(self, name: str) -> AsyncIterator[pb.Run]:
        """The run as it stands, whenever that changes, until it has ended."""
        patience = self._patience()
        while True:
            run = await self.get(name)
            fault = _BROKE_OFF
            try:
                request = pb.WatchRunRequest(name=name)
                async for response in self._stub().WatchRun(request, **self._stream()):
                    run, patience = response.run, self._patience()
                    yield run
            except grpc.aio.AioRpcError as error:
                if error.code() is not grpc.StatusCode.DEADLINE_EXCEEDED:
                    fault = fault_of(error)
            if run.state in _ENDED:
                return
            await patience.wait(fault)

    async def export(self, name: str, folder: str | os.PathLike[str]) -> list[Path]:
        """Writes the output of a run that has ended into a folder, which must not exist; gives the paths of its files."""
        folder = Path(folder)
        if folder.exists():
            raise FileExistsError(f"{folder} is there already; nothing is written over")
        folder.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as place:
            part = Path(place) / "part"
            paths = await self._call(lambda **how: self._receive(name, part, **how))
            part.rename(folder)
        return [folder / path for path in paths]

    async def _receive(self, name: str, folder: Path, *, timeout: float, metadata: Any) -> list[PurePosixPath]:
        paths: dict[PurePosixPath, None] = {}
        folder.mkdir(exist_ok=True)
        request = pb.ExportRunRequest(name=name)
        async for piece in self._stub().ExportRun(request, timeout=_STREAM_SECONDS, metadata=metadata):
            path = _path_below(piece.path)
            (folder / path.parent).mkdir(parents=True, exist_ok=True)
            # The first piece of this try replaces what an earlier one left.
            with (folder / path).open("ab" if path in paths else "wb") as file:
                file.write(piece.content)
            paths[path] = None
        return list(paths)

    def _stub(self) -> OrchestratorServiceAsyncStub:
        return OrchestratorServiceStub(self._channel.grpc)

    def _stream(self) -> dict[str, Any]:
        return {"timeout": _STREAM_SECONDS, "metadata": self._channel.credentials.metadata()}

    async def _call(self, attempt: Callable[..., Awaitable[T]]) -> T:
        return await self._channel.call(attempt, self._patience())

    def _patience(self) -> Patience:
        return Patience(self.patience_seconds, _ANSWER_SECONDS)


def _path_below(text: str) -> PurePosixPath:
    """A path that cannot leave the folder it is meant for."""
    path = PurePosixPath(text)
    if path.is_absolute() or not path.parts or ".." in path.parts or not text.isprintable():
        raise Fault(grpc.StatusCode.DATA_LOSS, f"the orchestrator names the file {text!r}, which is not below the output folder")
    return path
