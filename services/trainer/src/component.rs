//! The trainer on the chassis.

use std::sync::Arc;

use synthsmith_daemon::{Context, Parts};
use synthsmith_proto::trainer::v1::trainer_service_server::TrainerServiceServer;
use synthsmith_rpc::client::MAX_MESSAGE_BYTES;

use crate::config::Config;
use crate::embedded::Embedded;
use crate::evaluation::Evaluator;
use crate::jobs::Jobs;
use crate::places::Places;
use crate::service::Trainer;
use crate::store::Store;
use crate::work::Doers;

/// The trainer as a daemon.
#[derive(Debug)]
pub struct Component;

impl synthsmith_daemon::Component for Component {
    const NAME: &'static str = "trainer";
    const DEFAULT_PORT: u16 = 7109;
    type Config = Config;

    async fn start(config: Config, context: Context) -> anyhow::Result<Parts> {
        config.device.check()?;
        let store = Store::open(&config.store).await?;
        let doers = Doers {
            places: Places::open(&config)?,
            backend: Arc::new(Embedded {
                threads: config.threads as usize,
                device: config.device,
            }),
            evaluator: Evaluator::new(&config, context.connector())?,
        };
        let jobs = Jobs::new(store, doers, config, context.draining.clone());
        jobs.resume_interrupted().await?;
        let service = TrainerServiceServer::new(Trainer::new(jobs.clone()))
            .max_decoding_message_size(MAX_MESSAGE_BYTES);
        let parts = context.grpc(service, synthsmith_proto::FILE_DESCRIPTOR_SET)?;
        Ok(parts.closing(async move { jobs.stopped().await }))
    }
}
