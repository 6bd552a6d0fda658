//! The adapter that runs generator programs through the verifier, which is the only door to the
//! sandbox.

use std::time::Duration;

use async_trait::async_trait;
use synthsmith_corpus::{Limits, Program};
use synthsmith_proto::corpus::v1::{self as corpus_pb, OutcomeStatus};
use synthsmith_proto::verifier::v1 as pb;
use synthsmith_proto::verifier::v1::execute_program_response::Event;
use synthsmith_proto::verifier::v1::verifier_service_client::VerifierServiceClient;
use synthsmith_rpc::client::{Connector, InvalidAddress, ItemChannel, MAX_MESSAGE_BYTES};
use tonic::{Code, Request, Status};

use crate::runner::{ProgramRunner, Run, RunnerFault};

/// Bytes that a generator may print.
const MAX_OUTPUT_BYTES: u64 = 8 << 20;
/// Longer messages of a compiler tell no more.
const MAX_MESSAGE_CHARS: usize = 500;

/// Runs programs through the verifier.
#[derive(Debug, Clone)]
pub struct VerifierRunner {
    client: VerifierServiceClient<ItemChannel>,
    cpu_time: Duration,
    timeout: Duration,
}

// === impl VerifierRunner ===

impl VerifierRunner {
    /// Runs at the verifier at `address`, each program for at most `cpu_time`; `timeout` bounds the
    /// wait for it, time in the verifier's queue included. Connects at the first call.
    pub fn connect(
        connector: &Connector,
        address: &str,
        cpu_time: Duration,
        timeout: Duration,
    ) -> Result<Self, InvalidAddress> {
        let client = VerifierServiceClient::new(connector.connect(address)?)
            .max_encoding_message_size(MAX_MESSAGE_BYTES)
            .max_decoding_message_size(MAX_MESSAGE_BYTES);
        Ok(Self {
            client,
            cpu_time,
            timeout,
        })
    }

    fn request(&self, program: Program, stdin: Vec<u8>) -> Request<pb::ExecuteProgramRequest> {
        let limits = Limits {
            cpu_time: Some(self.cpu_time),
            output_bytes: Some(MAX_OUTPUT_BYTES),
            ..Limits::default()
        };
        let mut request = Request::new(pb::ExecuteProgramRequest {
            program: Some(program.into()),
            inputs: vec![stdin],
            limits: Some(limits.into()),
            returned_output_bytes: MAX_OUTPUT_BYTES as i64,
            ..pb::ExecuteProgramRequest::default()
        });
        request.set_timeout(self.timeout);
        request
    }

    async fn outcome(&self, request: Request<pb::ExecuteProgramRequest>) -> Result<Run, Status> {
        let mut events = self
            .client
            .clone()
            .execute_program(request)
            .await?
            .into_inner();
        while let Some(response) = events.message().await? {
            match response.event {
                Some(Event::Compilation(compilation)) if !compilation.succeeded => {
                    return Ok(Run::Failed(excerpt(
                        "does not compile",
                        &compilation.messages,
                    )));
                }
                Some(Event::Outcome(outcome)) => return Ok(run(outcome)),
                Some(Event::Compilation(_)) | None => {}
            }
        }
        Err(Status::unavailable("the verifier told no outcome"))
    }
}

#[async_trait]
impl ProgramRunner for VerifierRunner {
    async fn run(&self, program: Program, stdin: Vec<u8>) -> Result<Run, RunnerFault> {
        let waited = tokio::time::timeout(self.timeout, self.outcome(self.request(program, stdin)));
        match waited.await {
            Ok(outcome) => outcome.map_err(|status| fault(&status)),
            Err(_) => Err(RunnerFault::Unavailable {
                message: format!("no outcome within {} s", self.timeout.as_secs()),
                retry_after: None,
            }),
        }
    }
}

fn run(outcome: corpus_pb::Outcome) -> Run {
    let is_whole = outcome.output_size_bytes == outcome.output.len() as i64;
    match outcome.status() {
        OutcomeStatus::Ok if is_whole => Run::Printed(outcome.output),
        OutcomeStatus::Ok => Run::Failed("printed more than is returned".to_owned()),
        status => Run::Failed(excerpt(status.as_str_name(), &outcome.stderr_excerpt)),
    }
}

fn excerpt(what: &str, messages: &[u8]) -> String {
    let messages = String::from_utf8_lossy(messages);
    let messages: String = messages.trim().chars().take(MAX_MESSAGE_CHARS).collect();
    format!("{what}: {messages}")
}

/// Only what the verifier itself calls wrong is final; whatever else went wrong may pass.
fn fault(status: &Status) -> RunnerFault {
    let message = status.message().to_owned();
    match status.code() {
        Code::InvalidArgument
        | Code::FailedPrecondition
        | Code::NotFound
        | Code::OutOfRange
        | Code::PermissionDenied
        | Code::Unauthenticated
        | Code::Unimplemented => RunnerFault::Refused { message },
        _ => RunnerFault::Unavailable {
            message,
            retry_after: synthsmith_rpc::retry_delay(status),
        },
    }
}
