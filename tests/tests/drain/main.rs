//! Daemons that are asked to end while calls are in work.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod orchestrator;
mod verifier;

use std::time::Duration;

/// Longer than any daemon takes to end, and far shorter than the calls it does not wait for.
const PATIENCE: Duration = Duration::from_mins(1);
/// The exit code of a process that a second signal ended.
const INTERRUPTED: i32 = 130;
