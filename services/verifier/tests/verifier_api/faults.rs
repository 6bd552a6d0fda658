//! What the verifier answers where it cannot decide.

use std::sync::Arc;

use async_trait::async_trait;
use synthsmith_proto::verifier::v1 as pb;
use synthsmith_sandbox::{Compiled, Error, Input, Job, Language, Runs, Sandbox};
use synthsmith_testkit::engine_or_skip;
use synthsmith_verifier::Config;
use tonic::Code;

use crate::server::{program, refusal, small, start, tests, with_sandbox};

#[derive(Debug, Clone, Copy)]
enum Fault {
    Passing,
    Image,
}

/// A sandbox that fails, at once or in the first run.
#[derive(Debug, Clone, Copy)]
struct Broken {
    fault: Fault,
    compiles: bool,
}

impl Broken {
    fn error(self) -> Error {
        match self.fault {
            Fault::Passing => Error::RunnerFault("no counters".to_owned()),
            Fault::Image => Error::ImageMissing {
                image: "gone".to_owned(),
            },
        }
    }
}

#[async_trait]
impl Sandbox for Broken {
    async fn compile(&self, _: Job) -> Result<Compiled, Error> {
        if !self.compiles {
            return Err(self.error());
        }
        Ok(Compiled {
            compilation: synthsmith_corpus::Compilation {
                succeeded: true,
                ..Default::default()
            },
            runs: Some(Box::new(*self)),
        })
    }
}

#[async_trait]
impl Runs for Broken {
    async fn run(&mut self, _: Input) -> Result<synthsmith_corpus::Outcome, Error> {
        Err(self.error())
    }
}

fn judgement() -> pb::JudgeProgramRequest {
    pb::JudgeProgramRequest {
        program: Some(program("python3", "pass")),
        tests: tests(&[("", "")]),
        ..Default::default()
    }
}

fn execution() -> pb::ExecuteProgramRequest {
    pb::ExecuteProgramRequest {
        program: Some(program("python3", "pass")),
        inputs: vec![Vec::new()],
        ..Default::default()
    }
}

#[tokio::test]
async fn a_fault_of_the_sandbox_is_no_verdict() {
    let table = [
        (Fault::Passing, Code::Unavailable, "SANDBOX_UNAVAILABLE"),
        (Fault::Image, Code::Unavailable, "SANDBOX_IMAGE_MISSING"),
    ];
    for (fault, code, reason) in table {
        for compiles in [false, true] {
            let sandbox = Arc::new(Broken { fault, compiles });
            let mut client = with_sandbox(Config::default(), sandbox).await;
            let status = client.judge_program(judgement()).await.unwrap_err();
            assert_eq!(status.code(), code);
            assert_eq!(refusal(&status).0, reason);

            let mut stream = client
                .execute_program(execution())
                .await
                .unwrap()
                .into_inner();
            if compiles {
                stream.message().await.unwrap().unwrap();
            }
            let status = stream.message().await.unwrap_err();
            assert_eq!(status.code(), code);
            assert_eq!(refusal(&status).0, reason);
        }
    }
}

#[tokio::test]
async fn a_row_whose_image_is_missing_is_named_at_the_start() {
    if !engine_or_skip("a_row_whose_image_is_missing_is_named_at_the_start") {
        return;
    }
    let mut config = small();
    let row = Language {
        image: Some("synthsmith-nothing:1".to_owned()),
        ..Language::python3()
    };
    config.languages.insert("ruby".to_owned(), row);
    let started = start(config).await.map(drop);
    let told = format!("{:#}", started.unwrap_err());
    assert!(
        told.contains("ruby") && told.contains("synthsmith-nothing:1"),
        "{told}"
    );
}
