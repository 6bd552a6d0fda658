//! Who waits for how long, and who is sent away. The calls are made in this process, so that their order is certain.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use synthsmith_proto::verifier::v1 as pb;
use synthsmith_proto::verifier::v1::verifier_service_server::VerifierService as _;
use synthsmith_sandbox::{Compiled, Error, Job, Sandbox};
use synthsmith_verifier::{Config, VerifierService};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tonic::{Code, Request, Response, Status};
use tonic_types::StatusExt as _;

use crate::server::{program, refusal, tests, with_sandbox};

/// Compiles one program for each permit, and none successfully.
#[derive(Debug)]
pub(crate) struct Gate {
    began: Mutex<Vec<String>>,
    pub(crate) permits: Semaphore,
}

impl Gate {
    pub(crate) fn closed() -> Arc<Self> {
        Arc::new(Self {
            began: Mutex::default(),
            permits: Semaphore::new(0),
        })
    }

    pub(crate) fn began(&self) -> Vec<String> {
        self.began.lock().unwrap().clone()
    }
}

#[async_trait]
impl Sandbox for Gate {
    async fn compile(&self, job: Job) -> Result<Compiled, Error> {
        let source = String::from_utf8(job.source.to_vec()).unwrap();
        self.began.lock().unwrap().push(source);
        self.permits.acquire().await.unwrap().forget();
        Ok(Compiled {
            compilation: synthsmith_corpus::Compilation::default(),
            runs: None,
        })
    }
}

fn config(max_queue: usize) -> Config {
    Config {
        slots: 1,
        max_queue,
        ..Config::default()
    }
}

fn judgement(source: &str) -> pb::JudgeProgramRequest {
    pb::JudgeProgramRequest {
        program: Some(program("python3", source)),
        tests: tests(&[("", "")]),
        ..Default::default()
    }
}

type Judged = JoinHandle<Result<Response<pb::JudgeProgramResponse>, Status>>;

/// Calls as the client named by the first letter of the source; when this returns, the call is in the queue.
async fn call(service: &VerifierService, source: &str) -> Judged {
    let service = service.clone();
    let mut request = Request::new(judgement(source));
    let name = source[..1].parse().unwrap();
    request.metadata_mut().insert("synthsmith-client", name);
    let mut call = Box::pin(async move { service.judge_program(request).await });
    match futures::poll!(&mut call) {
        std::task::Poll::Ready(answer) => tokio::spawn(async { answer }),
        std::task::Poll::Pending => tokio::spawn(call),
    }
}

#[track_caller]
fn assert_sent_away(answer: Result<Response<pb::JudgeProgramResponse>, Status>) {
    let status = answer.unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted);
    assert_eq!(refusal(&status).0, "QUEUE_FULL");
    let delay = status
        .get_details_retry_info()
        .unwrap()
        .retry_delay
        .unwrap();
    assert!((1..=60).contains(&delay.as_secs()), "{delay:?}");
}

#[tokio::test]
async fn a_client_that_floods_the_queue_waits_for_itself() {
    let gate = Gate::closed();
    let service = VerifierService::new(config(100), Arc::clone(&gate) as Arc<dyn Sandbox>);
    let mut calls = Vec::new();
    for source in ["a0", "a1", "a2", "a3", "a4", "a5", "b0", "b1"] {
        calls.push(call(&service, source).await);
    }
    gate.permits.add_permits(calls.len());
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(
        gate.began(),
        ["a0", "a1", "b0", "a2", "b1", "a3", "a4", "a5"]
    );
}

#[tokio::test]
async fn a_full_queue_sends_the_youngest_of_the_greediest_client_away() {
    let gate = Gate::closed();
    let service = VerifierService::new(config(2), Arc::clone(&gate) as Arc<dyn Sandbox>);
    let running = call(&service, "a0").await;
    let waiting = call(&service, "a1").await;
    let youngest = call(&service, "a2").await;
    let single = call(&service, "b0").await;
    assert_sent_away(youngest.await.unwrap());
    assert_sent_away(call(&service, "a3").await.await.unwrap());
    gate.permits.add_permits(3);
    for call in [running, waiting, single] {
        call.await.unwrap().unwrap();
    }
    assert_eq!(gate.began(), ["a0", "a1", "b0"]);
}

#[tokio::test]
async fn a_deadline_that_passes_in_the_queue_frees_the_place() {
    let gate = Gate::closed();
    let mut client = with_sandbox(config(1), Arc::clone(&gate) as Arc<dyn Sandbox>).await;
    let running = tokio::spawn({
        let mut client = client.clone();
        async move { client.judge_program(judgement("running")).await }
    });
    while gate.began().is_empty() {
        tokio::task::yield_now().await;
    }
    let mut hurried = Request::new(judgement("hurried"));
    hurried.set_timeout(Duration::from_millis(50));
    let status = client.judge_program(hurried).await.unwrap_err();
    assert!(
        matches!(status.code(), Code::Cancelled | Code::DeadlineExceeded),
        "{status}"
    );
    // The server may learn of the deadline a moment later than the client, and begin the hurried one meanwhile.
    gate.permits.add_permits(3);
    loop {
        match client.judge_program(judgement("patient")).await {
            Err(status) if status.code() == Code::ResourceExhausted => {}
            answer => break assert!(answer.is_ok(), "{answer:?}"),
        }
    }
    running.await.unwrap().unwrap();
    let began = gate.began();
    let (first, last) = (began.first().unwrap(), began.last().unwrap());
    assert_eq!((first.as_str(), last.as_str()), ("running", "patient"));
}

#[tokio::test]
async fn a_call_that_is_given_up_while_it_waits_or_runs_makes_room() {
    let gate = Gate::closed();
    let service = VerifierService::new(config(1), Arc::clone(&gate) as Arc<dyn Sandbox>);
    let running = call(&service, "a0").await;
    let waiting = call(&service, "a1").await;
    assert_sent_away(call(&service, "a2").await.await.unwrap());
    waiting.abort();
    assert!(waiting.await.unwrap_err().is_cancelled());
    let waiting = call(&service, "a3").await;
    running.abort();
    assert!(running.await.unwrap_err().is_cancelled());
    gate.permits.add_permits(1);
    waiting.await.unwrap().unwrap();
    assert_eq!(gate.began(), ["a0", "a3"]);
}
