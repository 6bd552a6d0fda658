//! The gRPC edge: decode, call, encode.

use std::sync::Arc;
use std::time::Duration;

use synthsmith_daemon::{Component, Context, Parts};
use synthsmith_models::{ChatModel, GatewayModel};
use synthsmith_proto::FILE_DESCRIPTOR_SET;
use synthsmith_proto::test_gen::v1 as pb;
use synthsmith_proto::test_gen::v1::test_gen_service_server::{
    TestGenService as Contract, TestGenServiceServer,
};
use synthsmith_rpc::client::{Connector, MAX_MESSAGE_BYTES};
use synthsmith_rpc::error::into_status;
use tonic::{Request, Response, Status};

use crate::generate::Generator;
use crate::runner::ProgramRunner;
use crate::verifier::VerifierRunner;
use crate::{Config, Error, metrics};

#[derive(Debug, Clone)]
pub struct TestGenService {
    generator: Generator,
}

// === impl TestGenService ===

impl Component for TestGenService {
    const NAME: &'static str = "test-gen";
    const DEFAULT_PORT: u16 = 7105;
    type Config = Config;

    async fn start(config: Config, context: Context) -> anyhow::Result<Parts> {
        metrics::begin();
        let service = Self::new(config, context.connector())?;
        context.grpc(service.into_server(), FILE_DESCRIPTOR_SET)
    }
}

impl TestGenService {
    /// The service with the gateway and the verifier of the configuration.
    pub fn new(config: Config, connector: &Connector) -> Result<Self, Error> {
        let timeout = Duration::from_secs(config.model_timeout_seconds);
        let model = GatewayModel::connect(connector, &config.gateway_address, timeout)
            .map_err(Error::InvalidGatewayAddress)?;
        let cpu_time = Duration::from_secs(config.generator_cpu_seconds);
        let timeout = Duration::from_secs(config.generator_timeout_seconds);
        let runner =
            VerifierRunner::connect(connector, &config.verifier_address, cpu_time, timeout)
                .map_err(Error::InvalidVerifierAddress)?;
        Ok(Self::with_ports(config, Arc::new(model), Arc::new(runner)))
    }

    pub fn with_ports(
        config: Config,
        model: Arc<dyn ChatModel>,
        runner: Arc<dyn ProgramRunner>,
    ) -> Self {
        Self {
            generator: Generator::new(model, runner, Arc::new(config)),
        }
    }

    pub fn into_server(self) -> TestGenServiceServer<Self> {
        TestGenServiceServer::new(self)
            .max_decoding_message_size(MAX_MESSAGE_BYTES)
            .max_encoding_message_size(MAX_MESSAGE_BYTES)
    }

    async fn generate(
        &self,
        request: pb::GenerateTestsRequest,
    ) -> Result<pb::GenerateTestsResponse, Error> {
        let generated = self.generator.generate(&request.try_into()?).await?;
        metrics::count_inputs(&generated);
        Ok(generated.into())
    }
}

#[tonic::async_trait]
impl Contract for TestGenService {
    async fn generate_tests(
        &self,
        request: Request<pb::GenerateTestsRequest>,
    ) -> Result<Response<pb::GenerateTestsResponse>, Status> {
        let result = self.generate(request.into_inner()).await;
        result
            .map(Response::new)
            .map_err(|error| into_status(&error))
    }
}
