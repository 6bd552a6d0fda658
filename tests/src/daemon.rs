//! A daemon in a process of its own, and what a signal makes of it.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStderr, Command};
use tonic::Streaming;
use tonic::transport::Channel;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};

/// Longer than any daemon takes to build its image, start and say so.
const START_PATIENCE: Duration = Duration::from_secs(200);

/// A daemon that serves; it is killed where a test leaves it behind.
#[derive(Debug)]
pub struct Daemon {
    child: Child,
    authority: String,
    /// Where it runs, so that no configuration file of the machine is read.
    _folder: TempDir,
}

/// What a daemon says of its health, as it changes.
#[derive(Debug)]
pub struct Health(Streaming<HealthCheckResponse>);

/// A program of this workspace.
pub fn binary(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let built = test.ancestors().nth(2).unwrap().join(name);
    assert!(
        built.is_file(),
        "{} is missing; `cargo build --workspace --bins` makes it",
        built.display()
    );
    built
}

/// A port that was free a moment ago.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

// === impl Daemon ===

impl Daemon {
    /// Starts `synthsmith-NAME` on a free port. Settings are named as in the environment, without `SYNTHSMITH_`.
    pub async fn start(name: &str, settings: &[(&str, &str)]) -> Self {
        Self::start_with(name, settings, &[]).await
    }

    /// The same with variables that are no settings of ours.
    pub async fn start_with(
        name: &str,
        settings: &[(&str, &str)],
        variables: &[(&str, &str)],
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let server = format!(
            "SYNTHSMITH_SERVER__{}",
            name.replace('-', "_").to_uppercase()
        );
        let mut command = Command::new(binary(&format!("synthsmith-{name}")));
        command
            .env_remove("SYNTHSMITH_CONFIG")
            .env("SYNTHSMITH_TELEMETRY__LOG_FORMAT", "json")
            .env(format!("{server}__LISTEN"), "127.0.0.1:0")
            .env(format!("{server}__ADMIN_LISTEN"), "127.0.0.1:0")
            .envs(
                settings
                    .iter()
                    .map(|(key, value)| (format!("SYNTHSMITH_{key}"), value)),
            )
            .envs(variables.iter().copied())
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        let mut child = command.spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
        let address = tokio::time::timeout(START_PATIENCE, served_at(&mut log));
        let authority = address
            .await
            .unwrap_or_else(|_| panic!("{name} does not begin to serve"));
        // What it says later must find a reader, or its writing would fail.
        tokio::spawn(async move { while let Ok(Some(_)) = log.next_line().await {} });
        Self {
            child,
            authority,
            _folder: folder,
        }
    }

    /// `127.0.0.1:PORT`
    pub fn authority(&self) -> &str {
        &self.authority
    }

    pub fn process_id(&self) -> u32 {
        self.child
            .id()
            .expect("the process has not been waited for")
    }

    /// A connection of its own.
    pub async fn channel(&self) -> Channel {
        let url = format!("http://{}", self.authority);
        Channel::from_shared(url).unwrap().connect().await.unwrap()
    }

    pub async fn health(&self) -> Health {
        let request = HealthCheckRequest::default();
        let mut client = HealthClient::new(self.channel().await);
        Health(client.watch(request).await.unwrap().into_inner())
    }

    /// Asks the process to end.
    pub fn terminate(&self) {
        let id = Pid::from_raw(self.process_id().cast_signed()).expect("no process has the id 0");
        kill_process(id, Signal::TERM).unwrap();
    }

    /// Ends the process at once, without a chance to tidy up.
    pub async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }

    /// The exit code of a process that was asked to end.
    pub async fn exit_code(mut self, within: Duration) -> Option<i32> {
        let exited = tokio::time::timeout(within, self.child.wait()).await;
        exited.expect("it ends in time").unwrap().code()
    }
}

impl Health {
    pub async fn next(&mut self) -> ServingStatus {
        self.0
            .message()
            .await
            .unwrap()
            .expect("it is watched")
            .status()
    }
}

/// The address in the line that says that a daemon serves.
async fn served_at(log: &mut Lines<BufReader<ChildStderr>>) -> String {
    let mut said = String::new();
    while let Some(line) = log.next_line().await.unwrap() {
        let event: Value = serde_json::from_str(&line).unwrap_or_default();
        if let (Some("serving"), Some(address)) =
            (event["message"].as_str(), event["address"].as_str())
        {
            return address.to_owned();
        }
        said += &line;
        said.push('\n');
    }
    panic!("the daemon ended instead of serving:\n{said}");
}
