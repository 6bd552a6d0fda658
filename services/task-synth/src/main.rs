//! `synthsmith-task-synth`: decides what a task asks.

use std::process::ExitCode;

use synthsmith_task_synth::TaskSynthService;

#[tokio::main]
async fn main() -> ExitCode {
    synthsmith_daemon::run::<TaskSynthService>().await
}
