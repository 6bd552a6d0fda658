//! `synthsmith-solver`: decides which candidate solutions are worth running.

use std::process::ExitCode;

use synthsmith_solver::SolverService;

#[tokio::main]
async fn main() -> ExitCode {
    synthsmith_daemon::run::<SolverService>().await
}
