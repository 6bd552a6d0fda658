//! What the engine is meant to reach beside PyTorch, and whether it does here.

use serde::Serialize;

use super::report::{Reference, Sampling, Training};

/// By threads, one and two.
const TRAINING_TIMES: [f64; 2] = [0.95, 0.8];
const SAMPLING_TIMES: f64 = 2.0;
const MEMORY_SHARE: f64 = 0.5;

/// One thing that is wanted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Check {
    pub(super) name: String,
    pub(super) wanted: String,
    pub(super) got: f64,
    pub(super) holds: bool,
}

/// None where there is no reference.
pub(super) fn all(training: &[Training], sampling: &[Sampling]) -> Vec<Check> {
    let training = training.iter().filter_map(|row| {
        let reference = row.reference.as_ref()?;
        let name = format!("training on {} threads", row.threads);
        let wanted = TRAINING_TIMES[usize::from(row.threads > 1)];
        Some([at_least(&name, wanted, reference), memory(&name, reference)])
    });
    let sampling = sampling.iter().filter_map(|row| {
        let name = format!(
            "sampling {}, {} + {} tokens, on {} threads",
            row.model, row.prompt_tokens, row.new_tokens, row.threads
        );
        Some(at_least(&name, SAMPLING_TIMES, row.reference.as_ref()?))
    });
    training.flatten().chain(sampling).collect()
}

fn at_least(name: &str, wanted: f64, reference: &Reference) -> Check {
    Check {
        name: format!("{name}: times PyTorch per CPU second"),
        wanted: format!("at least {wanted}"),
        got: reference.times,
        holds: reference.times >= wanted,
    }
}

fn memory(name: &str, reference: &Reference) -> Check {
    Check {
        name: format!("{name}: share of PyTorch's memory"),
        wanted: format!("at most {MEMORY_SHARE}"),
        got: reference.memory_share,
        holds: reference.memory_share <= MEMORY_SHARE,
    }
}
