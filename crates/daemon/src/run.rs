//! The whole life of a daemon's process.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use synthsmith_telemetry::Telemetry;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::component::Component;
use crate::config::Settings;
use crate::launch::launch;
use crate::security::Security;

/// The exit code of a process that a second signal ended.
const EXIT_INTERRUPTED: i32 = 130;

/// A daemon of synthsmith; see its README for its settings.
#[derive(Debug, Parser)]
#[command(version)]
struct Args {
    /// The configuration file; `synthsmith.toml` in the working folder is used where it exists.
    #[arg(long, env = "SYNTHSMITH_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
}

/// Runs a component as this process's daemon until SIGTERM or Ctrl-C.
pub async fn run<C: Component>() -> ExitCode {
    let args = Args::parse();
    match serve::<C>(args.config.as_deref()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            if tracing::dispatcher::has_been_set() {
                tracing::error!(daemon = C::NAME, "{error:#}");
            } else {
                // What keeps the log from being set up would go unheard there.
                let _ = writeln!(std::io::stderr(), "{}: {error:#}", C::NAME);
            }
            ExitCode::FAILURE
        }
    }
}

/// Serves a component until SIGTERM or Ctrl-C, with the settings of a file and the environment.
pub async fn serve<C: Component>(config: Option<&Path>) -> anyhow::Result<()> {
    let settings = Settings::load(config);
    // Errors about the settings need a log to go to.
    let log = settings
        .as_ref()
        .ok()
        .and_then(|settings| settings.telemetry().ok());
    let telemetry = Telemetry::start(C::NAME, &log.unwrap_or_default())?;
    let settings = settings?;
    settings.telemetry()?;
    let server = settings.server(C::NAME, C::DEFAULT_PORT)?;
    let security = Security::load(&settings.security()?)?;
    let mut asked_to_end = Shutdown::listen()?;
    let mut daemon =
        launch::<C>(settings.section(C::NAME)?, &server, &security, &telemetry).await?;
    let ended = tokio::select! {
        ended = daemon.ended() => ended,
        () = asked_to_end.received() => {
            tracing::info!(daemon = C::NAME, "draining; a second signal ends at once");
            asked_to_end.then_exit();
            daemon.drain().await
        }
    };
    telemetry.shutdown();
    ended
}

/// SIGTERM and Ctrl-C.
#[derive(Debug)]
pub struct Shutdown {
    terminate: Signal,
    interrupt: Signal,
}

// === impl Shutdown ===

impl Shutdown {
    pub fn listen() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    pub async fn received(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    /// From now on the next signal ends the process at once.
    pub fn then_exit(mut self) {
        tokio::spawn(async move {
            self.received().await;
            std::process::exit(EXIT_INTERRUPTED);
        });
    }
}
