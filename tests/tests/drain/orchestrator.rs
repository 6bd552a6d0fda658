//! The orchestrator, which must not lose a run.

use std::path::Path;

use synthsmith_proto::orchestrator::v1 as pb;
use synthsmith_proto::orchestrator::v1::create_run_request::Part;
use synthsmith_proto::orchestrator::v1::orchestrator_service_client::OrchestratorServiceClient;
use synthsmith_proto::orchestrator::v1::run::State;
use synthsmith_tests::Daemon;
use tonic::Streaming;
use tonic::transport::Channel;
use tonic_health::pb::health_check_response::ServingStatus;

use crate::{INTERRUPTED, PATIENCE};

const RUN: &str = "runs/endless";

#[tokio::test]
async fn an_orchestrator_that_is_asked_to_end_keeps_its_run_for_the_next_one() {
    let store = tempfile::tempdir().unwrap();
    let orchestrator = start(store.path(), "1").await;
    let mut health = orchestrator.health().await;
    assert_eq!(health.next().await, ServingStatus::Serving);
    create_run(&orchestrator).await;
    let watch = watch_run(&orchestrator).await;

    orchestrator.terminate();
    assert_eq!(health.next().await, ServingStatus::NotServing);
    assert_eq!(orchestrator.exit_code(PATIENCE).await, Some(0));
    drop(watch);

    let next = start(store.path(), "1").await;
    drop(watch_run(&next).await);
    next.terminate();
    assert_eq!(next.exit_code(PATIENCE).await, Some(0));
}

#[tokio::test]
async fn a_second_signal_ends_an_orchestrator_at_once() {
    let store = tempfile::tempdir().unwrap();
    let orchestrator = start(store.path(), "600").await;
    let mut health = orchestrator.health().await;
    assert_eq!(health.next().await, ServingStatus::Serving);
    create_run(&orchestrator).await;
    let _watch = watch_run(&orchestrator).await;

    orchestrator.terminate();
    assert_eq!(health.next().await, ServingStatus::NotServing);
    orchestrator.terminate();
    assert_eq!(orchestrator.exit_code(PATIENCE).await, Some(INTERRUPTED));
}

/// An orchestrator that reaches no other service, and never gives up.
async fn start(store: &Path, grace_seconds: &str) -> Daemon {
    const NOWHERE: &str = "http://127.0.0.1:1";
    let settings = [
        ("ORCHESTRATOR__STORE", store.to_str().unwrap()),
        ("ORCHESTRATOR__MAX_ATTEMPTS", "1000000"),
        ("ORCHESTRATOR__SERVICES__GATEWAY", NOWHERE),
        ("ORCHESTRATOR__SERVICES__FEATURE_EVOLVER", NOWHERE),
        ("ORCHESTRATOR__SERVICES__TASK_SYNTH", NOWHERE),
        ("ORCHESTRATOR__SERVICES__SOLVER", NOWHERE),
        ("ORCHESTRATOR__SERVICES__TEST_GEN", NOWHERE),
        ("ORCHESTRATOR__SERVICES__VERIFIER", NOWHERE),
        ("SERVER__ORCHESTRATOR__GRACE_SECONDS", grace_seconds),
    ];
    Daemon::start("orchestrator", &settings).await
}

async fn client(orchestrator: &Daemon) -> OrchestratorServiceClient<Channel> {
    OrchestratorServiceClient::new(orchestrator.channel().await)
}

async fn create_run(orchestrator: &Daemon) {
    let run = pb::NewRun {
        run_id: "endless".to_owned(),
        spec: Some(pb::RunSpec {
            item_count: 1,
            candidate_count: 2,
            test_count: 4,
            evolution_steps: 1,
            ..pb::RunSpec::default()
        }),
    };
    let sample = pb::CodeSample {
        id: "one.py".to_owned(),
        language: "python".to_owned(),
        code: "print(sum(map(int, input().split())))".to_owned(),
        ..pb::CodeSample::default()
    };
    let parts = [Part::Run(run), Part::Sample(sample)];
    let parts = parts.map(|part| pb::CreateRunRequest { part: Some(part) });
    let created = client(orchestrator)
        .await
        .create_run(futures::stream::iter(parts))
        .await;
    assert_eq!(created.unwrap().into_inner().run.unwrap().name, RUN);
}

/// A watch on the run, which is at work.
async fn watch_run(orchestrator: &Daemon) -> Streaming<pb::WatchRunResponse> {
    let request = pb::WatchRunRequest {
        name: RUN.to_owned(),
    };
    let watched = client(orchestrator).await.watch_run(request).await;
    let mut watch = watched.unwrap().into_inner();
    let run = watch.message().await.unwrap().unwrap().run.unwrap();
    assert!(
        matches!(run.state(), State::Pending | State::Running),
        "{run:?}"
    );
    watch
}
