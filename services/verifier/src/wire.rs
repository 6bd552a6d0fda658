//! Requests as values of the domain, and results as responses.

mod checker;
mod digests;
mod excerpts;
mod isolation;
mod limits;
mod names;
mod program;
mod suite;

#[cfg(test)]
mod tests;

use std::num::NonZeroU32;

use bytes::Bytes;
use synthsmith_corpus::Verdict;
use synthsmith_proto::corpus::v1 as corpus_pb;
use synthsmith_proto::verifier::v1 as pb;
use synthsmith_rpc::{Caller, Violations};
use synthsmith_sandbox::WorkingFiles;
use tonic::Request;
use tonic::metadata::AsciiMetadataValue;

use crate::client::Client;
use crate::execute::{Event, Execution};
use crate::judge::{Judged, JudgedTest, Judgement, Tests};
use crate::kept::Kept;
use crate::{Config, Error};
pub(crate) use digests::unknown_suite;
pub(crate) use suite::too_many;

const MAX_RETURNED_BYTES: i64 = 16 << 20;

/// Checks requests against the configuration; all that is wrong with one is told at once.
#[derive(Debug)]
pub(crate) struct Decoder<'a> {
    config: &'a Config,
    kept: &'a Kept,
    violations: Violations,
    /// The fields whose digests name nothing that is kept.
    unknown: Violations,
}

impl<'a> Decoder<'a> {
    pub(crate) fn new(config: &'a Config, kept: &'a Kept) -> Self {
        Self {
            config,
            kept,
            violations: Violations::default(),
            unknown: Violations::default(),
        }
    }

    pub(crate) fn client<T>(&mut self, request: &Request<T>) -> Client {
        let proven = request.extensions().get::<Caller>();
        let name = request.metadata().get(Client::KEY);
        let name = name.map(AsciiMetadataValue::as_bytes);
        let peer = request.remote_addr().map(|peer| peer.ip());
        let client = Client::of(proven, name, peer);
        let client = self.violations.take(Client::KEY, client);
        client.unwrap_or(Client::Unknown)
    }

    pub(crate) fn execution(
        mut self,
        request: pb::ExecuteProgramRequest,
    ) -> Result<Execution, Error> {
        let program = self.program_or_digest(request.program, &request.program_digest);
        let program = self.called(program, &request.function);
        self.inputs("inputs", &request.inputs);
        let limits = self.limits(request.limits);
        let returned = request.returned_output_bytes;
        self.violations.require(
            (0..=MAX_RETURNED_BYTES).contains(&returned),
            "returned_output_bytes",
            format!("is {returned} and must be 0 to {MAX_RETURNED_BYTES}"),
        );
        let stop_after = u32::try_from(request.stop_after_timeouts);
        self.violations
            .require(stop_after.is_ok(), "stop_after_timeouts", "is negative");
        let isolation = self.isolation(request.isolation, request.batch);
        let program = self.valid(program)?.within(limits);
        Ok(Execution {
            program: program.at(isolation),
            inputs: request.inputs.into_iter().map(Bytes::from).collect(),
            working_files: WorkingFiles::default(),
            returned_output_bytes: returned.max(0) as u64,
            stop_after_timeouts: stop_after.ok().and_then(NonZeroU32::new),
        })
    }

    pub(crate) fn judgement(
        mut self,
        request: pb::JudgeProgramRequest,
    ) -> Result<Judgement<Tests>, Error> {
        let program = self.program_or_digest(request.program, &request.program_digest);
        let is_call = !request.function.is_empty();
        let program = self.called(program, &request.function);
        let tests = self.tests_or_digest(request.tests, &request.test_suite_digest);
        let limits = self.limits(request.limits);
        let checker = self.checker(request.checker, is_call);
        let isolation = self.isolation(request.isolation, request.batch);
        let ((program, checker), tests) = self.valid(program.zip(checker).zip(tests))?;
        Ok(Judgement {
            program: program.within(limits).at(isolation),
            tests,
            checker,
            stop_at_first_failure: request.stop_at_first_failure,
        })
    }

    /// There is a value where nothing is wrong or unknown.
    fn valid<T>(self, value: Option<T>) -> Result<T, Error> {
        match value {
            _ if !self.violations.is_empty() => Err(Error::InvalidRequest(self.violations)),
            Some(value) if self.unknown.is_empty() => Ok(value),
            _ => Err(Error::DigestUnknown(self.unknown)),
        }
    }
}

pub(crate) fn event(event: Event) -> pb::ExecuteProgramResponse {
    use pb::execute_program_response::Event as Wire;
    let event = match event {
        Event::Compiled(compilation) => Wire::Compilation(compilation.into()),
        Event::Finished { outcome, .. } => Wire::Outcome(outcome.into()),
    };
    pb::ExecuteProgramResponse { event: Some(event) }
}

pub(crate) fn judged(mut judged: Judged) -> pb::JudgeProgramResponse {
    excerpts::shorten(&mut judged.tests);
    let verdict = |verdict: Verdict| corpus_pb::Verdict::from(verdict) as i32;
    let test = |test: JudgedTest| pb::TestVerdict {
        verdict: verdict(test.verdict),
        outcome: Some(test.outcome.into()),
        checker_message: test.checker_message,
    };
    pb::JudgeProgramResponse {
        tests: judged.tests.into_iter().map(test).collect(),
        verdict: verdict(judged.verdict),
        compilation: judged.compilation.map(Into::into),
        checker_compilation: judged.checker_compilation.map(Into::into),
    }
}
