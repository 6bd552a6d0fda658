//! `synthsmith-trainer`: training jobs.

use std::process::ExitCode;

use synthsmith_trainer::Component;

#[tokio::main]
async fn main() -> ExitCode {
    synthsmith_daemon::run::<Component>().await
}
