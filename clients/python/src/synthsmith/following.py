"""Work that goes on in a service after the call that began it: it is created once, watched until it rests, and its files are received."""

from __future__ import annotations

import os
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from pathlib import Path, PurePosixPath
from typing import Any, Protocol, TypeVar

import grpc

from .channel import Channel, Patience
from .credentials import Credentials
from .faults import Fault, fault_of
from .receiving import Piece, appearing, receive

#: How long a call waits for a service that is away.
PATIENCE_SECONDS = 60.0
#: For an answer, on top of that.
_ANSWER_SECONDS = 60.0
#: The longest that work is watched, or files are on their way, without asking anew.
STREAM_SECONDS = 3600.0


class ListRequest(Protocol):
    page_token: str


class Page(Protocol):
    @property
    def next_page_token(self) -> str: ...


F = TypeVar("F", bound="Follower")
P = TypeVar("P", bound=Page)
R = TypeVar("R", bound=ListRequest)
T = TypeVar("T")


class Follower:
    """What :class:`synthsmith.Runs` and :class:`synthsmith.Jobs` have in common."""

    def __init__(self, address: str, credentials: Credentials | None = None, *, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self.patience_seconds = patience_seconds
        self._channel = Channel(address, credentials)

    async def __aenter__(self: F) -> F:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        await self._channel.close()

    async def _create(self, create: Callable[..., Awaitable[T]], get: Callable[[], Awaitable[T]]) -> T:
        """Creates what has an id that was chosen here, so that it is the same one where ``create`` is called again."""
        first_try = True

        async def attempt(**how: Any) -> T:
            nonlocal first_try
            was_first, first_try = first_try, False
            try:
                return await create(**how)
            except grpc.aio.AioRpcError as error:
                # The answer to an earlier try may have been lost on its way.
                if error.code() is grpc.StatusCode.ALREADY_EXISTS and not was_first:
                    return await get()
                raise

        return await self._call(attempt)

    async def _pages(self, ask: Callable[..., Awaitable[P]], request: R) -> AsyncIterator[P]:
        while True:
            page = await self._call(lambda **how: ask(request, **how))
            yield page
            if not page.next_page_token:
                return
            request.page_token = page.next_page_token

    async def _watch(
        self, name: str, get: Callable[[str], Awaitable[object]], news: Callable[..., AsyncIterable[T]], is_last: Callable[[T], bool]
    ) -> AsyncIterator[T]:
        """What streams tell until the last of it, each going on where the one before broke off."""
        patience, is_over = self._patience(), False
        while not is_over:
            # A stream may be silent for long; a service that does not answer at all may not.
            await get(name)
            fault = Fault(grpc.StatusCode.UNAVAILABLE, f"{name} is no longer told of")
            try:
                async for piece in news(timeout=STREAM_SECONDS, metadata=self._channel.credentials.metadata()):
                    patience, is_over = self._patience(), is_last(piece)
                    yield piece
            except grpc.aio.AioRpcError as error:
                if error.code() is not grpc.StatusCode.DEADLINE_EXCEEDED:
                    fault = fault_of(error)
            if not is_over:
                await patience.wait(fault)

    async def _export(self, pieces: Callable[..., AsyncIterable[Piece]], folder: str | os.PathLike[str]) -> list[Path]:
        """Receives files into a folder, which must not exist; gives their paths."""
        folder = Path(folder)
        with appearing(folder) as part:

            async def attempt(*, timeout: float, metadata: Any) -> list[PurePosixPath]:
                return await receive(pieces(timeout=STREAM_SECONDS, metadata=metadata), part)

            paths = await self._call(attempt)
        return [folder / path for path in paths]

    async def _call(self, attempt: Callable[..., Awaitable[T]]) -> T:
        return await self._channel.call(attempt, self._patience())

    def _patience(self) -> Patience:
        return Patience(self.patience_seconds, _ANSWER_SECONDS)
