//! What becomes of one entry.

use std::time::Duration;

use synthsmith_corpus::{Compilation, Outcome, OutcomeStatus};

use super::shape::{Printed, Reason};
use super::strip::stripped;
use crate::outcome::is_timeout;

/// Characters of each output that are told.
const TOLD_CHARACTERS: usize = 1_000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Judged {
    pub(super) success: bool,
    pub(super) run_success: bool,
    pub(super) cost: Duration,
    pub(super) reason: Reason,
    pub(super) printed: Printed,
}

impl Judged {
    /// Of an entry that was not run.
    pub(super) fn of_reason(reason: Reason) -> Self {
        Self {
            success: false,
            run_success: false,
            cost: Duration::ZERO,
            reason,
            printed: Printed::default(),
        }
    }

    pub(super) fn of_failed_compilation(compilation: &Compilation) -> Self {
        Self {
            cost: compilation.measures.wall_time,
            printed: Printed {
                stdout: Some(String::new()),
                stderr: Some(beginning(&compilation.messages)),
            },
            ..Self::of_reason(Reason::Unspecified)
        }
    }

    /// Where no output is expected, it is enough that the program ran. An output that is no text is not what was
    /// expected.
    pub(super) fn of_outcome(outcome: &Outcome, expected: Option<&str>) -> Self {
        let run_success = outcome.status == OutcomeStatus::Ok;
        let is_right = expected.is_none_or(|expected| {
            let text = str::from_utf8(&outcome.output);
            text.is_ok_and(|text| stripped(text) == stripped(expected))
        });
        let reason = if is_timeout(outcome.status) {
            Reason::WorkerTimeout
        } else {
            Reason::Unspecified
        };
        Self {
            success: run_success && is_right,
            run_success,
            cost: outcome.measures.wall_time,
            reason,
            printed: Printed {
                stdout: Some(beginning(&outcome.output)),
                stderr: Some(beginning(&outcome.stderr_excerpt)),
            },
        }
    }
}

fn beginning(text: &[u8]) -> String {
    // No character is longer.
    let text = &text[..text.len().min(4 * TOLD_CHARACTERS)];
    let text = String::from_utf8_lossy(text);
    text.chars().take(TOLD_CHARACTERS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scripted::{ended, exited, printed};

    /// What happened, what was expected; success, whether it ran.
    #[rustfmt::skip]
    fn table() -> Vec<(Outcome, Option<&'static str>, bool, bool)> {
        let raw = || Outcome { output: b"9\xff".to_vec(), ..printed("") };
        vec![
            (printed("9\n"), Some("9"), true, true),
            (printed("\n 9 \u{a0}"), Some("9\n\n"), true, true),
            (printed("9 \n8"), Some("9\n8"), false, true),
            (printed("8"), Some("9"), false, true),
            (printed("8"), None, true, true),
            (printed("8"), Some(""), false, true),
            (printed(" \n"), Some(""), true, true),
            (raw(), Some("9"), false, true),
            (raw(), None, true, true),
            (exited(1), None, false, false),
            (ended(OutcomeStatus::MemoryExceeded), None, false, false),
        ]
    }

    #[test]
    fn success_is_exit_0_and_the_same_stripped_text() {
        for (outcome, expected, success, run_success) in table() {
            let judged = Judged::of_outcome(&outcome, expected);
            let told = (judged.success, judged.run_success, judged.reason);
            let wanted = (success, run_success, Reason::Unspecified);
            assert_eq!(told, wanted, "{outcome:?} {expected:?}");
        }
    }

    #[test]
    fn a_time_limit_is_told_by_the_reason() {
        use OutcomeStatus::{CpuTimeExceeded, WallTimeExceeded};
        for status in [CpuTimeExceeded, WallTimeExceeded] {
            let judged = Judged::of_outcome(&ended(status), None);
            let told = (judged.success, judged.run_success, judged.reason);
            assert_eq!(told, (false, false, Reason::WorkerTimeout));
        }
    }

    #[test]
    fn only_the_beginning_of_an_output_is_told() {
        let judged = Judged::of_outcome(&printed(&"ä".repeat(5_000)), None);
        assert_eq!(judged.printed.stdout, Some("ä".repeat(1_000)));
    }
}
