//! How long requests wait, which follows how long the clients of each protocol do.

use std::time::Duration;

/// How long requests wait.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    pub(super) run_code: RunCode,
    pub(super) short: Batch,
    pub(super) long: Batch,
    /// Until a passing fault has passed; twice as long each time.
    pub(super) fault: Duration,
}

/// Of the ten seconds that clients wait beyond the two times that they ask for.
#[derive(Debug, Clone, Copy)]
pub(super) struct RunCode {
    /// Until the turn begins.
    pub(super) begin: Duration,
    /// Until the answer, beyond the two times.
    pub(super) answer: Duration,
}

/// A request waits so long for its turns; those that have begun then go on for a while.
#[derive(Debug, Clone, Copy)]
pub(super) struct Batch {
    pub(super) begin: Duration,
    pub(super) go_on: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        let go_on = Duration::from_mins(1);
        Self {
            run_code: RunCode {
                begin: Duration::from_secs(8),
                answer: Duration::from_secs(9),
            },
            short: Batch {
                begin: Duration::from_secs(15),
                go_on,
            },
            // The client waits an hour.
            long: Batch {
                begin: Duration::from_mins(58),
                go_on,
            },
            fault: Duration::from_secs(2),
        }
    }
}
