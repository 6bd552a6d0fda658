//! A gateway under test, and how it is asked.

use std::path::Path;

use synthsmith_daemon::{Running, Security, ServerConfig, launch};
use synthsmith_gateway::{Config, EndpointConfig, GatewayService};
use synthsmith_proto::corpus::v1::Origin;
use synthsmith_proto::gateway::v1 as pb;
use synthsmith_proto::gateway::v1::gateway_service_client::GatewayServiceClient;
use synthsmith_rpc::client::ItemChannel;
use synthsmith_telemetry::Telemetry;
use tempfile::TempDir;
use tonic::Status;

use crate::mock::{Act, Mock};

/// A gateway, the endpoint behind it, and the folder of its store.
pub(crate) struct Stage {
    pub(crate) mock: Mock,
    pub(crate) folder: TempDir,
    pub(crate) gateway: Running,
}

/// Short waits; no attempt is abandoned while the endpoint works as it should.
pub(crate) fn config(mock: &Mock, folder: &Path) -> Config {
    Config {
        endpoint: EndpointConfig {
            base_url: mock.base_url(),
            model: "m".into(),
            timeout_seconds: 30.0,
            max_attempts: 3,
            first_retry_seconds: 0.001,
            max_retry_after_seconds: 0.001,
            ..EndpointConfig::default()
        },
        store_path: folder.join("store").join("gateway.sqlite"),
        ..Config::default()
    }
}

pub(crate) async fn try_start(config: Config) -> anyhow::Result<Running> {
    let telemetry = Telemetry::start("test", &synthsmith_telemetry::Config::default())?;
    launch::<GatewayService>(
        config,
        &ServerConfig::default(),
        &Security::default(),
        &telemetry,
    )
    .await
}

impl Stage {
    pub(crate) async fn set(acts: impl IntoIterator<Item = Act>) -> Self {
        Self::set_with(acts, |_| {}).await
    }

    pub(crate) async fn set_with(
        acts: impl IntoIterator<Item = Act>,
        change: impl FnOnce(&mut Config),
    ) -> Self {
        let mock = Mock::start(acts).await;
        let folder = tempfile::tempdir().unwrap();
        let mut config = config(&mock, folder.path());
        change(&mut config);
        let gateway = try_start(config).await.unwrap();
        Self {
            mock,
            folder,
            gateway,
        }
    }

    pub(crate) fn client(&self) -> Client {
        let channel = synthsmith_rpc::client::connect(&self.gateway.url()).unwrap();
        Client(GatewayServiceClient::new(channel))
    }

    pub(crate) async fn ask(&self, prompt: &str) -> Result<pb::CompleteChatResponse, Status> {
        self.client().ask(prompt).await
    }

    pub(crate) async fn usage(&self) -> pb::GetUsageResponse {
        self.client().usage().await
    }

    /// Stops the gateway and starts another on the same store.
    pub(crate) async fn restart(self) -> Self {
        let Self {
            mock,
            folder,
            gateway,
        } = self;
        gateway.drain().await.unwrap();
        let gateway = try_start(config(&mock, folder.path())).await.unwrap();
        Self {
            mock,
            folder,
            gateway,
        }
    }
}

#[derive(Clone)]
pub(crate) struct Client(pub(crate) GatewayServiceClient<ItemChannel>);

impl Client {
    pub(crate) async fn ask(&mut self, prompt: &str) -> Result<pb::CompleteChatResponse, Status> {
        Ok(self.0.complete_chat(request(prompt)).await?.into_inner())
    }

    pub(crate) async fn usage(&mut self) -> pb::GetUsageResponse {
        let request = pb::GetUsageRequest { run_id: "r".into() };
        self.0.get_usage(request).await.unwrap().into_inner()
    }
}

pub(crate) fn request(prompt: &str) -> pb::CompleteChatRequest {
    pb::CompleteChatRequest {
        model: String::new(),
        messages: vec![pb::ChatMessage {
            role: pb::Role::User.into(),
            content: prompt.into(),
        }],
        sampling: Some(pb::SamplingParameters {
            temperature: 0.5,
            top_p: None,
            max_tokens: 64,
            seed: 7,
        }),
        sample_index: 0,
        origin: Some(Origin {
            run_id: "r".into(),
            task_id: "t".into(),
            stage: "solve".into(),
        }),
    }
}

pub(crate) fn reason(status: &Status) -> String {
    synthsmith_rpc::status::reason(status).unwrap_or_default()
}
