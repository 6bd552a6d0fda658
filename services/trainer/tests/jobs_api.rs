//! Jobs over gRPC: the real server on a free port, training small models.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::path::Path;

use futures::stream;
use synthsmith_daemon::{Running, Security, ServerConfig, launch};
use synthsmith_proto::trainer::v1 as pb;
use synthsmith_proto::trainer::v1::job::State;
use synthsmith_proto::trainer::v1::put_data_request::Kind;
use synthsmith_proto::trainer::v1::trainer_service_client::TrainerServiceClient;
use synthsmith_rpc::client::{ItemChannel, connect};
use synthsmith_telemetry::Telemetry;
use synthsmith_trainer::{Component, Config};
use synthsmith_transformer::{Dtype, Folder};
use tonic::{Code, Status};

type Client = TrainerServiceClient<ItemChannel>;

async fn start(store: &Path) -> anyhow::Result<Running> {
    start_with(store, 64).await
}

async fn start_with(store: &Path, max_queue: u32) -> anyhow::Result<Running> {
    let config = Config {
        store: store.to_owned(),
        models: store.join("models"),
        max_queue,
        ..Config::default()
    };
    let telemetry = Telemetry::start("test", &synthsmith_telemetry::Config::default())?;
    let server = ServerConfig::default();
    launch::<Component>(config, &server, &Security::default(), &telemetry).await
}

fn client(server: &Running) -> Client {
    Client::new(connect(&server.url()).unwrap())
}

/// Sums of two digits.
fn rows() -> String {
    let row = |index: usize| {
        let (left, right) = (index % 10, index / 10 % 10);
        let sum = left + right;
        format!(
            "{{\"messages\":[{{\"role\":\"user\",\"content\":\"{left} + {right} =\"}},{{\"role\":\"assistant\",\"content\":\"{sum}\"}}]}}\n"
        )
    };
    (0..100).map(row).collect()
}

async fn put(client: &mut Client, content: &str) -> Result<pb::PutDataResponse, Status> {
    put_as(client, Kind::Chats, content).await
}

async fn put_as(
    client: &mut Client,
    kind: Kind,
    content: &str,
) -> Result<pb::PutDataResponse, Status> {
    let pieces: Vec<_> = content
        .as_bytes()
        .chunks(1000)
        .map(<[u8]>::to_vec)
        .collect();
    let pieces = pieces.into_iter().map(move |content| pb::PutDataRequest {
        content,
        kind: kind.into(),
        ..Default::default()
    });
    Ok(client.put_data(stream::iter(pieces)).await?.into_inner())
}

fn spec(data_digest: String, step_count: i64) -> pb::SftSpec {
    pb::SftSpec {
        data_digest,
        base: Some(pb::sft_spec::Base::NewModel(pb::NewModel {
            vocabulary_size: 300,
            hidden_size: 32,
            intermediate_size: 64,
            layer_count: 1,
            head_count: 2,
            kv_head_count: 1,
            head_size: 16,
            max_length: 128,
        })),
        lora: None,
        step_count,
        sequence_count: 4,
        sequence_length: 64,
        learning_rate: 5e-3,
        warmup_step_count: 5,
        weight_decay: 0.0,
        max_grad_norm: 1.0,
        seed: 7,
        checkpoint_step_count: 10,
        recomputes_layers: false,
        thread_count: 1,
    }
}

async fn create(client: &mut Client, id: &str, spec: pb::SftSpec) -> Result<pb::Job, Status> {
    let request = pb::CreateJobRequest {
        job_id: id.to_owned(),
        spec: Some(pb::create_job_request::Spec::Sft(spec)),
    };
    Ok(client.create_job(request).await?.into_inner().job.unwrap())
}

