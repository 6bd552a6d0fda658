//! The adapter to the verifier against a real gRPC server that answers as it was told.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::stream::{self, Stream};
use synthsmith_corpus::Program;
use synthsmith_proto::corpus::v1::{Compilation, Outcome, OutcomeStatus};
use synthsmith_proto::verifier::v1 as pb;
use synthsmith_proto::verifier::v1::execute_program_response::Event;
use synthsmith_proto::verifier::v1::verifier_service_server::{
    VerifierService, VerifierServiceServer,
};
use synthsmith_rpc::client::Connector;
use synthsmith_test_gen::runner::{ProgramRunner as _, Run, RunnerFault};
use synthsmith_test_gen::verifier::VerifierRunner;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::transport::Server;
use tonic::{Request, Response, Status};

type Events = Vec<Result<Event, Status>>;

/// Answers every execution with the same events.
#[derive(Clone)]
struct ToldVerifier {
    events: Events,
    asked: Arc<Mutex<Vec<pb::ExecuteProgramRequest>>>,
}

#[tonic::async_trait]
impl VerifierService for ToldVerifier {
    type ExecuteProgramStream =
        Pin<Box<dyn Stream<Item = Result<pb::ExecuteProgramResponse, Status>> + Send>>;

    async fn execute_program(
        &self,
        request: Request<pb::ExecuteProgramRequest>,
    ) -> Result<Response<Self::ExecuteProgramStream>, Status> {
        self.asked.lock().unwrap().push(request.into_inner());
        let response = |event| pb::ExecuteProgramResponse { event: Some(event) };
        let events = self.events.clone().into_iter();
        let responses = events.map(move |event| event.map(response));
        Ok(Response::new(Box::pin(stream::iter(responses))))
    }

    async fn judge_program(
        &self,
        _: Request<pb::JudgeProgramRequest>,
    ) -> Result<Response<pb::JudgeProgramResponse>, Status> {
        Err(Status::unimplemented("nobody judges here"))
    }

    async fn put_program(
        &self,
        _: Request<pb::PutProgramRequest>,
    ) -> Result<Response<pb::PutProgramResponse>, Status> {
        Err(Status::unimplemented("nothing is kept here"))
    }

    async fn put_test_suite(
        &self,
        _: Request<pb::PutTestSuiteRequest>,
    ) -> Result<Response<pb::PutTestSuiteResponse>, Status> {
        Err(Status::unimplemented("nothing is kept here"))
    }
}

async fn serve(events: Events) -> (VerifierRunner, ToldVerifier) {
    let verifier = ToldVerifier {
        events,
        asked: Arc::default(),
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let incoming = TcpListenerStream::new(listener);
    let server = Server::builder().add_service(VerifierServiceServer::new(verifier.clone()));
    tokio::spawn(server.serve_with_incoming(incoming));
    let runner = VerifierRunner::connect(
        &Connector::default(),
        &address,
        Duration::from_secs(5),
        Duration::from_mins(1),
    );
    (runner.unwrap(), verifier)
}

async fn run(events: Events) -> Result<Run, RunnerFault> {
    serve(events)
        .await
        .0
        .run(program(), b"7 3\n".to_vec())
        .await
}

fn program() -> Program {
    Program {
        language: "python3".into(),
        source: "print([])".into(),
    }
}

fn compiled(succeeded: bool) -> Event {
    let messages = b"line 1: what?".to_vec();
    Event::Compilation(Compilation {
        succeeded,
        messages,
        measures: None,
    })
}

fn outcome(status: OutcomeStatus, output: &[u8], size: i64) -> Event {
    Event::Outcome(Outcome {
        status: status as i32,
        output: output.to_vec(),
        output_size_bytes: size,
        stderr_excerpt: b"boom".to_vec(),
        ..Outcome::default()
    })
}

#[tokio::test]
async fn a_run_that_ends_well_gives_what_it_printed() {
    let events = vec![
        Ok(compiled(true)),
        Ok(outcome(OutcomeStatus::Ok, b"[]\n", 3)),
    ];
    let (runner, verifier) = serve(events).await;
    let run = runner.run(program(), b"7 3\n".to_vec()).await;
    assert_eq!(run, Ok(Run::Printed(b"[]\n".to_vec())));

    let asked = verifier.asked.lock().unwrap().clone();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].inputs, [b"7 3\n".to_vec()]);
    assert_eq!(asked[0].returned_output_bytes, 8 << 20);
    let limits = asked[0].limits.unwrap();
    assert_eq!(limits.cpu_time.unwrap().seconds, 5);
    assert_eq!(limits.output_bytes, 8 << 20);
}

#[tokio::test]
async fn what_is_the_programs_fault_is_a_failed_run() {
    for (events, told) in [
        (vec![Ok(compiled(false))], "line 1: what?"),
        (
            vec![
                Ok(compiled(true)),
                Ok(outcome(OutcomeStatus::RuntimeError, b"", 0)),
            ],
            "OUTCOME_STATUS_RUNTIME_ERROR: boom",
        ),
        (
            vec![
                Ok(compiled(true)),
                Ok(outcome(OutcomeStatus::CpuTimeExceeded, b"[", 1)),
            ],
            "OUTCOME_STATUS_CPU_TIME_EXCEEDED",
        ),
        (
            vec![Ok(compiled(true)), Ok(outcome(OutcomeStatus::Ok, b"[", 9))],
            "printed more",
        ),
    ] {
        let Ok(Run::Failed(detail)) = run(events).await else {
            panic!("{told}")
        };
        assert!(detail.contains(told), "{detail}");
    }
}

#[tokio::test]
async fn what_is_the_verifiers_fault_is_an_error() {
    let unavailable = |fault: &RunnerFault| matches!(fault, RunnerFault::Unavailable { .. });
    for (events, is_passing) in [
        (vec![], true),
        (vec![Ok(compiled(true))], true),
        (vec![Err(Status::unavailable("no engine"))], true),
        (
            vec![
                Ok(compiled(true)),
                Err(Status::resource_exhausted("queue full")),
            ],
            true,
        ),
        (
            vec![Ok(compiled(true)), Err(Status::internal("broken"))],
            true,
        ),
        (
            vec![Err(Status::failed_precondition("no image for python3"))],
            false,
        ),
        (
            vec![Err(Status::invalid_argument("no such language"))],
            false,
        ),
    ] {
        let fault = run(events).await.unwrap_err();
        assert_eq!(unavailable(&fault), is_passing, "{fault}");
    }
}

#[tokio::test]
async fn a_verifier_that_is_not_there_may_come_back() {
    let address = "http://127.0.0.1:1";
    let timeout = Duration::from_mins(1);
    let runner = VerifierRunner::connect(&Connector::default(), address, timeout, timeout).unwrap();
    let fault = runner.run(program(), Vec::new()).await.unwrap_err();
    assert!(matches!(fault, RunnerFault::Unavailable { .. }));
}
