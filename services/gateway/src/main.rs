//! `synthsmith-gateway`: asks models, and stores every answer before it is used.

use std::process::ExitCode;

use synthsmith_gateway::GatewayService;

#[tokio::main]
async fn main() -> ExitCode {
    synthsmith_daemon::run::<GatewayService>().await
}