/// Watches until the job rests.
async fn rested(client: &mut Client, id: &str) -> (pb::Job, Vec<pb::StepMetrics>) {
    let request = pb::WatchJobRequest {
        name: format!("jobs/{id}"),
        after_step: 0,
    };
    let mut news = client.watch_job(request).await.unwrap().into_inner();
    let (mut job, mut steps) = (None, Vec::new());
    while let Some(told) = news.message().await.unwrap() {
        steps.extend(told.steps);
        job = told.job;
    }
    (job.unwrap(), steps)
}

/// Writes a job's model into the folder.
async fn exported(client: &mut Client, id: &str, folder: &Path) {
    std::fs::create_dir_all(folder).unwrap();
    for (path, content) in artifacts(client, id).await {
        let path = path.strip_prefix("model/").unwrap();
        std::fs::write(folder.join(path), content).unwrap();
    }
}

async fn artifacts(client: &mut Client, id: &str) -> BTreeMap<String, Vec<u8>> {
    let name = format!("jobs/{id}");
    let request = pb::ExportArtifactsRequest { name };
    let mut pieces = client.export_artifacts(request).await.unwrap().into_inner();
    let mut whole = BTreeMap::<String, Vec<u8>>::new();
    while let Some(piece) = pieces.message().await.unwrap() {
        whole.entry(piece.path).or_default().extend(piece.content);
    }
    whole
}

#[tokio::test]
async fn a_job_learns_and_its_model_can_be_read_and_trained_further() {
    let place = tempfile::tempdir().unwrap();
    let server = start(place.path()).await.unwrap();
    let mut client = client(&server);
    let data = put(&mut client, &rows()).await.unwrap();
    assert_eq!(data.row_count, 100);
    create(&mut client, "one", spec(data.digest.clone(), 60))
        .await
        .unwrap();
    let (job, steps) = rested(&mut client, "one").await;
    assert_eq!((job.state(), job.error.as_str()), (State::Succeeded, ""));
    assert_eq!(
        (job.row_count, job.left_out_row_count, steps.len()),
        (100, 0, 60)
    );
    assert!(steps.iter().map(|step| step.step).eq(1..=60));
    let loss = |steps: &[pb::StepMetrics]| {
        steps.iter().map(|step| step.loss).sum::<f64>() / steps.len() as f64
    };
    assert!(loss(&steps[50..]) < loss(&steps[..10]) / 2.0, "{steps:?}");

    let model = place.path().join("models").join("mine");
    exported(&mut client, "one", &model).await;
    let folder = Folder::read(&model).unwrap();
    assert_eq!(folder.config.parameter_count() as i64, job.parameter_count);

    for (id, base) in [("two", "jobs/one"), ("three", "mine")] {
        let further = pb::SftSpec {
            base: Some(pb::sft_spec::Base::Model(base.to_owned())),
            lora: Some(pb::Lora {
                rank: 4,
                alpha: 8.0,
            }),
            ..spec(data.digest.clone(), 3)
        };
        create(&mut client, id, further).await.unwrap();
        let (job, further) = rested(&mut client, id).await;
        assert_eq!(job.state(), State::Succeeded, "{}", job.error);
        assert!(
            further[0].loss < loss(&steps[..10]) / 2.0,
            "it begins where {base} ended"
        );
        let made = artifacts(&mut client, id).await;
        let adapter: serde_json::Value =
            serde_json::from_slice(&made["adapter/adapter_config.json"]).unwrap();
        assert_eq!(
            (&adapter["r"], &adapter["base_model_name_or_path"]),
            (&4.into(), &base.into())
        );
        assert!(made.contains_key("adapter/adapter_model.safetensors"));
    }
    server.drain().await.unwrap();
}

