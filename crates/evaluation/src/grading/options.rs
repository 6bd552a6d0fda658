//! What can be chosen about grading. All of it decides grades, so all of it is part of an evaluation's fingerprint.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Fidelity;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Options {
    /// Of each test. `lcb_runner` allows as much time by the clock.
    pub cpu_time_ms: u64,
    /// Of each test. `lcb_runner` sets no limit.
    pub memory_bytes: u64,
    pub fidelity: Fidelity,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            cpu_time_ms: 6_000,
            memory_bytes: 1 << 30,
            fidelity: Fidelity::BuiltIn,
        }
    }
}

// === impl Options ===

impl Options {
    pub(super) fn limits(self) -> synthsmith_corpus::Limits {
        synthsmith_corpus::Limits {
            cpu_time: Some(Duration::from_millis(self.cpu_time_ms)),
            memory_bytes: Some(self.memory_bytes),
            ..synthsmith_corpus::Limits::default()
        }
    }
}
