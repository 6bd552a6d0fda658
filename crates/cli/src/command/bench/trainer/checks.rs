//! What the engine is meant to reach beside PyTorch, and whether it does here.

use super::super::checks::{Check, at_least, at_most};
use super::report::{Sampling, Training};

/// Times PyTorch per CPU second, on one thread and on more.
const TRAINING_TIMES: [f64; 2] = [0.95, 0.8];
const SAMPLING_TIMES: f64 = 2.0;
/// Of PyTorch's memory.
const MEMORY_SHARE: f64 = 0.5;

/// None where there is no reference.
pub(super) fn all(training: &[Training], sampling: &[Sampling]) -> Vec<Check> {
    let training = training.iter().filter_map(|row| {
        let reference = row.reference.as_ref()?;
        let name = format!("training on {} threads", row.threads);
        let wanted = TRAINING_TIMES[usize::from(row.threads > 1)];
        Some([
            at_least(times(&name), wanted, Some(reference.times)),
            at_most(
                format!("{name}: share of PyTorch's memory"),
                MEMORY_SHARE,
                Some(reference.memory_share),
            ),
        ])
    });
    let sampling = sampling.iter().filter_map(|row| {
        let name = format!(
            "sampling {}, {} + {} tokens, on {} threads",
            row.model, row.prompt_tokens, row.new_tokens, row.threads
        );
        let got = row.reference.as_ref()?.times;
        Some(at_least(times(&name), SAMPLING_TIMES, Some(got)))
    });
    training.flatten().chain(sampling).collect()
}

fn times(name: &str) -> String {
    format!("{name}: times PyTorch per CPU second")
}