#[tokio::test]
async fn a_job_that_was_cancelled_goes_on_as_if_it_had_not_been() {
    let place = tempfile::tempdir().unwrap();
    let server = start(place.path()).await.unwrap();
    let mut client = client(&server);
    let data = put(&mut client, &rows()).await.unwrap();
    create(&mut client, "whole", spec(data.digest.clone(), 300))
        .await
        .unwrap();
    let (_, whole) = rested(&mut client, "whole").await;

    create(&mut client, "cut", spec(data.digest, 300))
        .await
        .unwrap();
    let name = "jobs/cut".to_owned();
    let request = pb::WatchJobRequest {
        name: name.clone(),
        after_step: 0,
    };
    let mut news = client.watch_job(request).await.unwrap().into_inner();
    while news.message().await.unwrap().unwrap().steps.is_empty() {}
    drop(news);
    let cancelled = client
        .cancel_job(pb::CancelJobRequest { name: name.clone() })
        .await;
    let cancelled = cancelled.unwrap().into_inner().job.unwrap();
    if cancelled.state() == State::Cancelled {
        assert!(cancelled.step_count <= 300);
        // The daemon may be another one by then.
        server.drain().await.unwrap();
        let server = start(place.path()).await.unwrap();
        client = Client::new(connect(&server.url()).unwrap());
        client
            .resume_job(pb::ResumeJobRequest { name })
            .await
            .unwrap();
        let (job, cut) = rested(&mut client, "cut").await;
        assert_eq!(job.state(), State::Succeeded, "{}", job.error);
        let losses = |steps: &[pb::StepMetrics]| {
            steps
                .iter()
                .map(|step| step.loss.to_bits())
                .collect::<Vec<u64>>()
        };
        assert_eq!(losses(&cut), losses(&whole));
        server.drain().await.unwrap();
    }
}

#[tokio::test]
async fn what_cannot_be_trained_is_refused_and_says_why() {
    let place = tempfile::tempdir().unwrap();
    let server = start(place.path()).await.unwrap();
    let mut client = client(&server);
    let bad = put(&mut client, "{\"messages\":[]}\n").await.unwrap_err();
    assert_eq!(bad.code(), Code::InvalidArgument);
    assert!(bad.message().contains("line 1"), "{bad}");
    let digest = format!("blake3:{}", "0".repeat(64));
    let unknown = create(&mut client, "a", spec(digest, 5)).await.unwrap_err();
    assert_eq!(unknown.code(), Code::FailedPrecondition);

    let data = put(&mut client, &rows()).await.unwrap();
    let base = |name: &str| pb::SftSpec {
        base: Some(pb::sft_spec::Base::Model(name.to_owned())),
        ..spec(data.digest.clone(), 5)
    };
    for name in ["nowhere", "jobs/nobody"] {
        let refused = create(&mut client, "b", base(name)).await.unwrap_err();
        assert_ne!(refused.code(), Code::Internal, "{refused}");
    }
    // A folder without a configuration is found out when the job begins.
    std::fs::create_dir_all(place.path().join("models/empty")).unwrap();
    create(&mut client, "c", base("empty")).await.unwrap();
    let (job, steps) = rested(&mut client, "c").await;
    assert_eq!((job.state(), steps.len()), (State::Failed, 0));
    assert!(job.error.contains("config.json"), "{}", job.error);
    let export = pb::ExportArtifactsRequest {
        name: "jobs/c".to_owned(),
    };
    assert_eq!(
        client.export_artifacts(export).await.unwrap_err().code(),
        Code::FailedPrecondition
    );

    let short = pb::SftSpec {
        sequence_length: 3,
        ..spec(data.digest.clone(), 5)
    };
    create(&mut client, "d", short).await.unwrap();
    let (job, _) = rested(&mut client, "d").await;
    assert_eq!(job.state(), State::Failed);
    assert!(job.error.contains("at most 3 tokens"), "{}", job.error);
    server.drain().await.unwrap();
}

