"""Calls to a service: to each of its replicas in turn, again where that can help, and never without a deadline."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import grpc

from .address import Address
from .credentials import Credentials
from .faults import Fault, fault_of

T = TypeVar("T")

MAX_MESSAGE_BYTES = 64 << 20
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0
_OPTIONS: list[tuple[str, Any]] = [
    ("grpc.service_config", json.dumps({"loadBalancingConfig": [{"round_robin": {}}]})),
    # What is too much to be sent is for the service to say.
    ("grpc.max_send_message_length", -1),
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    # A replica that is gone without a word is noticed.
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 20_000),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 5_000),
    ("grpc.dns_min_time_between_resolutions_ms", 5_000),
    # A proxy for the web has no business between services.
    ("grpc.enable_http_proxy", 0),
]


class Patience:
    """How long a piece of work may take, and how long it may go on failing in passing."""

    def __init__(self, patience: float, seconds: float) -> None:
        self.patience = patience
        self._end = time.monotonic() + patience + seconds
        self._last_try: float | None = None
        self._pause = _FIRST_PAUSE

    def left(self) -> float:
        return max(self._end - time.monotonic(), 0.001)

    async def wait(self, fault: Fault) -> None:
        """Until it makes sense to try again; raises the fault where it does not, or no longer."""
        if not fault.may_pass:
            raise fault
        now = time.monotonic()
        if self._last_try is None:
            self._last_try = min(now + self.patience, self._end)
        # Callers that failed together do not come back together.
        pause = (self._pause if fault.retry_after is None else fault.retry_after) * random.uniform(1.0, 1.5)
        if now + pause > self._last_try:
            fault.message = f"still so after {self.patience:g} s: {fault.message}"
            raise fault
        await asyncio.sleep(pause)
        self._pause = min(2 * self._pause, _LONGEST_PAUSE)


class Channel:
    """A connection to every replica behind an address, opened when it is first used, in the event loop that uses it."""

    def __init__(self, address: str, credentials: Credentials | None = None) -> None:
        self.address = Address.parse(address)
        self.credentials = Credentials.from_environment() if credentials is None else credentials
        self._opened: grpc.aio.Channel | None = None
        self._is_closed = False

    @property
    def grpc(self) -> grpc.aio.Channel:
        """For the stubs of the contracts."""
        if self._is_closed:
            raise RuntimeError("the channel is closed")
        if self._opened is None:
            target = self.address.target
            # A list of places, which gRPC would send, is no host.
            options = [*_OPTIONS, ("grpc.default_authority", self.address.authority)]
            if self.address.is_protected:
                secrets = self.credentials.channel_credentials()
                self._opened = grpc.aio.secure_channel(target, secrets, options=options)
            else:
                self._opened = grpc.aio.insecure_channel(target, options=options)
        return self._opened

    async def close(self) -> None:
        self._is_closed = True
        if self._opened is not None:
            await self._opened.close()
            self._opened = None

    async def call(self, attempt: Callable[..., Awaitable[T]], patience: Patience) -> T:
        """Awaits ``attempt(timeout=…, metadata=…)``, again where a fault may pass; others are raised as a :class:`Fault`.

        The call must do no harm when it is made twice.
        """
        while True:
            try:
                return await attempt(timeout=patience.left(), metadata=self.credentials.metadata())
            except grpc.aio.AioRpcError as error:
                fault = fault_of(error)
            await patience.wait(fault)
