//! An engine that fails for real: none of it is an outcome, and all goes on when the cause is gone.

use std::time::Duration;

use bollard::query_parameters::{ListImagesOptions, RemoveImageOptionsBuilder};
use synthsmith_corpus::Outcome;
use synthsmith_sandbox::{DockerSandbox, Error, Input, Sandbox as _};

use crate::life::{own_mark, owned_by};
use crate::runs::{Ran, job};
use crate::second_engine::SecondEngine;

const SLOW: &str = "import time\ntime.sleep(3)\nprint('right')";

pub(crate) async fn faults_of_an_engine_are_no_outcomes(test: &str) {
    let Some(mut engine) = SecondEngine::start(test, &[]).await else {
        return;
    };
    let sandbox = DockerSandbox::open(engine.config()).await.unwrap();
    killed(&mut engine, &sandbox).await;
    without_room(&engine, &sandbox).await;
    without_image(&engine, &sandbox).await;
    sandbox.close().await;
    let left = owned_by(&engine.docker(), &own_mark()).await;
    assert_eq!(left, Vec::<String>::new());
}

async fn serves(sandbox: &DockerSandbox) {
    let ran = Ran::on(sandbox, job("python3", "print(input())"), ["right"]).await;
    assert_eq!(ran.outputs(), ["right\n"]);
}

async fn attempt(sandbox: &DockerSandbox) -> Result<Outcome, Error> {
    let compiled = sandbox.compile(job("python3", SLOW)).await?;
    compiled.runs.unwrap().run(Input::default()).await
}

/// In the middle of a run, and with another one that comes too early.
async fn killed(engine: &mut SecondEngine, sandbox: &DockerSandbox) {
    serves(sandbox).await;
    let kill = async {
        tokio::time::sleep(Duration::from_secs(2)).await;
        engine.kill();
    };
    let (under_way, ()) = tokio::join!(attempt(sandbox), kill);
    for outcome in [under_way, attempt(sandbox).await] {
        let error = outcome.unwrap_err();
        assert!(error.is_passing(), "{error:?}");
    }
    engine.start_again().await;
    serves(sandbox).await;
}

async fn without_room(engine: &SecondEngine, sandbox: &DockerSandbox) {
    let filler = engine.fill();
    let error = attempt(sandbox).await.unwrap_err();
    assert!(matches!(error, Error::DiskFull { .. }), "{error:?}");
    drop(filler);
    serves(sandbox).await;
}

async fn without_image(engine: &SecondEngine, sandbox: &DockerSandbox) {
    let docker = engine.docker();
    let images = docker.list_images(None::<ListImagesOptions>).await.unwrap();
    for tag in images.iter().flat_map(|image| &image.repo_tags) {
        let options = RemoveImageOptionsBuilder::default().force(true).build();
        docker.remove_image(tag, Some(options), None).await.unwrap();
    }
    let error = attempt(sandbox).await.unwrap_err();
    assert!(matches!(error, Error::ImageMissing { .. }), "{error:?}");
    engine.carry_image().await;
    serves(sandbox).await;
}