#[tokio::test]
async fn tasks_with_the_tests_of_another_run_are_not_evaluated_on_their_samples_alone() {
    let place = tempfile::tempdir().unwrap();
    let server = start(place.path()).await.unwrap();
    let mut client = client(&server);
    let task = |id: &str| {
        serde_json::json!({
            "task_id": id, "style": "plain", "statement": "Print n.",
            "samples": [{"input": "1", "output": "1"}],
            "candidates": {"run": 1, "agree_on_all_labels": 1},
        })
    };
    let test = |id: &str| serde_json::json!({"task_id": id, "input": "4", "output": "4"});
    let tasks = format!("{}\n{}\n", task("a"), task("b"));
    let tests = format!("{}\n{}\n", test("a"), test("elsewhere"));
    let bad = put_as(&mut client, Kind::Tasks, "{\"id\": 1}\n").await;
    assert!(bad.unwrap_err().message().contains("task_id"));
    let spec = pb::EvaluationSpec {
        data_digest: put_as(&mut client, Kind::Tasks, &tasks)
            .await
            .unwrap()
            .digest,
        tests_digest: put_as(&mut client, Kind::Tests, &tests)
            .await
            .unwrap()
            .digest,
        subject: Some(pb::evaluation_spec::Subject::GatewayModel(String::new())),
        sample_count: 1,
        max_token_count: 10,
        ..Default::default()
    };
    let request = pb::CreateJobRequest {
        job_id: "eval".to_owned(),
        spec: Some(pb::create_job_request::Spec::Evaluation(spec)),
    };
    client.create_job(request).await.unwrap();
    let (job, _) = rested(&mut client, "eval").await;
    assert_eq!(job.state(), State::Failed, "{}", job.error);
    assert!(
        job.error.contains("do not belong together"),
        "{}",
        job.error
    );
    server.drain().await.unwrap();
}

#[tokio::test]
async fn weights_that_lead_to_no_number_pause_the_job() {
    let place = tempfile::tempdir().unwrap();
    let server = start(place.path()).await.unwrap();
    let mut client = client(&server);
    let data = put(&mut client, &rows()).await.unwrap();
    create(&mut client, "good", spec(data.digest.clone(), 1))
        .await
        .unwrap();
    rested(&mut client, "good").await;
    let model = place.path().join("models/huge");
    exported(&mut client, "good", &model).await;
    let mut folder = Folder::read(&model).unwrap();
    for array in folder.weights.0.values_mut() {
        array.values.fill(1e30);
    }
    folder.write(&model, Dtype::F32).unwrap();
    let base = Some(pb::sft_spec::Base::Model("huge".to_owned()));
    let huge = pb::SftSpec {
        base,
        ..spec(data.digest, 5)
    };
    create(&mut client, "huge", huge).await.unwrap();
    let (job, steps) = rested(&mut client, "huge").await;
    assert_eq!(
        (job.state(), steps.len()),
        (State::Paused, 0),
        "{}",
        job.error
    );
    assert!(job.error.contains("step 1"), "{}", job.error);
    server.drain().await.unwrap();
}

#[tokio::test]
async fn a_full_queue_refuses_jobs_and_lists_come_in_pages() {
    let place = tempfile::tempdir().unwrap();
    let server = start_with(place.path(), 1).await.unwrap();
    let mut client = client(&server);
    let data = put(&mut client, &rows()).await.unwrap();
    for id in ["a", "b"] {
        create(&mut client, id, spec(data.digest.clone(), 100_000))
            .await
            .unwrap();
    }
    let full = create(&mut client, "c", spec(data.digest.clone(), 5))
        .await
        .unwrap_err();
    assert_eq!(full.code(), Code::ResourceExhausted);
    for id in ["a", "b"] {
        let name = format!("jobs/{id}");
        client
            .cancel_job(pb::CancelJobRequest { name })
            .await
            .unwrap();
    }
    let taken = create(&mut client, "a", spec(data.digest, 5))
        .await
        .unwrap_err();
    assert_eq!(taken.code(), Code::AlreadyExists);
    let mut names = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = pb::ListJobsRequest {
            page_size: 1,
            page_token,
        };
        let page = client.list_jobs(request).await.unwrap().into_inner();
        names.extend(page.jobs.into_iter().map(|job| job.name));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    names.sort();
    assert_eq!(names, ["jobs/a", "jobs/b"]);
    server.drain().await.unwrap();
}
