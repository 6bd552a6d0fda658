//! Outcomes without a run, and what a status means.

use synthsmith_corpus::{Measures, Outcome, OutcomeStatus, Verdict};

/// The outcome of an input that the program was not run on.
pub(crate) fn not_run(index: usize) -> Outcome {
    Outcome {
        input_index: index as u32,
        status: OutcomeStatus::NotRun,
        output_digest: String::new(),
        output_size_bytes: 0,
        output: Vec::new(),
        measures: Measures::default(),
        exit_code: None,
        signal: None,
        stderr_excerpt: Vec::new(),
    }
}

pub(crate) fn is_timeout(status: OutcomeStatus) -> bool {
    verdict(status) == Some(Verdict::TimeLimitExceeded)
}

/// The verdict that follows from the status alone; `None` where the output decides.
pub(crate) fn verdict(status: OutcomeStatus) -> Option<Verdict> {
    match status {
        OutcomeStatus::Ok => None,
        OutcomeStatus::CpuTimeExceeded | OutcomeStatus::WallTimeExceeded => {
            Some(Verdict::TimeLimitExceeded)
        }
        OutcomeStatus::MemoryExceeded => Some(Verdict::MemoryLimitExceeded),
        OutcomeStatus::RuntimeError => Some(Verdict::RuntimeError),
        OutcomeStatus::OutputExceeded => Some(Verdict::OutputLimitExceeded),
        OutcomeStatus::NotRun => Some(Verdict::Skipped),
    }
}
