//! A running verifier under attack.

use std::fmt::Display;
use std::sync::OnceLock;

use synthsmith_daemon::{Component, Running, Security, ServerConfig, launch};
use synthsmith_proto::verifier::v1::verifier_service_client::VerifierServiceClient;
use synthsmith_telemetry::Telemetry;
use synthsmith_verifier::config::Level;
use synthsmith_verifier::{Config, VerifierService};
use tonic::transport::Channel;

pub(crate) type Client = VerifierServiceClient<Channel>;

/// Whether the verifier withstood; the error says what it let happen.
pub(crate) type Held = Result<(), String>;

const MAX_ANSWER_BYTES: usize = 64 << 20;

/// A verifier and a client of it.
pub(crate) struct Server {
    running: Running,
    pub(crate) client: Client,
    pub(crate) url: String,
    /// For another one of the kind.
    pub(crate) config: Config,
}

impl Server {
    pub(crate) async fn open(config: Config) -> Self {
        Self {
            config: config.clone(),
            ..Self::of::<VerifierService>(config).await
        }
    }

    pub(crate) async fn of<C: Component>(config: C::Config) -> Self {
        let running = launch::<C>(
            config,
            &ServerConfig::default(),
            &Security::default(),
            telemetry(),
        )
        .await
        .unwrap();
        let url = running.url();
        let client = Client::connect(url.clone())
            .await
            .unwrap()
            .max_decoding_message_size(MAX_ANSWER_BYTES);
        Self {
            running,
            client,
            url,
            config: self::config(),
        }
    }

    pub(crate) async fn close(self) {
        drop(self.client);
        self.running.drain().await.unwrap();
    }
}

/// Without a pool, so that the containers of this process are those in use.
pub(crate) fn config() -> Config {
    Config {
        slots: 2,
        pool_size: 0,
        compile_cpu_ms: 4_000 * slowness(),
        ..Config::default()
    }
}

/// How many times slower than usual the machine is, if it is an emulated one.
fn slowness() -> u64 {
    let told = std::env::var("SYNTHSMITH_SLOW_MACHINE").ok();
    told.and_then(|told| told.parse().ok()).unwrap_or(1)
}

/// Where every program runs in a cell.
pub(crate) fn config_of_cells() -> Config {
    Config {
        default_isolation: Level::Cell,
        cell_containers: 2,
        cell_apparmor_profile: synthsmith_testkit::cell_profile(),
        ..config()
    }
}

/// One for the process: some cases open a second verifier.
fn telemetry() -> &'static Telemetry {
    static TELEMETRY: OnceLock<Telemetry> = OnceLock::new();
    TELEMETRY.get_or_init(|| {
        Telemetry::start("verifier", &synthsmith_telemetry::Config::default()).unwrap()
    })
}

pub(crate) fn require(holds: bool, otherwise: impl Display) -> Held {
    if holds {
        Ok(())
    } else {
        Err(otherwise.to_string())
    }
}
