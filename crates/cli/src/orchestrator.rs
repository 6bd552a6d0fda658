//! The orchestrator, as the command speaks to it.

use anyhow::Context as _;
use futures::stream;
use synthsmith_proto::orchestrator::v1 as pb;
use synthsmith_proto::orchestrator::v1::orchestrator_service_client::OrchestratorServiceClient;
use synthsmith_rpc::client::{Connector, ItemChannel, MAX_MESSAGE_BYTES};
use tonic::{Code, Status, Streaming};

use crate::delivery::Delivery;
use crate::exit::Failure;
use crate::run_folder::RunFolder;

/// A client of an orchestrator.
#[derive(Debug, Clone)]
pub(crate) struct Orchestrator {
    address: String,
    client: OrchestratorServiceClient<ItemChannel>,
}

impl Orchestrator {
    pub(crate) fn at(connector: &Connector, address: &str) -> anyhow::Result<Self> {
        let channel = connector
            .connect(address)
            .map_err(|error| Failure::Usage(error.to_string()))?;
        Ok(Self {
            address: address.to_owned(),
            client: OrchestratorServiceClient::new(channel)
                .max_decoding_message_size(MAX_MESSAGE_BYTES),
        })
    }

    pub(crate) async fn create(
        &mut self,
        run_id: &str,
        spec: pb::RunSpec,
        samples: Vec<pb::CodeSample>,
    ) -> anyhow::Result<pb::Run> {
        let run = pb::create_run_request::Part::Run(pb::NewRun {
            run_id: run_id.to_owned(),
            spec: Some(spec),
        });
        let samples = samples
            .into_iter()
            .map(pb::create_run_request::Part::Sample);
        let parts = std::iter::once(run).chain(samples);
        let requests = parts.map(|part| pb::CreateRunRequest { part: Some(part) });
        let answer = self.client.create_run(stream::iter(requests)).await;
        present(
            answer
                .map_err(|status| self.failure(&status))?
                .into_inner()
                .run,
        )
    }

    /// Goes on with a run; `None` where the orchestrator never knew of it.
    pub(crate) async fn resume(
        &mut self,
        run_id: &str,
        spec: pb::RunSpec,
    ) -> anyhow::Result<Option<pb::Run>> {
        let request = pb::ResumeRunRequest {
            name: name(run_id),
            spec: Some(spec),
        };
        match self.client.resume_run(request).await {
            Ok(answer) => present(answer.into_inner().run).map(Some),
            Err(status) if status.code() == Code::NotFound => Ok(None),
            Err(status) => Err(self.failure(&status)),
        }
    }

    pub(crate) async fn get(&mut self, run_id: &str) -> anyhow::Result<pb::Run> {
        let request = pb::GetRunRequest { name: name(run_id) };
        let answer = self.client.get_run(request).await;
        present(
            answer
                .map_err(|status| self.failure(&status))?
                .into_inner()
                .run,
        )
    }

    /// All runs, the newest first.
    pub(crate) async fn list(&mut self) -> anyhow::Result<Vec<pb::Run>> {
        let mut runs = Vec::new();
        let mut page_token = String::new();
        loop {
            let request = pb::ListRunsRequest {
                page_size: 0,
                page_token,
            };
            let answer = self.client.list_runs(request).await;
            let page = answer.map_err(|status| self.failure(&status))?.into_inner();
            runs.extend(page.runs);
            if page.next_page_token.is_empty() {
                return Ok(runs);
            }
            page_token = page.next_page_token;
        }
    }

    pub(crate) async fn watch(
        &mut self,
        run_id: &str,
    ) -> anyhow::Result<Streaming<pb::WatchRunResponse>> {
        let request = pb::WatchRunRequest { name: name(run_id) };
        let answer = self.client.watch_run(request).await;
        Ok(answer.map_err(|status| self.failure(&status))?.into_inner())
    }

    /// Brings the output of an ended run into its folder.
    pub(crate) async fn deliver(&mut self, run_id: &str, folder: &RunFolder) -> anyhow::Result<()> {
        let request = pb::ExportRunRequest { name: name(run_id) };
        let answer = self.client.export_run(request).await;
        let mut pieces = answer.map_err(|status| self.failure(&status))?.into_inner();
        let mut delivery = Delivery::begin(folder.path())?;
        while let Some(piece) = pieces
            .message()
            .await
            .map_err(|status| self.failure(&status))?
        {
            delivery.take(&piece.path, &piece.content)?;
        }
        delivery.finish()
    }

    pub(crate) fn failure(&self, status: &Status) -> anyhow::Error {
        let text = status.message().to_owned();
        match status.code() {
            Code::Unavailable => Failure::Machine(format!(
                "cannot reach the orchestrator at {}: {text}; is it running? `synthsmith up` starts all services",
                self.address
            ))
            .into(),
            Code::InvalidArgument | Code::FailedPrecondition | Code::NotFound | Code::AlreadyExists => {
                Failure::Usage(text).into()
            }
            _ => anyhow::anyhow!("the orchestrator at {} failed: {text}", self.address),
        }
    }
}

fn name(run_id: &str) -> String {
    format!("runs/{run_id}")
}

fn present(run: Option<pb::Run>) -> anyhow::Result<pb::Run> {
    run.context("the orchestrator answered without a run")
}
