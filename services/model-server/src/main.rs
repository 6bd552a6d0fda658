//! `synthsmith-model-server`: an OpenAI-compatible endpoint for a model in a folder.

use std::process::ExitCode;

use synthsmith_model_server::Component;

#[tokio::main]
async fn main() -> ExitCode {
    synthsmith_daemon::run::<Component>().await
}
