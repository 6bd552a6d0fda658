//! Clients that leave take their programs with them.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use bollard::Docker;
use bollard::query_parameters::ListContainersOptionsBuilder;
use synthsmith_proto::corpus::v1::{Limits, Verdict};
use synthsmith_proto::verifier::v1 as pb;
use synthsmith_proto::verifier::v1::execute_program_response::Event;
use synthsmith_verifier::Config;
use tonic::{Code, Request};

use crate::server::{judge, program, tests, with_engine};

/// How long a program may outlive its client.
pub(crate) const SOON: Duration = Duration::from_secs(2);

/// The containers of this process.
pub(crate) async fn containers(docker: &Docker) -> usize {
    let filters = HashMap::from([("label", vec!["synthsmith.sandbox=1"])]);
    let options = ListContainersOptionsBuilder::default()
        .filters(&filters)
        .build();
    let containers = docker.list_containers(Some(options)).await.unwrap();
    let mark = format!(" {} ", std::process::id());
    let owners = containers
        .into_iter()
        .filter_map(|container| container.labels);
    owners
        .filter(|labels| labels["synthsmith.owner"].contains(&mark))
        .count()
}

pub(crate) async fn becomes(docker: &Docker, count: usize) -> Duration {
    let began = Instant::now();
    while containers(docker).await != count {
        assert!(
            began.elapsed() < Duration::from_mins(1),
            "there are never {count} containers"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    began.elapsed()
}

fn endless() -> pb::ExecuteProgramRequest {
    pb::ExecuteProgramRequest {
        program: Some(program("python3", "while True: pass")),
        inputs: vec![Vec::new(); 100],
        limits: Some(Limits {
            cpu_time: Some(Duration::from_mins(1).try_into().unwrap()),
            ..Limits::default()
        }),
        ..Default::default()
    }
}

fn endless_judgement() -> pb::JudgeProgramRequest {
    let endless = endless();
    pb::JudgeProgramRequest {
        program: endless.program,
        limits: endless.limits,
        tests: tests(&[("", "")]),
        ..Default::default()
    }
}

#[tokio::test]
async fn a_client_that_leaves_frees_its_slot_and_leaves_no_container() {
    let test = "a_client_that_leaves_frees_its_slot_and_leaves_no_container";
    let config = Config {
        slots: 1,
        pool_size: 0,
        max_queue: 1,
        ..Config::default()
    };
    let Some((running, mut client)) = with_engine(test, config).await else {
        return;
    };
    let docker = Docker::connect_with_defaults().unwrap();
    becomes(&docker, 0).await;

    let mut stream = client
        .execute_program(endless())
        .await
        .unwrap()
        .into_inner();
    let compiled = stream.message().await.unwrap().unwrap().event;
    assert!(matches!(compiled, Some(Event::Compilation(_))));
    assert_eq!(containers(&docker).await, 1);
    drop(stream);
    assert!(becomes(&docker, 0).await < SOON);

    let judging = tokio::spawn({
        let mut client = client.clone();
        async move { client.judge_program(endless_judgement()).await }
    });
    becomes(&docker, 1).await;
    judging.abort();
    assert!(becomes(&docker, 0).await < SOON);

    let mut hurried = Request::new(endless_judgement());
    hurried.set_timeout(Duration::from_secs(1));
    client.judge_program(hurried).await.unwrap_err();
    assert!(becomes(&docker, 0).await < SOON);

    let mut hurried = Request::new(endless());
    hurried.set_timeout(Duration::from_secs(2));
    let mut stream = client.execute_program(hurried).await.unwrap().into_inner();
    let status = loop {
        match stream.message().await {
            Ok(event) => assert!(event.is_some(), "it ended well"),
            Err(status) => break status,
        }
    };
    assert_eq!(status.code(), Code::DeadlineExceeded);
    assert!(becomes(&docker, 0).await < SOON);

    let request = pb::JudgeProgramRequest {
        program: Some(program("python3", "print(1)")),
        tests: tests(&[("", "1")]),
        ..Default::default()
    };
    assert_eq!(judge(&mut client, request).await.verdict(), Verdict::Ac);
    running.drain().await.unwrap();
}
