//! `synthsmith-verifier`: decides what a program does on an input, in a sandbox.

use std::process::ExitCode;

use synthsmith_verifier::VerifierService;

#[tokio::main]
async fn main() -> ExitCode {
    synthsmith_daemon::run::<VerifierService>().await
}
