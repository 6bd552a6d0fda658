"""What a service could not do. It says nothing about a program."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import grpc
from google.rpc import error_details_pb2, status_pb2

_DETAILS = "grpc-status-details-bin"
#: What gRPC puts in the place of the answer where that came while a message was being sent, and knows no more of it.
_ANSWER_LOST = "Internal error from Core"


@dataclass(eq=False)
class Fault(Exception):
    """A call that had no answer. ``reason`` is stable and listed in the project's docs/errors.md; ``message`` is for people."""

    code: grpc.StatusCode
    message: str
    reason: str | None = None
    domain: str | None = None
    retry_after: float | None = None
    fields: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        wrong = "".join(f"; {name} {what}" for name, what in self.fields.items() if name not in self.message)
        return f"{self.code.name} {self.reason or ''}: {self.message}{wrong}".replace(" :", ":")

    @property
    def may_pass(self) -> bool:
        """Whether asking again can help: the service is away, or busy and says when to come back, or lost the request on its way."""
        is_busy = self.code is grpc.StatusCode.RESOURCE_EXHAUSTED and self.retry_after is not None
        # A call that is cancelled here is no fault; this one was by who answers.
        is_away = self.code in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED)
        return is_busy or is_away or self.reason == "SENDER_STALLED"


class InvalidRequest(Fault):
    """The request does not hold what the contract asks for; ``fields`` says which and why."""


class AccessDenied(Fault):
    """The key is missing, wrong, expired, or its role may not call this."""


class DeadlinePassed(Fault):
    """The time that the call was given is over."""


_KINDS = {
    grpc.StatusCode.INVALID_ARGUMENT: InvalidRequest,
    grpc.StatusCode.UNAUTHENTICATED: AccessDenied,
    grpc.StatusCode.PERMISSION_DENIED: AccessDenied,
    grpc.StatusCode.DEADLINE_EXCEEDED: DeadlinePassed,
}


def fault_of(error: grpc.aio.AioRpcError) -> Fault:
    """The fault that an error of gRPC tells."""
    kind = _KINDS.get(error.code(), Fault)
    said = error.details() or "the service said nothing"
    if error.code() is grpc.StatusCode.INTERNAL and said == _ANSWER_LOST:
        return Fault(grpc.StatusCode.UNAVAILABLE, "the service answered before all was sent, and its answer was lost")
    if error.code() is grpc.StatusCode.UNIMPLEMENTED:
        said = f"the service does not know this call; it is older than this package, or another one ({said})"
    fault = kind(error.code(), said)
    for detail in _details(error.trailing_metadata() or ()):
        _take(fault, detail)
    return fault


def _details(metadata: Iterable[tuple[str, str | bytes]]) -> Iterable[object]:
    for name, value in metadata:
        if name == _DETAILS and isinstance(value, bytes):
            yield from status_pb2.Status.FromString(value).details


def _take(fault: Fault, detail: object) -> None:
    info, retry, request = error_details_pb2.ErrorInfo(), error_details_pb2.RetryInfo(), error_details_pb2.BadRequest()
    if detail.Unpack(info):  # type: ignore[attr-defined]
        fault.reason, fault.domain = info.reason, info.domain
    elif detail.Unpack(retry):  # type: ignore[attr-defined]
        fault.retry_after = retry.retry_delay.seconds + retry.retry_delay.nanos / 1e9
    elif detail.Unpack(request):  # type: ignore[attr-defined]
        fault.fields = {violation.field: violation.description for violation in request.field_violations}
