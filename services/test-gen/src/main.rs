//! `synthsmith-test-gen`: decides which inputs a task is tested on.

use std::process::ExitCode;

use synthsmith_test_gen::TestGenService;

#[tokio::main]
async fn main() -> ExitCode {
    synthsmith_daemon::run::<TestGenService>().await
}
