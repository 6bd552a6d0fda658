//! Containers come and go with their jobs.

use std::collections::HashMap;
use std::time::Duration;

use bollard::Docker;
use bollard::models::ContainerCreateBody;
use bollard::query_parameters::{CreateContainerOptions, ListContainersOptionsBuilder};
use synthsmith_sandbox::{Config, DockerSandbox, Error, Event, Job, Sandbox as _};
use synthsmith_testkit::engine_or_skip;
use tokio::sync::mpsc;

use crate::runs::{Runs, job, sandbox};

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
async fn a_listener_that_leaves_ends_the_program_and_frees_the_slot() {
    if !engine_or_skip("a_listener_that_leaves_ends_the_program_and_frees_the_slot") {
        return;
    }
    let sandbox = DockerSandbox::open(Config {
        slots: 1,
        pool_size: 0,
        ..Config::default()
    })
    .await
    .unwrap();
    let (sender, mut receiver) = mpsc::channel(1);
    let mut endless = job("python3", "import time\ntime.sleep(100)", &["", ""]);
    endless.limits.wall_time = Duration::from_secs(100);
    let leave = async {
        assert!(matches!(receiver.recv().await, Some(Event::Compiled(_))));
        drop(receiver);
    };
    let (ended, ()) = tokio::join!(sandbox.run(endless, sender), leave);
    ended.unwrap();
    let runs = Runs::of(&sandbox, job("python3", "print(1)", &[""])).await;
    assert_eq!(runs.outputs(), ["1\n"]);
    sandbox.close().await;
    assert_eq!(
        owned_by(&docker().await, &own_mark()).await,
        Vec::<String>::new()
    );
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
async fn a_container_that_is_taken_away_is_replaced_and_the_job_goes_on() {
    if !engine_or_skip("a_container_that_is_taken_away_is_replaced_and_the_job_goes_on") {
        return;
    }
    let sandbox = DockerSandbox::open(Config {
        pool_size: 0,
        ..Config::default()
    })
    .await
    .unwrap();
    let docker = docker().await;
    let (sender, mut receiver) = mpsc::channel(1);
    let source = "import time\ntime.sleep(2)\nprint(input())";
    let slow = Job {
        ..job("python3", source, &["first", "second"])
    };
    let disturb = async {
        let mut outputs = Vec::new();
        while let Some(event) = receiver.recv().await {
            match event {
                Event::Compiled(compilation) => assert!(compilation.succeeded),
                Event::Finished(outcome) => outputs.push(outcome.output),
            }
            if outputs.len() == 1 {
                for id in owned_by(&docker, &own_mark()).await {
                    docker
                        .kill_container(
                            &id,
                            None::<bollard::query_parameters::KillContainerOptions>,
                        )
                        .await
                        .unwrap();
                }
            }
        }
        outputs
    };
    let (ended, outputs) = tokio::join!(sandbox.run(slow, sender), disturb);
    ended.unwrap();
    assert_eq!(outputs, [b"first\n".to_vec(), b"second\n".to_vec()]);
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
