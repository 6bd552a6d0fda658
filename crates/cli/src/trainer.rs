//! The trainer, as the command speaks to it.

use std::path::Path;

use anyhow::Context as _;
use futures::Stream;
use synthsmith_proto::trainer::v1 as pb;
use synthsmith_proto::trainer::v1::trainer_service_client::TrainerServiceClient;
use synthsmith_rpc::client::{Connector, ItemChannel, MAX_MESSAGE_BYTES};
use tonic::{Code, Status, Streaming};

use crate::delivery::Delivery;
use crate::exit::Failure;

/// A client of a trainer.
#[derive(Debug, Clone)]
pub(crate) struct Trainer {
    address: String,
    client: TrainerServiceClient<ItemChannel>,
}

impl Trainer {
    pub(crate) fn at(connector: &Connector, address: &str) -> anyhow::Result<Self> {
        let channel = connector
            .connect(address)
            .map_err(|error| Failure::Usage(error.to_string()))?;
        Ok(Self {
            address: address.to_owned(),
            client: TrainerServiceClient::new(channel).max_decoding_message_size(MAX_MESSAGE_BYTES),
        })
    }

    /// Sends data; the answer has their digest.
    pub(crate) async fn put(
        &mut self,
        pieces: impl Stream<Item = pb::PutDataRequest> + Send + 'static,
    ) -> anyhow::Result<pb::PutDataResponse> {
        let answer = self.client.put_data(pieces).await;
        Ok(answer.map_err(|status| self.failure(&status))?.into_inner())
    }

    pub(crate) async fn create(
        &mut self,
        id: &str,
        spec: pb::create_job_request::Spec,
    ) -> anyhow::Result<pb::Job> {
        let request = pb::CreateJobRequest {
            job_id: id.to_owned(),
            spec: Some(spec),
        };
        let answer = self.client.create_job(request).await;
        let answer = answer.map_err(|status| self.failure(&status))?;
        answer
            .into_inner()
            .job
            .context("the trainer answered without a job")
    }

    /// The job of that id, where there is one.
    pub(crate) async fn job(&mut self, id: &str) -> anyhow::Result<Option<pb::Job>> {
        let asked = self.client.get_job(pb::GetJobRequest { name: name(id) });
        match asked.await {
            Ok(answer) => Ok(answer.into_inner().job),
            Err(status) if status.code() == Code::NotFound => Ok(None),
            Err(status) => Err(self.failure(&status)),
        }
    }

    /// Goes on with a job that rests; one that has succeeded stays as it is.
    pub(crate) async fn resume(&mut self, id: &str) -> anyhow::Result<()> {
        let name = name(id);
        let answer = self
            .client
            .get_job(pb::GetJobRequest { name: name.clone() });
        let answer = answer.await.map_err(|status| self.failure(&status))?;
        let state = answer.into_inner().job.map(|job| job.state());
        if state == Some(pb::job::State::Succeeded) {
            return Ok(());
        }
        let resumed = self.client.resume_job(pb::ResumeJobRequest { name }).await;
        resumed.map(drop).map_err(|status| self.failure(&status))
    }

    pub(crate) async fn watch(
        &mut self,
        id: &str,
    ) -> anyhow::Result<Streaming<pb::WatchJobResponse>> {
        let request = pb::WatchJobRequest {
            name: name(id),
            after_step: 0,
        };
        let answer = self.client.watch_job(request).await;
        Ok(answer.map_err(|status| self.failure(&status))?.into_inner())
    }

    /// Brings what a job made into a folder.
    pub(crate) async fn deliver(&mut self, id: &str, folder: &Path) -> anyhow::Result<()> {
        let request = pb::ExportArtifactsRequest { name: name(id) };
        let answer = self.client.export_artifacts(request).await;
        let mut pieces = answer.map_err(|status| self.failure(&status))?.into_inner();
        let mut delivery = Delivery::begin(folder)?;
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
                "cannot reach the trainer at {}: {text}; is it running? `synthsmith daemon trainer` starts one",
                self.address
            ))
            .into(),
            Code::InvalidArgument
            | Code::FailedPrecondition
            | Code::NotFound
            | Code::AlreadyExists => Failure::Usage(text).into(),
            _ => anyhow::anyhow!("the trainer at {} failed: {text}", self.address),
        }
    }
}

fn name(id: &str) -> String {
    format!("jobs/{id}")
}
