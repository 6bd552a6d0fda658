//! Runs over gRPC: the real server on a free port, with services that nobody answers for.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::Path;

use futures::stream;
use synthsmith_daemon::{Running, Security, ServerConfig, launch};
use synthsmith_orchestrator::{Component, Config, Services};
use synthsmith_proto::orchestrator::v1 as pb;
use synthsmith_proto::orchestrator::v1::orchestrator_service_client::OrchestratorServiceClient;
use synthsmith_rpc::client::{ItemChannel, connect};
use synthsmith_telemetry::Telemetry;
use tonic::{Code, Status};

type Client = OrchestratorServiceClient<ItemChannel>;

async fn start(store: &Path) -> anyhow::Result<Running> {
    let nobody = "http://127.0.0.1:1".to_owned();
    let config = Config {
        store: store.to_owned(),
        services: Services {
            feature_evolver: nobody.clone(),
            task_synth: nobody.clone(),
            solver: nobody.clone(),
            test_gen: nobody.clone(),
            verifier: nobody.clone(),
            gateway: nobody,
        },
        ..Config::default()
    };
    let telemetry = Telemetry::start("test", &synthsmith_telemetry::Config::default())?;
    launch::<Component>(
        config,
        &ServerConfig::default(),
        &Security::default(),
        &telemetry,
    )
    .await
}

fn client(server: &Running) -> Client {
    Client::new(connect(&server.url()).unwrap())
}

fn spec() -> pb::RunSpec {
    pb::RunSpec {
        item_count: 3,
        seed: 1,
        candidate_count: 4,
        test_count: 8,
        evolution_steps: 1,
        ..Default::default()
    }
}

async fn create(client: &mut Client, id: &str, spec: pb::RunSpec) -> Result<pb::Run, Status> {
    let run = pb::create_run_request::Part::Run(pb::NewRun {
        run_id: id.to_owned(),
        spec: Some(spec),
    });
    let sample = pb::create_run_request::Part::Sample(pb::CodeSample {
        id: "one".to_owned(),
        language: "python".to_owned(),
        code: "print(sum(map(int, input().split())))".to_owned(),
        ..Default::default()
    });
    let parts = [run, sample].map(|part| pb::CreateRunRequest { part: Some(part) });
    let answer = client.create_run(stream::iter(parts)).await?;
    Ok(answer.into_inner().run.unwrap())
}

fn named(id: &str) -> String {
    format!("runs/{id}")
}

#[tokio::test]
async fn a_run_is_made_found_listed_and_cancelled() {
    let store = tempfile::tempdir().unwrap();
    let server = start(store.path()).await.unwrap();
    let mut client = client(&server);
    let made = create(&mut client, "a", spec()).await.unwrap();
    assert_eq!(
        (made.name.as_str(), made.state()),
        ("runs/a", pb::run::State::Running)
    );
    assert!(!made.fingerprint.is_empty());

    let export = client
        .export_run(pb::ExportRunRequest { name: named("a") })
        .await;
    assert_eq!(export.unwrap_err().code(), Code::FailedPrecondition);

    let cancelled = client
        .cancel_run(pb::CancelRunRequest { name: named("a") })
        .await;
    let cancelled = cancelled.unwrap().into_inner().run.unwrap();
    assert_eq!(cancelled.state(), pb::run::State::Cancelled);
    let found = client.get_run(pb::GetRunRequest { name: named("a") }).await;
    assert_eq!(
        found.unwrap().into_inner().run.unwrap().state(),
        cancelled.state()
    );
    server.drain().await.unwrap();
}

#[tokio::test]
async fn lists_are_paged_from_the_newest_on() {
    let store = tempfile::tempdir().unwrap();
    let server = start(store.path()).await.unwrap();
    let mut client = client(&server);
    for id in ["a", "b", "c"] {
        create(&mut client, id, spec()).await.unwrap();
    }
    let mut names = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = pb::ListRunsRequest {
            page_size: 2,
            page_token,
        };
        let page = client.list_runs(request).await.unwrap().into_inner();
        names.extend(page.runs.into_iter().map(|run| run.name));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    names.sort();
    assert_eq!(names, ["runs/a", "runs/b", "runs/c"]);
    let foreign = pb::ListRunsRequest {
        page_token: "zz".to_owned(),
        ..Default::default()
    };
    let refused = client.list_runs(foreign).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    server.drain().await.unwrap();
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_its_reason() {
    let store = tempfile::tempdir().unwrap();
    let server = start(store.path()).await.unwrap();
    let mut client = client(&server);
    let nonsense = pb::RunSpec {
        candidate_count: 1,
        test_count: 0,
        ..spec()
    };
    let refused = create(&mut client, "a", nonsense).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    for field in ["candidate_count", "test_count"] {
        assert!(refused.message().contains(field), "{}", refused.message());
    }
    create(&mut client, "a", spec()).await.unwrap();
    let twice = create(&mut client, "a", spec()).await.unwrap_err();
    assert_eq!(twice.code(), Code::AlreadyExists);
    assert_eq!(
        synthsmith_rpc::status::reason(&twice).as_deref(),
        Some("RUN_EXISTS")
    );
    let other = pb::ResumeRunRequest {
        name: named("a"),
        spec: Some(pb::RunSpec { seed: 2, ..spec() }),
    };
    let refused = client.resume_run(other).await.unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition);
    let unknown = client.get_run(pb::GetRunRequest { name: named("z") }).await;
    assert_eq!(unknown.unwrap_err().code(), Code::NotFound);
    server.drain().await.unwrap();
}

#[tokio::test]
async fn a_watcher_is_told_when_the_orchestrator_ends_and_the_run_goes_on_after() {
    let store = tempfile::tempdir().unwrap();
    let server = start(store.path()).await.unwrap();
    let mut watcher = client(&server);
    create(&mut watcher, "a", spec()).await.unwrap();
    let watching = watcher
        .watch_run(pb::WatchRunRequest { name: named("a") })
        .await;
    let mut states = watching.unwrap().into_inner();
    assert!(states.message().await.unwrap().is_some());
    let drained = tokio::spawn(server.drain());
    let ended = loop {
        match states.message().await {
            Ok(Some(_)) => {}
            Ok(None) => break None,
            Err(ending) => break Some(ending.code()),
        }
    };
    assert_eq!(ended, Some(Code::Unavailable));
    drained.await.unwrap().unwrap();

    let server = start(store.path()).await.unwrap();
    let found = client(&server)
        .get_run(pb::GetRunRequest { name: named("a") })
        .await;
    let state = found.unwrap().into_inner().run.unwrap().state();
    assert_eq!(state, pb::run::State::Running);
    server.drain().await.unwrap();
}

#[tokio::test]
async fn a_second_orchestrator_on_the_same_store_is_refused() {
    let store = tempfile::tempdir().unwrap();
    let first = start(store.path()).await.unwrap();
    let second = start(store.path()).await.unwrap_err();
    assert!(
        format!("{second:#}").contains("another process works on"),
        "{second:#}"
    );
    first.drain().await.unwrap();
}
