//! The images of the daemons, as a cluster would run them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use serde_json::Value;
use synthsmith_testkit::engine_or_skip;
use synthsmith_tests::python::repository;
use tonic::transport::Channel;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

const TAG: &str = "of-a-test";
const SOCKET: &str = "/var/run/docker.sock";

/// Those that speak gRPC, callers after the called, with their usual ports.
const DAEMONS: [(&str, u16); 7] = [
    ("gateway", 7101),
    ("feature-evolver", 7102),
    ("task-synth", 7103),
    ("solver", 7104),
    ("verifier", 7106),
    ("test-gen", 7105),
    ("orchestrator", 7107),
];

/// Those that have a state to write; no other has a place for one.
const STATEFUL: [&str; 2] = ["gateway", "orchestrator"];

/// A container that is removed where a test leaves it behind.
struct Container(String);

impl Drop for Container {
    fn drop(&mut self) {
        let _ = Command::new("docker")
            .args(["rm", "--force", &self.0])
            .output();
    }
}

fn docker(args: &[&str]) -> Output {
    let output = Command::new("docker").args(args).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "docker {args:?}: {said}");
    output
}

fn text(output: Output) -> String {
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Starts a daemon as restricted as a cluster would: no rights, nothing to write to but its own state.
fn start(name: &str) -> Container {
    let image = format!("synthsmith-{name}:{TAG}");
    let mut args = vec![
        "run",
        "--detach",
        "--network",
        "host",
        "--read-only",
        "--cap-drop",
        "ALL",
    ];
    args.extend(["--security-opt", "no-new-privileges"]);
    args.extend(["--tmpfs", "/tmp"]);
    if STATEFUL.contains(&name) {
        args.extend(["--tmpfs", "/var/lib/synthsmith:uid=65532,gid=65532"]);
    }
    let group = std::fs::metadata(SOCKET).unwrap().gid().to_string();
    let socket = format!("{SOCKET}:{SOCKET}");
    if name == "verifier" {
        args.extend(["--volume", &socket, "--group-add", &group]);
        args.extend(["--env", "SYNTHSMITH_VERIFIER__POOL_SIZE=1"]);
    }
    args.push(&image);
    Container(text(docker(&args)))
}

async fn is_serving(port: u16) -> bool {
    let Ok(endpoint) = Channel::from_shared(format!("http://127.0.0.1:{port}")) else {
        return false;
    };
    let Ok(channel) = endpoint.connect().await else {
        return false;
    };
    let answer = HealthClient::new(channel)
        .check(HealthCheckRequest::default())
        .await;
    answer.is_ok_and(|answer| answer.into_inner().status() == ServingStatus::Serving)
}

async fn until_serving(container: &Container, name: &str, port: u16) {
    for _ in 0..1200 {
        if is_serving(port).await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let logs = docker(&["logs", &container.0]);
    panic!(
        "{name} does not serve: {}",
        String::from_utf8_lossy(&logs.stderr)
    );
}

/// What a daemon may do, by the engine and by the kernel.
fn check_rights(container: &Container, name: &str) {
    let format = "{{.Config.User}} {{.HostConfig.ReadonlyRootfs}} {{.State.Pid}}";
    let inspected = text(docker(&["inspect", "--format", format, &container.0]));
    let mut parts = inspected.split(' ');
    assert_eq!(parts.next(), Some("65532:65532"), "{name}");
    assert_eq!(parts.next(), Some("true"), "{name}");
    let status =
        std::fs::read_to_string(format!("/proc/{}/status", parts.next().unwrap())).unwrap();
    let has = |line: &str| {
        status
            .lines()
            .any(|it| it.split_whitespace().eq(line.split(' ')))
    };
    assert!(has("Uid: 65532 65532 65532 65532"), "{name}: {status}");
    assert!(has("CapEff: 0000000000000000"), "{name}: {status}");
}

/// A run of five tasks by the image of the command, with the services in their containers.
fn run_five_tasks(place: &Path) -> Value {
    std::fs::set_permissions(place, std::fs::Permissions::from_mode(0o777)).unwrap();
    let samples = format!("{}:/samples:ro", repository().join("samples").display());
    let out = format!("{}:/out", place.display());
    let image = format!("synthsmith:{TAG}");
    let args = [
        "run",
        "--rm",
        "--network",
        "host",
        "--read-only",
        "--volume",
        &samples,
        "--volume",
        &out,
        &image,
    ];
    let command = [
        "run",
        "--connect",
        "http://127.0.0.1:7107",
        "--samples",
        "/samples",
        "--out",
        "/out/run",
    ];
    let size = [
        "--tasks",
        "5",
        "--candidates",
        "4",
        "--tests",
        "8",
        "--evolution-rounds",
        "1",
    ];
    docker(&[args.as_slice(), &command, &size].concat());
    serde_json::from_slice(&std::fs::read(place.join("run/report.json")).unwrap()).unwrap()
}

#[tokio::test]
async fn long_the_images_serve_a_run_without_rights_and_drain_when_stopped() {
    if !engine_or_skip("long_the_images_serve_a_run_without_rights_and_drain_when_stopped") {
        return;
    }
    let built = Command::new(repository().join("scripts/images.sh"))
        .env("IMAGES_PROFILE", "dev")
        .env("IMAGES_TAG", TAG)
        .output()
        .unwrap();
    assert!(
        built.status.success(),
        "{}",
        String::from_utf8_lossy(&built.stderr)
    );

    let teacher = start("teacher");
    let mut running = Vec::new();
    for (name, port) in DAEMONS {
        let container = start(name);
        until_serving(&container, name, port).await;
        check_rights(&container, name);
        running.push((name, container));
    }
    let place = tempfile::tempdir().unwrap();
    let report = run_five_tasks(place.path());
    assert!(report["accepted"].as_u64() >= Some(1), "{report:#}");

    running.push(("teacher", teacher));
    for (name, container) in running.iter().rev() {
        docker(&["stop", "--time", "30", &container.0]);
        let code = text(docker(&[
            "inspect",
            "--format",
            "{{.State.ExitCode}}",
            &container.0,
        ]));
        assert_eq!(code, "0", "{name} does not end by itself");
    }
}
