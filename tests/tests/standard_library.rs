//! Samples that nobody wrote for us.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use synthsmith_proto::corpus::v1::Program;
use synthsmith_proto::verifier::v1::ExecuteProgramRequest;
use synthsmith_proto::verifier::v1::execute_program_response::Event;
use synthsmith_proto::verifier::v1::verifier_service_client::VerifierServiceClient;
use synthsmith_testkit::engine_or_skip;
use synthsmith_tests::{Daemon, Engine, binary};
use tokio::process::Command;

#[tokio::test]
async fn long_the_python_standard_library_gives_tasks() {
    if !engine_or_skip("long_the_python_standard_library_gives_tasks") {
        return;
    }
    let place = tempfile::tempdir().unwrap();
    let samples = place.path().join("library");
    copy_library(&samples).await;
    let said = run(place.path(), &samples).await;
    let report = std::fs::read(place.path().join("out/report.json")).unwrap();
    let report: Value = serde_json::from_slice(&report).unwrap();
    tell(&said, &report);

    let extract = stage(&report, "extract");
    assert_eq!(extract["in"], 300);
    assert!(extract["out"].as_u64() >= Some(200), "{report:#}");
    assert!(report["features"].as_u64() >= Some(300), "{report:#}");
    assert!(report["accepted"].as_u64() >= Some(10), "{report:#}");
}

/// Copies the library that programs in the sandbox import from.
async fn copy_library(target: &Path) {
    let verifier = Daemon::start("verifier", &[("VERIFIER__POOL_SIZE", "1")]).await;
    let engine = Engine::connect();
    let folder = library_folder(&verifier).await;
    let containers = engine.containers_of(verifier.process_id()).await;
    let image = containers
        .iter()
        .find_map(|container| container.image.clone());
    engine
        .copy_out(&image.expect("the pool is full"), &folder, target)
        .await;
    verifier.terminate();
    assert_eq!(verifier.exit_code(Duration::from_mins(1)).await, Some(0));
}

async fn library_folder(verifier: &Daemon) -> String {
    let request = ExecuteProgramRequest {
        program: Some(Program {
            language: "python3".to_owned(),
            source: "import os; print(os.path.dirname(os.__file__), end='')".to_owned(),
        }),
        inputs: vec![Vec::new()],
        returned_output_bytes: 4096,
        ..ExecuteProgramRequest::default()
    };
    let mut client = VerifierServiceClient::new(verifier.channel().await);
    let mut events = client.execute_program(request).await.unwrap().into_inner();
    while let Some(response) = events.message().await.unwrap() {
        if let Some(Event::Outcome(outcome)) = response.event {
            return String::from_utf8(outcome.output).unwrap();
        }
    }
    panic!("the program has no outcome");
}

/// Runs the command as a user would; what it said.
async fn run(place: &Path, samples: &Path) -> String {
    let output = Command::new(binary("synthsmith"))
        .args([
            "run",
            "--max-samples",
            "300",
            "--tasks",
            "14",
            "--out",
            "out",
        ])
        .arg("--samples")
        .arg(samples)
        .env_remove("SYNTHSMITH_CONFIG")
        .current_dir(place)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{said}");
    said
}

fn stage<'a>(report: &'a Value, name: &str) -> &'a Value {
    let stages = report["funnel"].as_array().unwrap();
    stages.iter().find(|stage| stage["stage"] == name).unwrap()
}

#[expect(
    clippy::print_stderr,
    reason = "what was skipped is for people to read"
)]
fn tell(said: &str, report: &Value) {
    for line in said.lines().filter(|line| line.contains("code samples")) {
        eprintln!("{line}");
    }
    eprintln!("extract {}", stage(report, "extract"));
    for key in ["features", "accepted", "rejected", "seconds"] {
        eprintln!("{key} {}", report[key]);
    }
}
