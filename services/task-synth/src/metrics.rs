//! What the service counts.

use synthsmith_corpus::Task;

use crate::synthesize::TaskRejection;

/// Commissions by what came of them.
const TASKS: &str = "synthsmith_task_synth_tasks_total";

pub(crate) fn count_task(result: &Result<Task, TaskRejection>) {
    let (outcome, style) = match result {
        Ok(task) => ("task", task.style.as_str()),
        Err(rejection) => (rejection.reason.as_str(), "none"),
    };
    metrics::counter!(TASKS, "outcome" => outcome, "style" => style).increment(1);
}
