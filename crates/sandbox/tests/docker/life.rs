//! Containers come and go with their jobs.

use std::collections::HashMap;
use std::time::Duration;

use bollard::Docker;
use bollard::models::ContainerCreateBody;
use bollard::query_parameters::{CreateContainerOptions, ListContainersOptionsBuilder};
use synthsmith_sandbox::{Config, DockerSandbox, Error, Input, Sandbox as _};
use synthsmith_testkit::engine_or_skip;

use crate::runs::{Ran, job, sandbox, sandbox_with};

pub(crate) async fn docker() -> Docker {
    Docker::connect_with_unix_defaults()
        .unwrap()
        .negotiate_version()
        .await
        .unwrap()
}

/// The containers whose owner label ends in `mark`.
pub(crate) async fn owned_by(docker: &Docker, mark: &str) -> Vec<String> {
    let filters = HashMap::from([("label", vec!["synthsmith.sandbox=1"])]);
    let options = ListContainersOptionsBuilder::default()
        .all(true)
        .filters(&filters)
        .build();
    let containers = docker.list_containers(Some(options)).await.unwrap();
    let owner = |labels: &HashMap<String, String>| {
        labels.get("synthsmith.owner").cloned().unwrap_or_default()
    };
    containers
        .into_iter()
        .filter(|container| {
            container
                .labels
                .as_ref()
                .is_some_and(|labels| owner(labels).contains(mark))
        })
        .filter_map(|container| container.id)
        .collect()
}

pub(crate) fn own_mark() -> String {
    format!(" {} ", std::process::id())
}

#[tokio::test]
async fn a_run_that_is_given_up_ends_its_program() {
    let Some(sandbox) = sandbox("a_run_that_is_given_up_ends_its_program").await else {
        return;
    };
    let mut endless = job("python3", "import time\ntime.sleep(100)");
    endless.limits.wall_time = Duration::from_secs(100);
    let mut runs = sandbox.compile(endless).await.unwrap().runs.unwrap();
    let patience = Duration::from_secs(1);
    let given_up = tokio::time::timeout(patience, runs.run(Input::default())).await;
    assert!(given_up.is_err(), "{given_up:?}");
    // Also where the one who gave up keeps the rest.
    let ran = Ran::on(&sandbox, job("python3", "print(1)"), [""]).await;
    assert_eq!(ran.outputs(), ["1\n"]);
    sandbox.close().await;
    let left = owned_by(&docker().await, &own_mark()).await;
    assert_eq!(left, Vec::<String>::new());
    drop(runs);
}

#[tokio::test]
async fn a_program_lives_as_long_as_its_runs() {
    let Some(sandbox) =
        sandbox_with("a_program_lives_as_long_as_its_runs", Config::default()).await
    else {
        return;
    };
    let docker = docker().await;
    let compiled = sandbox.compile(job("python3", "print(1)")).await.unwrap();
    // The program's, and one more that waits.
    let held = async |count: usize| {
        while owned_by(&docker, &own_mark()).await.len() != count {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let patience = Duration::from_mins(1);
    tokio::time::timeout(patience, held(2)).await.unwrap();
    drop(compiled);
    tokio::time::timeout(patience, held(1)).await.unwrap();
    sandbox.close().await;
}

#[tokio::test]
async fn containers_without_an_owner_are_removed_at_the_start() {
    if !engine_or_skip("containers_without_an_owner_are_removed_at_the_start") {
        return;
    }
    let docker = docker().await;
    sandbox("the image is there").await.unwrap().close().await;
    let images = docker
        .list_images(None::<bollard::query_parameters::ListImagesOptions>)
        .await
        .unwrap();
    let image = images
        .iter()
        .flat_map(|image| &image.repo_tags)
        .find(|tag| tag.starts_with("synthsmith-sandbox:"));
    let labels = [
        ("synthsmith.sandbox", "1"),
        ("synthsmith.owner", "nobody-at-all"),
    ];
    let body = ContainerCreateBody {
        image: image.cloned(),
        labels: Some(
            labels
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
        ),
        ..ContainerCreateBody::default()
    };
    docker
        .create_container(None::<CreateContainerOptions>, body)
        .await
        .unwrap();
    assert_eq!(owned_by(&docker, "nobody-at-all").await.len(), 1);
    sandbox("orphans").await.unwrap().close().await;
    assert_eq!(owned_by(&docker, "nobody-at-all").await.len(), 0);
}

#[tokio::test]
async fn a_container_that_is_taken_away_is_replaced_and_the_program_goes_on() {
    let test = "a_container_that_is_taken_away_is_replaced_and_the_program_goes_on";
    let Some(sandbox) = sandbox(test).await else {
        return;
    };
    let docker = docker().await;
    let slow = job("python3", "import time\ntime.sleep(2)\nprint(input())");
    let mut runs = sandbox.compile(slow).await.unwrap().runs.unwrap();
    let disturb = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        for id in owned_by(&docker, &own_mark()).await {
            let options = None::<bollard::query_parameters::KillContainerOptions>;
            docker.kill_container(&id, options).await.unwrap();
        }
    };
    let first = Input::from(bytes::Bytes::from("first"));
    let (outcome, ()) = tokio::join!(runs.run(first), disturb);
    assert_eq!(outcome.unwrap().output, b"first\n");
    let second = Input::from(bytes::Bytes::from("second"));
    let outcome = runs.run(second).await.unwrap();
    assert_eq!(
        (outcome.input_index, outcome.output.as_slice()),
        (1, &b"second\n"[..])
    );
    drop(runs);
    sandbox.close().await;
}

#[tokio::test]
async fn a_missing_engine_is_an_error_with_a_remedy() {
    let config = Config {
        docker_host: "unix:///nonexistent/engine.sock".to_owned(),
        ..Config::default()
    };
    let error = DockerSandbox::open(config).await.unwrap_err();
    assert!(matches!(error, Error::EngineMissing { .. }));
    let text = error.to_string();
    assert!(
        text.contains("/nonexistent/engine.sock") && text.contains("apt-get install docker.io"),
        "{text}"
    );
}
