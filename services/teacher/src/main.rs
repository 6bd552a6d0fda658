//! `synthsmith-teacher`: the offline stand-in for a model.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    synthsmith_daemon::run::<synthsmith_teacher::Component>().await
}
