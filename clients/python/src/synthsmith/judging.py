"""The verifier: what a program does, and whether it is right."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import grpc

from synthsmith.verifier.v1 import verifier_service_pb2 as pb
from synthsmith.verifier.v1.verifier_service_pb2_grpc import VerifierServiceStub

from .channel import Channel, Patience
from .credentials import Credentials
from .faults import Fault, fault_of
from .judgements import Compilation, Execution, Judgement, Outcome, compilation_of, judgement_of, outcome_of
from .programs import Checker, Isolation, Limits, Program, Test, TestSuite, as_bytes, checker_to_pb

if TYPE_CHECKING:
    from synthsmith.verifier.v1.verifier_service_pb2_grpc import VerifierServiceAsyncStub

#: How long a call is made again, where nothing else is said.
PATIENCE_SECONDS = 240.0
#: For the bytes of a suite, on top of the patience.
_UPLOAD_SECONDS = 60.0
#: For a compiler, on top of what programs may take.
_COMPILER_SECONDS = 60.0


class Verifier:
    """Has programs judged and executed by the verifiers behind an address.

    What they cannot do is a :class:`synthsmith.Fault` and never a verdict. A call that fails in passing (a replica was lost, the queue is
    full) is made again for ``patience_seconds``. All in all it takes at most that and what compiler and runs may take by their limits; a suite
    that has to be sent first has another such patience.
    """

    def __init__(self, address: str, credentials: Credentials | None = None, *, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self.patience_seconds = patience_seconds
        self._channel = Channel(address, credentials)
        self._puts: dict[TestSuite, asyncio.Task[str]] = {}

    async def __aenter__(self) -> Verifier:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        await self._channel.close()

    async def judge(
        self,
        program: Program,
        tests: Iterable[Test] | TestSuite,
        *,
        limits: Limits | None = None,
        checker: Checker | None = None,
        function: str = "",
        stop_at_first_failure: bool = False,
        isolation: Isolation = Isolation.DEFAULT,
        batch: str = "",
    ) -> Judgement:
        """The verdict on a program. A :class:`TestSuite` is sent once and named from then on."""
        limits = limits or Limits()
        suite = tests if isinstance(tests, TestSuite) else TestSuite(tests)
        request = pb.JudgeProgramRequest(
            program=program.to_pb(),
            limits=limits.to_pb(),
            checker=checker_to_pb(checker),
            stop_at_first_failure=stop_at_first_failure,
            function=function,
            isolation=isolation.to_pb(),
            batch=batch,
        )
        patience = self._patience(limits, len(suite.tests))
        if suite is tests:
            return judgement_of(await self._judge_named(request, suite, patience))
        request.tests.extend(suite.to_pb())
        return judgement_of(await self._judge(request, patience))

    async def execute(
        self,
        program: Program,
        inputs: Sequence[str | bytes],
        *,
        limits: Limits | None = None,
        function: str = "",
        returned_output_bytes: int = 64 << 10,
        stop_after_timeouts: int = 0,
        isolation: Isolation = Isolation.DEFAULT,
        batch: str = "",
    ) -> Execution:
        """What a program does on inputs, with the beginning of each output."""
        limits = limits or Limits()
        request = pb.ExecuteProgramRequest(
            program=program.to_pb(),
            inputs=map(as_bytes, inputs),
            limits=limits.to_pb(),
            function=function,
            returned_output_bytes=returned_output_bytes,
            stop_after_timeouts=stop_after_timeouts,
            isolation=isolation.to_pb(),
            batch=batch,
        )

        async def attempt(**how: Any) -> Execution:
            compilation, outcomes = Compilation(False, ""), []
            async for event in self._stub().ExecuteProgram(request, **how):
                if event.HasField("outcome"):
                    outcomes.append(outcome_of(event.outcome))
                else:
                    compilation = compilation_of(event.compilation)
            return Execution(compilation, outcomes)

        return await self._channel.call(attempt, self._patience(limits, len(inputs)))

    async def outcomes(
        self, program: Program, inputs: Sequence[str | bytes], *, limits: Limits | None = None, returned_output_bytes: int = 64 << 10
    ) -> AsyncIterator[Compilation | Outcome]:
        """The same as they happen. Nothing is asked twice, since what has been given out cannot be taken back."""
        limits = limits or Limits()
        request = pb.ExecuteProgramRequest(
            program=program.to_pb(),
            inputs=map(as_bytes, inputs),
            limits=limits.to_pb(),
            returned_output_bytes=returned_output_bytes,
        )
        timeout = self._patience(limits, len(inputs)).left()
        metadata = self._channel.credentials.metadata()
        try:
            async for event in self._stub().ExecuteProgram(request, timeout=timeout, metadata=metadata):
                yield outcome_of(event.outcome) if event.HasField("outcome") else compilation_of(event.compilation)
        except grpc.aio.AioRpcError as error:
            raise fault_of(error) from None

    async def put_tests(self, suite: TestSuite) -> str:
        """Sends a suite, and gives the digest that names it from now on."""
        request = pb.PutTestSuiteRequest(tests=suite.to_pb())
        attempt = lambda **how: self._stub().PutTestSuite(request, **how)  # noqa: E731
        suite.digest = (await self._channel.call(attempt, Patience(self.patience_seconds, _UPLOAD_SECONDS))).digest
        return suite.digest

    def _stub(self) -> VerifierServiceAsyncStub:
        return VerifierServiceStub(self._channel.grpc)

    def _patience(self, limits: Limits, runs: int) -> Patience:
        return Patience(self.patience_seconds, _COMPILER_SECONDS + runs * limits.longest_seconds())

    async def _judge(self, request: pb.JudgeProgramRequest, patience: Patience) -> pb.JudgeProgramResponse:
        attempt = lambda **how: self._stub().JudgeProgram(request, **how)  # noqa: E731
        return await self._channel.call(attempt, patience)

    async def _judge_named(self, request: pb.JudgeProgramRequest, suite: TestSuite, patience: Patience) -> pb.JudgeProgramResponse:
        """By digest; where that is not known any more the suite is put again, and as the last resort it goes with the request."""
        for digest in (suite.digest, None):
            request.test_suite_digest = digest or await self._put_once(suite)
            try:
                return await self._judge(request, patience)
            except Fault as fault:
                if fault.reason != "DIGEST_UNKNOWN":
                    raise
        # It was put at one replica, and another was asked.
        request.test_suite_digest = ""
        request.tests.extend(suite.to_pb())
        return await self._judge(request, patience)

    async def _put_once(self, suite: TestSuite) -> str:
        """For all who wait for the same suite, and whatever becomes of the one who asked first."""
        task = self._puts.get(suite)
        if task is None:
            task = self._puts[suite] = asyncio.create_task(self.put_tests(suite))
            task.add_done_callback(lambda done: self._put_ended(suite, done))
        return await asyncio.shield(task)

    def _put_ended(self, suite: TestSuite, done: asyncio.Task[str]) -> None:
        del self._puts[suite]
        # Those who waited have been told; where nobody did, nobody misses it.
        done.cancelled() or done.exception()
