//! `synthsmith-feature-evolver`: decides which features exist and which are tried together.

use std::process::ExitCode;

use synthsmith_feature_evolver::FeatureEvolverService;

#[tokio::main]
async fn main() -> ExitCode {
    synthsmith_daemon::run::<FeatureEvolverService>().await
}
