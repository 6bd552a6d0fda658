//! The orchestrator on the chassis.

use synthsmith_daemon::{Context, Parts};
use synthsmith_proto::orchestrator::v1::orchestrator_service_server::OrchestratorServiceServer;
use synthsmith_rpc::client::MAX_MESSAGE_BYTES;

use crate::clients::Clients;
use crate::config::Config;
use crate::runs::Runs;
use crate::service::Orchestrator;
use crate::store::Store;

/// The orchestrator as a daemon.
#[derive(Debug)]
pub struct Component;

impl synthsmith_daemon::Component for Component {
    const NAME: &'static str = "orchestrator";
    const DEFAULT_PORT: u16 = 7107;
    type Config = Config;

    async fn start(config: Config, context: Context) -> anyhow::Result<Parts> {
        let store = Store::open(&config.store).await?;
        let clients = Clients::connect(context.connector(), &config.services)?;
        let runs = Runs::new(store, clients, config, context.draining.clone());
        runs.resume_interrupted().await?;
        let service = OrchestratorServiceServer::new(Orchestrator::new(runs.clone()))
            .max_decoding_message_size(MAX_MESSAGE_BYTES);
        let parts = context.grpc(service, synthsmith_proto::FILE_DESCRIPTOR_SET)?;
        Ok(parts.closing(async move { runs.stopped().await }))
    }
}
