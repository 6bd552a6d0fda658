//! A trainer, as a client of it.

use std::collections::BTreeMap;
use std::path::Path;

use futures::stream;
use serde_json::Value;
use synthsmith_proto::trainer::v1 as pb;
use synthsmith_proto::trainer::v1::create_job_request::Spec;
use synthsmith_proto::trainer::v1::put_data_request::Kind;
use synthsmith_proto::trainer::v1::trainer_service_client::TrainerServiceClient;
use synthsmith_tests::Daemon;
use tonic::Streaming;
use tonic::transport::Channel;

pub(crate) struct Trainer {
    pub(crate) daemon: Daemon,
    client: TrainerServiceClient<Channel>,
}

impl Trainer {
    /// A trainer that keeps everything in the folder.
    pub(crate) async fn start(store: &Path, verifier: &str) -> Self {
        let settings = [("TRAINER__VERIFIER_ADDRESS", verifier)];
        Self::start_with(store, &settings, &[]).await
    }

    /// The same with settings, and with variables that are none.
    pub(crate) async fn start_with(
        store: &Path,
        settings: &[(&str, &str)],
        variables: &[(&str, &str)],
    ) -> Self {
        let mut settings = settings.to_vec();
        settings.push(("TRAINER__STORE", store.to_str().unwrap()));
        settings.push(("TRAINER__THREADS", "1"));
        let daemon = Daemon::start_with("trainer", &settings, variables).await;
        let client = TrainerServiceClient::new(daemon.channel().await);
        Self { daemon, client }
    }

    pub(crate) async fn put(&mut self, kind: Kind, content: &str) -> String {
        let piece = pb::PutDataRequest {
            content: content.as_bytes().to_vec(),
            kind: kind.into(),
            ..Default::default()
        };
        let put = self.client.put_data(stream::iter([piece])).await.unwrap();
        put.into_inner().digest
    }

    pub(crate) async fn create(&mut self, id: &str, spec: Spec) {
        let request = pb::CreateJobRequest {
            job_id: id.to_owned(),
            spec: Some(spec),
        };
        self.client.create_job(request).await.unwrap();
    }

    pub(crate) async fn resume(&mut self, id: &str) {
        let name = name(id);
        let resumed = self.client.resume_job(pb::ResumeJobRequest { name }).await;
        resumed.unwrap();
    }

    pub(crate) async fn watch(&mut self, id: &str) -> Streaming<pb::WatchJobResponse> {
        let request = pb::WatchJobRequest {
            name: name(id),
            after_step: 0,
        };
        self.client.watch_job(request).await.unwrap().into_inner()
    }

    /// The job once it rests, and its steps.
    pub(crate) async fn rested(&mut self, id: &str) -> (pb::Job, Vec<pb::StepMetrics>) {
        let mut news = self.watch(id).await;
        let (mut job, mut steps) = (None, Vec::new());
        while let Some(told) = news.message().await.unwrap() {
            steps.extend(told.steps);
            job = told.job;
        }
        (job.unwrap(), steps)
    }

    /// The files that a job made.
    pub(crate) async fn files(&mut self, id: &str) -> BTreeMap<String, Vec<u8>> {
        let request = pb::ExportArtifactsRequest { name: name(id) };
        let pieces = self.client.export_artifacts(request).await;
        let mut pieces = pieces.unwrap().into_inner();
        let mut files = BTreeMap::<String, Vec<u8>>::new();
        while let Some(piece) = pieces.message().await.unwrap() {
            files.entry(piece.path).or_default().extend(piece.content);
        }
        files
    }
}

/// A new model of so many steps.
pub(crate) fn sft(data_digest: String, hidden_size: i32, step_count: i64) -> pb::SftSpec {
    pb::SftSpec {
        data_digest,
        base: Some(pb::sft_spec::Base::NewModel(pb::NewModel {
            vocabulary_size: 320,
            hidden_size,
            intermediate_size: 2 * hidden_size,
            layer_count: 2,
            head_count: 2,
            kv_head_count: 1,
            head_size: 32,
            max_length: 256,
        })),
        step_count,
        sequence_count: 4,
        sequence_length: 192,
        learning_rate: 5e-3,
        warmup_step_count: 5,
        max_grad_norm: 1.0,
        seed: 7,
        checkpoint_step_count: 10,
        thread_count: 1,
        ..Default::default()
    }
}

/// JSON Lines.
pub(crate) fn lines(rows: impl Iterator<Item = Value>) -> String {
    rows.fold(String::new(), |lines, row| lines + &row.to_string() + "\n")
}

fn name(id: &str) -> String {
    format!("jobs/{id}")
}
