//! The gRPC edge: decode, call, encode.

use std::pin::Pin;
use std::sync::Arc;

use futures::{Stream, StreamExt as _};
use synthsmith_daemon::{Component, Context, Parts};
use synthsmith_proto::FILE_DESCRIPTOR_SET;
use synthsmith_proto::verifier::v1 as pb;
use synthsmith_proto::verifier::v1::verifier_service_server::{
    VerifierService as Contract, VerifierServiceServer,
};
use synthsmith_rpc::client::MAX_MESSAGE_BYTES;
use synthsmith_rpc::error::into_status;
use synthsmith_sandbox::{DockerSandbox, Sandbox};
use tonic::{Request, Response, Status};

use crate::execute::execute;
use crate::judge::judge;
use crate::queue::Queue;
use crate::wire::{self, Decoder};
use crate::{Config, Error};

#[derive(Debug, Clone)]
pub struct VerifierService {
    sandbox: Arc<dyn Sandbox>,
    queue: Queue,
    config: Arc<Config>,
}

// === impl VerifierService ===

impl Component for VerifierService {
    const NAME: &'static str = "verifier";
    const DEFAULT_PORT: u16 = 7106;
    type Config = Config;

    async fn start(config: Config, context: Context) -> anyhow::Result<Parts> {
        let sandbox = DockerSandbox::open(config.sandbox())
            .await
            .map_err(Error::OpenSandbox)?;
        let sandbox = Arc::new(sandbox);
        let service = Self::new(config, Arc::clone(&sandbox) as Arc<dyn Sandbox>);
        let parts = context.grpc(service.into_server(), FILE_DESCRIPTOR_SET);
        Ok(parts.closing(async move { sandbox.close().await }))
    }
}

impl VerifierService {
    pub fn new(config: Config, sandbox: Arc<dyn Sandbox>) -> Self {
        Self {
            sandbox,
            queue: Queue::new(config.slots, config.max_queue),
            config: Arc::new(config),
        }
    }

    pub fn into_server(self) -> VerifierServiceServer<Self> {
        VerifierServiceServer::new(self)
            .max_decoding_message_size(MAX_MESSAGE_BYTES)
            .max_encoding_message_size(MAX_MESSAGE_BYTES)
    }

    async fn judged(
        &self,
        request: pb::JudgeProgramRequest,
    ) -> Result<pb::JudgeProgramResponse, Error> {
        let judgement = Decoder::new(&self.config).judgement(request)?;
        let _place = self.queue.enter()?;
        judge(self.sandbox.as_ref(), judgement)
            .await
            .map(wire::judged)
    }

    fn executed(&self, request: pb::ExecuteProgramRequest) -> Result<ExecuteStream, Error> {
        let job = Decoder::new(&self.config).execution(request)?;
        let place = self.queue.enter()?;
        let events = execute(Arc::clone(&self.sandbox), job, place);
        let answers =
            events.map(|event| event.map(wire::event).map_err(|error| into_status(&error)));
        Ok(Box::pin(answers))
    }
}

type ExecuteStream = Pin<Box<dyn Stream<Item = Result<pb::ExecuteProgramResponse, Status>> + Send>>;

#[tonic::async_trait]
impl Contract for VerifierService {
    type ExecuteProgramStream = ExecuteStream;

    async fn execute_program(
        &self,
        request: Request<pb::ExecuteProgramRequest>,
    ) -> Result<Response<ExecuteStream>, Status> {
        self.executed(request.into_inner())
            .map(Response::new)
            .map_err(|error| into_status(&error))
    }

    async fn judge_program(
        &self,
        request: Request<pb::JudgeProgramRequest>,
    ) -> Result<Response<pb::JudgeProgramResponse>, Status> {
        self.judged(request.into_inner())
            .await
            .map(Response::new)
            .map_err(|error| into_status(&error))
    }
}
