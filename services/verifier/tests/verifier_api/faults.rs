//! What the verifier answers where it cannot decide.

use std::sync::Arc;

use async_trait::async_trait;
use synthsmith_proto::verifier::v1 as pb;
use synthsmith_sandbox::{Error, Event, Job, Sandbox};
use synthsmith_verifier::Config;
use tokio::sync::{Semaphore, mpsc};
use tonic::Code;
use tonic_types::StatusExt as _;

use crate::server::{program, tests, with_sandbox};

/// Says that it began, and never ends.
#[derive(Debug)]
struct Stuck(Arc<Semaphore>);

#[async_trait]
impl Sandbox for Stuck {
    async fn run(&self, _: Job, _: mpsc::Sender<Event>) -> Result<(), Error> {
        self.0.add_permits(1);
        std::future::pending().await
    }
}

#[derive(Debug)]
struct Broken;

#[async_trait]
impl Sandbox for Broken {
    async fn run(&self, _: Job, _: mpsc::Sender<Event>) -> Result<(), Error> {
        Err(Error::RunnerFault("no counters".to_owned()))
    }
}

fn judgement() -> pb::JudgeProgramRequest {
    pb::JudgeProgramRequest {
        program: Some(program("python3", "pass")),
        tests: tests(&[("", "")]),
        ..Default::default()
    }
}

#[tokio::test]
async fn a_full_queue_refuses_and_says_when_to_come_back() {
    let began = Arc::new(Semaphore::new(0));
    let config = Config {
        slots: 1,
        max_queue: 1,
        ..Config::default()
    };
    let client = with_sandbox(config, Arc::new(Stuck(Arc::clone(&began)))).await;
    let calls: Vec<_> = (0..2)
        .map(|_| {
            let mut client = client.clone();
            tokio::spawn(async move { client.judge_program(judgement()).await })
        })
        .collect();
    let _both = began.acquire_many(2).await.unwrap();
    let status = client.clone().judge_program(judgement()).await.unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted);
    assert_eq!(
        status.get_details_error_info().unwrap().reason,
        "QUEUE_FULL"
    );
    assert!(
        status
            .get_details_retry_info()
            .unwrap()
            .retry_delay
            .is_some()
    );
    for call in calls {
        call.abort();
    }
}

#[tokio::test]
async fn a_fault_of_the_sandbox_is_no_verdict() {
    let mut client = with_sandbox(Config::default(), Arc::new(Broken)).await;
    let status = client.judge_program(judgement()).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert_eq!(
        status.get_details_error_info().unwrap().reason,
        "SANDBOX_UNAVAILABLE"
    );
    let request = pb::ExecuteProgramRequest {
        program: Some(program("python3", "pass")),
        inputs: vec![Vec::new()],
        ..Default::default()
    };
    let mut stream = client.execute_program(request).await.unwrap().into_inner();
    assert_eq!(
        stream.message().await.unwrap_err().code(),
        Code::Unavailable
    );
}

#[tokio::test]
async fn an_invalid_request_names_its_fields() {
    let mut client = with_sandbox(Config::default(), Arc::new(Broken)).await;
    let status = client
        .judge_program(pb::JudgeProgramRequest::default())
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    let violations = status.get_details_bad_request().unwrap().field_violations;
    let fields: Vec<&str> = violations
        .iter()
        .map(|violation| violation.field.as_str())
        .collect();
    assert_eq!(fields, ["program", "tests"]);
}
