//! Where no cell can be made.

use synthsmith_sandbox::{Config, DockerSandbox, Error, Sandbox as _};

use super::in_cell;
use crate::runs::{Ran, job, sandbox_with};
use crate::second_engine::{NO_NAMESPACES, SecondEngine};

#[tokio::test]
async fn a_sandbox_that_keeps_no_cells_says_how_to_have_them() {
    let test = "a_sandbox_that_keeps_no_cells_says_how_to_have_them";
    let Some(sandbox) = sandbox_with(test, Config::default()).await else {
        return;
    };
    let error = sandbox
        .compile(in_cell("python3", "print(1)"))
        .await
        .unwrap_err();
    assert!(matches!(error, Error::CellsOff) && !error.is_passing());
    assert!(error.to_string().contains("cell_containers"), "{error}");
    // It never runs in something else instead.
    let ran = Ran::on(&sandbox, job("python3", "print(1)"), [""]).await;
    assert_eq!(ran.outputs(), ["1\n"]);
    sandbox.close().await;
}

/// On an engine whose containers may not make any.
pub(crate) async fn cells_are_refused_where_no_namespaces_can_be_made(test: &str) {
    let Some(engine) = SecondEngine::start(test, &[NO_NAMESPACES]).await else {
        return;
    };
    let config = Config {
        runtime: NO_NAMESPACES.to_owned(),
        ..engine.config()
    };
    let with_cells = Config {
        cell_containers: 1,
        ..config.clone()
    };
    let error = DockerSandbox::open(with_cells).await.unwrap_err();
    let said = error.to_string();
    assert!(
        matches!(error, Error::CellRefused { .. }) && !error.is_passing(),
        "{error:?}"
    );
    // What is missing, and what to do.
    assert!(
        said.contains("namespaces") && said.contains("cell_containers"),
        "{said}"
    );
    let sandbox = DockerSandbox::open(config).await.unwrap();
    let ran = Ran::on(&sandbox, job("python3", "print(1)"), [""]).await;
    assert_eq!(ran.outputs(), ["1\n"]);
    sandbox.close().await;
}
