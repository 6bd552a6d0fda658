//! No container escapes those who give up or close while it starts.

use std::collections::HashMap;
use std::pin::Pin;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bollard::models::EventMessage;
use bollard::query_parameters::EventsOptionsBuilder;
use futures::{Stream, StreamExt as _};
use synthsmith_sandbox::{Config, DockerSandbox, Error, Input, Sandbox as _};
use synthsmith_testkit::engine_or_skip;

use crate::life::{docker, own_mark, owned_by};
use crate::runs::job;

const PATIENCE: Duration = Duration::from_mins(1);

#[tokio::test]
async fn a_job_that_is_given_up_while_its_container_starts_leaves_none() {
    if !engine_or_skip("a_job_that_is_given_up_while_its_container_starts_leaves_none") {
        return;
    }
    let (sandbox, mut created) = sandbox_and_its_containers().await;
    // The engine answers at about the time when it says so here: of several times, some come before the answer.
    for _ in 0..20 {
        tokio::select! {
            biased;
            _ = created.next() => {}
            ended = sleep_in(&sandbox) => panic!("the sleeper woke up: {ended:?}"),
        }
    }
    // The sandbox goes on, so nothing but the starts themselves removes their containers.
    let gone = async {
        while !owned_by(&docker().await, &own_mark()).await.is_empty() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, gone)
        .await
        .expect("the containers are removed");
    sandbox.close().await;
}

#[tokio::test]
async fn a_sandbox_that_closes_while_a_container_starts_leaves_none_and_refuses_jobs() {
    if !engine_or_skip(
        "a_sandbox_that_closes_while_a_container_starts_leaves_none_and_refuses_jobs",
    ) {
        return;
    }
    let (sandbox, mut created) = sandbox_and_its_containers().await;
    let close = async {
        created.next().await;
        sandbox.close().await;
        owned_by(&docker().await, &own_mark()).await
    };
    let (ended, left) = tokio::join!(sleep_in(&sandbox), close);
    assert!(matches!(ended, Err(Error::Closed)), "{ended:?}");
    assert_eq!(left, Vec::<String>::new());

    let refused = sleep_in(&sandbox).await;
    assert!(matches!(refused, Err(Error::Closed)), "{refused:?}");
}

/// A sandbox without waiting containers, and the engine's word for each that it makes after its first, the probe's.
async fn sandbox_and_its_containers() -> (DockerSandbox, Pin<Box<dyn Stream<Item = ()>>>) {
    let began = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let config = Config {
        pool_size: 0,
        ..Config::default()
    };
    let sandbox = DockerSandbox::open(config).await.unwrap();
    let filters = HashMap::from([
        ("event", vec!["create"]),
        ("label", vec!["synthsmith.sandbox=1"]),
    ]);
    let options = EventsOptionsBuilder::default()
        .since(&began.as_secs().to_string())
        .filters(&filters)
        .build();
    let created = docker().await.events(Some(options)).filter_map(own);
    (sandbox, Box::pin(created.skip(1)))
}

async fn own(event: Result<EventMessage, bollard::errors::Error>) -> Option<()> {
    let labels = event.unwrap().actor?.attributes?;
    labels["synthsmith.owner"]
        .contains(&own_mark())
        .then_some(())
}

async fn sleep_in(sandbox: &DockerSandbox) -> Result<(), Error> {
    let mut job = job("python3", "import time\ntime.sleep(100)");
    job.limits.wall_time = Duration::from_secs(200);
    let mut runs = sandbox.compile(job).await?.runs.unwrap();
    runs.run(Input::default()).await.map(drop)
}
