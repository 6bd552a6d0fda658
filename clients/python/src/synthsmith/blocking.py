"""The verifier, for programs without an event loop."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Coroutine
from functools import partial, wraps
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

from .credentials import Credentials
from .judging import PATIENCE_SECONDS, Verifier

P = ParamSpec("P")
S = TypeVar("S")
T = TypeVar("T")


class InLoop(Generic[S]):
    """Something that is made and used in an event loop of its own, in a thread.

    Both are made when they are first used, and anew in a process that was forked or that this was sent to.
    """

    def __init__(self, make: Callable[[], S]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._process: int | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {"make": self._make}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(state["make"])  # type: ignore[misc]

    def run(self, work: Callable[[S], Coroutine[Any, Any, T]]) -> T:
        """Waits for the work; Ctrl-C ends it."""
        with self._lock:
            if self._process != os.getpid():
                self._start()
            # While nobody can close it: what is asked for is ended then.
            future = asyncio.run_coroutine_threadsafe(work(self._made), self._loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def _start(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._made = self._make()
        self._thread = threading.Thread(target=self._loop.run_forever, name="synthsmith", daemon=True)
        self._thread.start()
        self._process = os.getpid()

    def close(self, last: Callable[[S], Coroutine[Any, Any, None]]) -> None:
        """Ends what is under way, and does ``last``; nothing where nothing was ever used here."""
        with self._lock:
            if self._process != os.getpid():
                return
            self._process = None
        asyncio.run_coroutine_threadsafe(self._end(last), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self, last: Callable[[S], Coroutine[Any, Any, None]]) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await last(self._made)


def _waiting(
    method: Callable[Concatenate[Verifier, P], Coroutine[Any, Any, T]],
) -> Callable[Concatenate[BlockingVerifier, P], T]:
    """The same method, with the same arguments, that waits."""

    @wraps(method)
    def wait(self: BlockingVerifier, /, *args: P.args, **options: P.kwargs) -> T:
        return self._verifier.run(lambda verifier: method(verifier, *args, **options))

    return wait


class BlockingVerifier:
    """A :class:`synthsmith.Verifier` whose methods wait; any thread may call them."""

    def __init__(
        self, address: str, credentials: Credentials | None = None, *, patience_seconds: float = PATIENCE_SECONDS
    ) -> None:
        self._verifier = InLoop(partial(Verifier, address, credentials, patience_seconds=patience_seconds))

    def __enter__(self) -> BlockingVerifier:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._verifier.close(lambda verifier: verifier.close())

    judge = _waiting(Verifier.judge)
    execute = _waiting(Verifier.execute)
    put_tests = _waiting(Verifier.put_tests)
