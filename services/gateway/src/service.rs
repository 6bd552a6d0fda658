//! The gRPC edge: decode, call, encode.

use synthsmith_daemon::{Component, Context, Parts, Section};
use synthsmith_proto::FILE_DESCRIPTOR_SET;
use synthsmith_proto::gateway::v1 as pb;
use synthsmith_proto::gateway::v1::gateway_service_server::{
    GatewayService as Contract, GatewayServiceServer,
};
use synthsmith_rpc::client::MAX_MESSAGE_BYTES;
use synthsmith_rpc::error::into_status;
use tonic::{Request, Response, Status};

use crate::{Config, Error, Gateway, wire};

#[derive(Debug, Clone)]
pub struct GatewayService {
    gateway: Gateway,
}

// === impl GatewayService ===

impl Component for GatewayService {
    const NAME: &'static str = "gateway";
    const DEFAULT_PORT: u16 = 7101;
    type Config = Config;

    async fn start(config: Config, context: Context) -> anyhow::Result<Parts> {
        let gateway = Gateway::start(config).await?;
        let service = Self {
            gateway: gateway.clone(),
        };
        let server = GatewayServiceServer::new(service)
            .max_decoding_message_size(MAX_MESSAGE_BYTES)
            .max_encoding_message_size(MAX_MESSAGE_BYTES);
        let parts = context.grpc(server, FILE_DESCRIPTOR_SET)?;
        Ok(parts.closing(async move { gateway.close().await }))
    }
}

impl Section for Config {
    fn validate(&self) -> Result<(), String> {
        Self::validate(self).map_err(|invalid| invalid.to_string())
    }
}

impl GatewayService {
    async fn complete(
        &self,
        request: pb::CompleteChatRequest,
    ) -> Result<pb::CompleteChatResponse, Error> {
        let (question, origin) = wire::question(request, self.gateway.default_model())?;
        Ok(self.gateway.complete(question, origin).await?.into())
    }

    async fn usage(&self, request: pb::GetUsageRequest) -> Result<pb::GetUsageResponse, Error> {
        let run_id = wire::run_id(request)?;
        Ok(self.gateway.usage(&run_id).await?.into())
    }
}

#[tonic::async_trait]
impl Contract for GatewayService {
    async fn complete_chat(
        &self,
        request: Request<pb::CompleteChatRequest>,
    ) -> Result<Response<pb::CompleteChatResponse>, Status> {
        let answer = self.complete(request.into_inner()).await;
        answer
            .map(Response::new)
            .map_err(|error| into_status(&error))
    }

    async fn get_usage(
        &self,
        request: Request<pb::GetUsageRequest>,
    ) -> Result<Response<pb::GetUsageResponse>, Status> {
        let usage = self.usage(request.into_inner()).await;
        usage
            .map(Response::new)
            .map_err(|error| into_status(&error))
    }
}
