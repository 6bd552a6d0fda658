"""The verifier, for programs without an event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from .credentials import Credentials
from .judgements import Execution, Judgement
from .judging import PATIENCE_SECONDS, Verifier

T = TypeVar("T")


class Loop:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="synthsmith", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Waits for the work; Ctrl-C ends it."""
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class BlockingVerifier:
    """A :class:`synthsmith.Verifier` whose methods wait; any thread may call them."""

    def __init__(self, address: str, credentials: Credentials | None = None, *, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._verifier = Verifier(address, credentials, patience_seconds=patience_seconds)
        self._loop = Loop()

    def __enter__(self) -> BlockingVerifier:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._loop.run(self._verifier.close())
        self._loop.close()

    def judge(self, *args: Any, **options: Any) -> Judgement:
        """As :meth:`synthsmith.Verifier.judge`."""
        return self._loop.run(self._verifier.judge(*args, **options))

    def execute(self, *args: Any, **options: Any) -> Execution:
        """As :meth:`synthsmith.Verifier.execute`."""
        return self._loop.run(self._verifier.execute(*args, **options))
