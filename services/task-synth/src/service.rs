//! The gRPC edge: decode, call, encode.

use std::sync::Arc;
use std::time::Duration;

use synthsmith_daemon::{Component, Context, Parts};
use synthsmith_models::{ChatModel, GatewayModel};
use synthsmith_proto::FILE_DESCRIPTOR_SET;
use synthsmith_proto::task_synth::v1 as pb;
use synthsmith_proto::task_synth::v1::task_synth_service_server::{
    TaskSynthService as Contract, TaskSynthServiceServer,
};
use synthsmith_rpc::client::{Connector, MAX_MESSAGE_BYTES};
use synthsmith_rpc::error::into_status;
use tonic::{Request, Response, Status};

use crate::synthesize::Synthesizer;
use crate::{Config, Error, metrics, wire};

#[derive(Debug, Clone)]
pub struct TaskSynthService {
    synthesizer: Synthesizer,
}

// === impl TaskSynthService ===

impl Component for TaskSynthService {
    const NAME: &'static str = "task-synth";
    const DEFAULT_PORT: u16 = 7103;
    type Config = Config;

    async fn start(config: Config, context: Context) -> anyhow::Result<Parts> {
        let service = Self::new(config, context.connector())?;
        context.grpc(service.into_server(), FILE_DESCRIPTOR_SET)
    }
}

impl TaskSynthService {
    /// The service with the gateway of the configuration as its model.
    pub fn new(config: Config, connector: &Connector) -> Result<Self, Error> {
        let timeout = Duration::from_secs(config.model_timeout_seconds);
        let model = GatewayModel::connect(connector, &config.gateway_address, timeout)
            .map_err(Error::InvalidGatewayAddress)?;
        Ok(Self::with_model(config, Arc::new(model)))
    }

    pub fn with_model(config: Config, model: Arc<dyn ChatModel>) -> Self {
        Self {
            synthesizer: Synthesizer::new(model, Arc::new(config)),
        }
    }

    pub fn into_server(self) -> TaskSynthServiceServer<Self> {
        TaskSynthServiceServer::new(self)
            .max_decoding_message_size(MAX_MESSAGE_BYTES)
            .max_encoding_message_size(MAX_MESSAGE_BYTES)
    }

    async fn synthesize(
        &self,
        request: pb::SynthesizeTaskRequest,
    ) -> Result<pb::SynthesizeTaskResponse, Error> {
        let result = self.synthesizer.synthesize(request.try_into()?).await?;
        metrics::count_task(&result);
        if let Err(rejection) = &result {
            tracing::debug!(
                reason = rejection.reason.as_str(),
                detail = rejection.detail,
                "no task"
            );
        }
        Ok(wire::response(result))
    }
}

#[tonic::async_trait]
impl Contract for TaskSynthService {
    async fn synthesize_task(
        &self,
        request: Request<pb::SynthesizeTaskRequest>,
    ) -> Result<Response<pb::SynthesizeTaskResponse>, Status> {
        let result = self.synthesize(request.into_inner()).await;
        result
            .map(Response::new)
            .map_err(|error| into_status(&error))
    }
}
