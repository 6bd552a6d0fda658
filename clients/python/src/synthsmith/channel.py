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
    ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
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


class Channel:
    """A connection to every replica behind an address, opened when it is first used, in the event loop that uses it."""

    def __init__(self, address: str, credentials: Credentials | None = None) -> None:
        self.address = Address.parse(address)
        self.credentials = Credentials.from_environment() if credentials is None else credentials
        self._opened: grpc.aio.Channel | None = None

    @property
    def grpc(self) -> grpc.aio.Channel:
        """For the stubs of the contracts."""
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
        if self._opened is not None:
            await self._opened.close()
            self._opened = None

    async def call(self, attempt: Callable[..., Awaitable[T]], *, patience: float, seconds: float = 0.0) -> T:
        """Awaits ``attempt(timeout=…, metadata=…)``, again where a fault may pass, until ``patience`` seconds after the first one.

        All in all it takes at most ``patience + seconds``. What fails is a :class:`Fault`. The call must do no harm when it is made twice.
        """
        end = time.monotonic() + patience + seconds
        pause, last_try = _FIRST_PAUSE, None
        while True:
            left = end - time.monotonic()
            try:
                return await attempt(timeout=max(left, 0.001), metadata=self.credentials.metadata())
            except grpc.aio.AioRpcError as error:
                fault = fault_of(error)
            if not fault.may_pass:
                raise fault
            now = time.monotonic()
            last_try = last_try or now + patience
            wait = _spread(pause if fault.retry_after is None else fault.retry_after)
            if now + wait > last_try:
                raise _out_of_patience(fault, patience)
            await asyncio.sleep(wait)
            pause = min(2 * pause, _LONGEST_PAUSE)


def _spread(pause: float) -> float:
    """Callers that failed together do not come back together."""
    return pause * random.uniform(1.0, 1.5)


def _out_of_patience(fault: Fault, patience: float) -> Fault:
    fault.message = f"still so after {patience:g} s: {fault.message}"
    return fault
