//! A verifier whose sandbox does without a protection.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use synthsmith_daemon::{Component, Context, Parts, Section};
use synthsmith_proto::FILE_DESCRIPTOR_SET;
use synthsmith_sandbox::{DockerSandbox, Sandbox, Weakness};
use synthsmith_verifier::{Config, VerifierService};

use crate::server::{Server, config};

pub(crate) struct WeakenedVerifier;

/// What no file can say, hence not read and not written.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Weakened {
    #[serde(skip)]
    weakness: Option<Weakness>,
}

impl Section for Weakened {
    fn validate(&self) -> Result<(), String> {
        Ok(())
    }
}

impl Component for WeakenedVerifier {
    const NAME: &'static str = "weakened-verifier";
    const DEFAULT_PORT: u16 = 0;
    type Config = Weakened;

    async fn start(weakened: Weakened, context: Context) -> anyhow::Result<Parts> {
        let config = Config {
            max_wall_ms: 60_000,
            ..config()
        };
        let sandbox = DockerSandbox::open(synthsmith_sandbox::Config {
            weakness: weakened.weakness,
            ..config.sandbox()
        });
        let sandbox = Arc::new(sandbox.await?);
        let service = VerifierService::new(config, Arc::clone(&sandbox) as Arc<dyn Sandbox>);
        let parts = context.grpc(service.into_server(), FILE_DESCRIPTOR_SET)?;
        Ok(parts.closing(async move { sandbox.close().await }))
    }
}

pub(crate) async fn without(weakness: Weakness) -> Server {
    let weakness = Some(weakness);
    Server::of::<WeakenedVerifier>(Weakened { weakness }).await
}
