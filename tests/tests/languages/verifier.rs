//! A verifier in a process of its own, and what is asked of it.

use std::time::Duration;

use synthsmith_proto::corpus::v1::{Compilation, Limits, Outcome, Program, TestCase};
use synthsmith_proto::verifier::v1::execute_program_response::Event;
use synthsmith_proto::verifier::v1::verifier_service_client::VerifierServiceClient;
use synthsmith_proto::verifier::v1::{
    ExecuteProgramRequest, JudgeProgramRequest, JudgeProgramResponse,
};
use synthsmith_tests::{Daemon, Engine};
use tonic::transport::Channel;

pub(crate) struct Verifier {
    daemon: Daemon,
    client: VerifierServiceClient<Channel>,
}

/// A program, and the function called in it; empty for one that reads standard input.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source<'a> {
    pub(crate) language: &'a str,
    pub(crate) function: &'a str,
    pub(crate) text: &'a str,
}

// === impl Verifier ===

impl Verifier {
    pub(crate) async fn start(settings: &[(&str, &str)]) -> Self {
        let daemon = Daemon::start("verifier", settings).await;
        let client = VerifierServiceClient::new(daemon.channel().await);
        Self { daemon, client }
    }

    /// What the compiler said, and what the program did on each input.
    pub(crate) async fn execute(
        &self,
        source: Source<'_>,
        inputs: &[&str],
    ) -> (Compilation, Vec<Outcome>) {
        let request = ExecuteProgramRequest {
            program: Some(source.program()),
            function: source.function.to_owned(),
            inputs: inputs
                .iter()
                .map(|input| input.as_bytes().to_vec())
                .collect(),
            returned_output_bytes: 4096,
            ..ExecuteProgramRequest::default()
        };
        let mut client = self.client.clone();
        let mut events = client.execute_program(request).await.unwrap().into_inner();
        let (mut compilation, mut outcomes) = (Compilation::default(), Vec::new());
        while let Some(response) = events.message().await.unwrap() {
            match response.event.expect("an event holds something") {
                Event::Compilation(told) => compilation = told,
                Event::Outcome(outcome) => outcomes.push(outcome),
            }
        }
        (compilation, outcomes)
    }

    /// The verdict on one test.
    pub(crate) async fn judge(
        &self,
        source: Source<'_>,
        (input, expected): (&str, &str),
        limits: Limits,
    ) -> JudgeProgramResponse {
        let test = TestCase {
            input: input.as_bytes().to_vec(),
            expected_output: expected.as_bytes().to_vec(),
            ..Default::default()
        };
        let request = JudgeProgramRequest {
            program: Some(source.program()),
            function: source.function.to_owned(),
            tests: vec![test],
            limits: Some(limits),
            ..JudgeProgramRequest::default()
        };
        let mut client = self.client.clone();
        client.judge_program(request).await.unwrap().into_inner()
    }

    /// Ends it, and looks at what it leaves behind.
    pub(crate) async fn end(self) {
        drop(self.client);
        let process_id = self.daemon.process_id();
        self.daemon.terminate();
        assert_eq!(self.daemon.exit_code(Duration::from_mins(1)).await, Some(0));
        Engine::connect().assert_nothing_left_of(process_id).await;
    }
}

// === impl Source ===

impl Source<'_> {
    fn program(self) -> Program {
        Program {
            language: self.language.to_owned(),
            source: self.text.to_owned(),
        }
    }
}
