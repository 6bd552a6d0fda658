//! `synthsmith-orchestrator`: runs.

use std::process::ExitCode;

use synthsmith_orchestrator::Component;

#[tokio::main]
async fn main() -> ExitCode {
    synthsmith_daemon::run::<Component>().await
}
