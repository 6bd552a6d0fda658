//! The verifier that is measured, in a process of its own.

use std::io;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use synthsmith_daemon::Shutdown;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::Session;
use crate::cluster;
use crate::exit::Failure;
use crate::output;

const STARTS_WITHIN: Duration = Duration::from_mins(5);
const ENDS_WITHIN: Duration = Duration::from_mins(1);

/// A verifier that serves. It ends by itself when this process does.
#[derive(Debug)]
pub(super) struct Service {
    child: Child,
    /// Closed to end it.
    input: ChildStdin,
    address: String,
    process_id: u32,
}

#[derive(Debug, Serialize, Deserialize)]
struct Serving {
    address: String,
}

// === impl Service ===

impl Service {
    /// Starts a verifier with the settings of this process; keys of `[verifier]` that are named override them.
    pub(super) async fn start(
        settings_file: Option<&Path>,
        overrides: &[(&str, String)],
    ) -> anyhow::Result<Self> {
        let program = std::env::current_exe().context("cannot find this program's own file")?;
        let mut command = Command::new(program);
        if let Some(file) = settings_file {
            command.arg("--config").arg(file);
        }
        for (key, value) in overrides {
            command.env(
                format!("SYNTHSMITH_VERIFIER__{}", key.to_uppercase()),
                value,
            );
        }
        let mut child = command
            .args(["bench", "serve"])
            // Ctrl-C is for this process to answer.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start a verifier")?;
        let process_id = child.id().unwrap_or_default();
        let input = child.stdin.take().context("the verifier reads nothing")?;
        let told = child.stdout.take().context("the verifier says nothing")?;
        let mut line = String::new();
        let heard = timeout(STARTS_WITHIN, BufReader::new(told).read_line(&mut line)).await;
        let serving = heard
            .ok()
            .and_then(Result::ok)
            .and_then(|_| serde_json::from_str::<Serving>(&line).ok());
        let Some(Serving { address }) = serving else {
            // It has said why on standard error.
            let text = "the verifier that was to be measured did not start";
            return Err(Failure::Machine(text.to_owned()).into());
        };
        Ok(Self {
            child,
            input,
            address,
            process_id,
        })
    }

    pub(super) fn address(&self) -> &str {
        &self.address
    }

    pub(super) fn id(&self) -> u32 {
        self.process_id
    }

    /// Ends it, and waits until its containers are gone.
    pub(super) async fn stop(mut self) {
        drop(self.input);
        if timeout(ENDS_WITHIN, self.child.wait()).await.is_err() {
            output::say("the verifier did not end, and is killed");
            // It may have ended after all.
            let _ = self.child.kill().await;
        }
    }
}

/// Serves a verifier on a free port until standard input ends.
pub(super) async fn serve(session: &Session) -> anyhow::Result<()> {
    let mut signals = Shutdown::listen()?;
    let mut own =
        cluster::start_verifier(&session.settings, usize::MAX, &session.telemetry).await?;
    let address = own.address.clone();
    output::print(&serde_json::to_string(&Serving { address })?);
    let ended_input = input_ended();
    let ended = tokio::select! {
        error = own.broke_down() => Some(error),
        _ = ended_input => None,
        () = signals.received() => None,
    };
    signals.then_exit();
    own.stop().await;
    ended.map_or(Ok(()), Err)
}

/// On a thread that nobody waits for, since a read of standard input cannot be given up.
fn input_ended() -> oneshot::Receiver<()> {
    let (sender, ended) = oneshot::channel();
    std::thread::spawn(move || {
        let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
        let _ = sender.send(());
    });
    ended
}

/// Starts a verifier, works with it, and ends it, whether the work ended or was interrupted.
pub(super) async fn during<T>(
    settings_file: Option<&Path>,
    overrides: &[(&str, String)],
    signals: &mut Shutdown,
    work: impl AsyncFnOnce(&Service) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let service = tokio::select! {
        service = Service::start(settings_file, overrides) => service?,
        () = signals.received() => return Err(super::interrupted()),
    };
    let worked = tokio::select! {
        worked = work(&service) => worked,
        () = signals.received() => Err(super::interrupted()),
    };
    tokio::select! {
        () = service.stop() => {}
        // It goes on ending by itself.
        () = signals.received() => {}
    }
    worked
}
