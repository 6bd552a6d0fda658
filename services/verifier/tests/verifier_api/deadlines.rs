//! Calls that take longer than was granted.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use synthsmith_corpus::{Compilation, Outcome};
use synthsmith_proto::verifier::v1 as pb;
use synthsmith_proto::verifier::v1::execute_program_response::Event;
use synthsmith_sandbox::{Compiled, Error, Input, Job, Runs, Sandbox};
use synthsmith_verifier::Config;
use tonic::{Code, Request, Status};

use crate::server::{program, refusal, tests, with_sandbox};

/// Its programs never end.
#[derive(Debug)]
struct Endless;

#[async_trait]
impl Sandbox for Endless {
    async fn compile(&self, _: Job) -> Result<Compiled, Error> {
        Ok(Compiled {
            compilation: Compilation::default(),
            runs: Some(Box::new(Self)),
        })
    }
}

#[async_trait]
impl Runs for Endless {
    async fn run(&mut self, _: Input) -> Result<Outcome, Error> {
        std::future::pending().await
    }
}

fn config() -> Config {
    Config {
        slots: 1,
        max_turn_seconds: 1,
        ..Config::default()
    }
}

fn execution() -> pb::ExecuteProgramRequest {
    pb::ExecuteProgramRequest {
        program: Some(program("python3", "pass")),
        inputs: vec![Vec::new(); 3],
        ..Default::default()
    }
}

#[track_caller]
fn assert_passed(status: &Status) {
    assert_eq!(status.code(), Code::DeadlineExceeded, "{status}");
    assert_eq!(refusal(status).0, "DEADLINE_PASSED");
}

#[tokio::test]
async fn an_execution_ends_at_the_deadline_of_its_call() {
    let config = Config {
        max_turn_seconds: 3600,
        ..config()
    };
    let mut client = with_sandbox(config, Arc::new(Endless)).await;
    // The one slot is free again for the second.
    for _ in 0..2 {
        let mut request = Request::new(execution());
        request.set_timeout(Duration::from_secs(2));
        let mut stream = client.execute_program(request).await.unwrap().into_inner();
        let event = stream.message().await.unwrap().unwrap().event;
        assert!(matches!(event, Some(Event::Compilation(_))));
        assert_passed(&stream.message().await.unwrap_err());
    }
}

#[tokio::test]
async fn a_turn_ends_whatever_the_call_grants() {
    let mut client = with_sandbox(config(), Arc::new(Endless)).await;
    let mut request = Request::new(execution());
    request.set_timeout(Duration::from_hours(1));
    let mut stream = client.execute_program(request).await.unwrap().into_inner();
    stream.message().await.unwrap().unwrap();
    assert_passed(&stream.message().await.unwrap_err());

    let judgement = pb::JudgeProgramRequest {
        program: Some(program("python3", "pass")),
        tests: tests(&[("", "")]),
        ..Default::default()
    };
    let status = client.judge_program(judgement).await.unwrap_err();
    assert_passed(&status);
    assert!(status.message().contains("max_turn_seconds"), "{status}");
}
