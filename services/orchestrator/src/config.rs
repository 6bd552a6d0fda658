//! What an operator may set about runs.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use synthsmith_daemon::Section;

/// The `[orchestrator]` table.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The folder of the run database.
    pub store: PathBuf,
    /// Model calls of a run in work at a time, where the run does not say.
    pub concurrency: u32,
    /// Candidates of a run that are executed at a time.
    pub executions: u32,
    /// How often a job is tried before its run fails.
    pub max_attempts: u32,
    /// How long one try of a job may take.
    pub attempt_timeout_seconds: u64,
    pub services: Services,
    pub rules: Rules,
}

/// Where the other services are.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Services {
    pub feature_evolver: String,
    pub task_synth: String,
    pub solver: String,
    pub test_gen: String,
    pub verifier: String,
    pub gateway: String,
}

/// What a task needs to be accepted; part of a run's fingerprint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rules {
    /// Votes that a label needs.
    pub min_votes: u32,
    /// Candidates that compile.
    pub min_candidates: u32,
    /// Test inputs.
    pub min_inputs: u32,
    /// Tests whose output a vote decided.
    pub min_labelled_tests: u32,
    /// Longer outputs cannot be labels.
    pub max_label_bytes: u64,
    /// CPU time of a candidate on one input.
    pub cpu_time_ms: u64,
    /// Memory of a candidate; 0 takes the verifier's default.
    pub memory_mib: u64,
    /// After so many inputs on which a candidate exceeds its time, it is not run on the others.
    pub stop_after_timeouts: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            store: PathBuf::from("synthsmith-state/orchestrator"),
            concurrency: 16,
            executions: 4,
            max_attempts: 8,
            attempt_timeout_seconds: 1800,
            services: Services::default(),
            rules: Rules::default(),
        }
    }
}

impl Default for Services {
    fn default() -> Self {
        let at = |port: u16| format!("http://127.0.0.1:{port}");
        Self {
            gateway: at(7101),
            feature_evolver: at(7102),
            task_synth: at(7103),
            solver: at(7104),
            test_gen: at(7105),
            verifier: at(7106),
        }
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            min_votes: 2,
            min_candidates: 3,
            min_inputs: 6,
            min_labelled_tests: 6,
            max_label_bytes: 1 << 20,
            cpu_time_ms: 2000,
            memory_mib: 0,
            stop_after_timeouts: 1,
        }
    }
}

impl Section for Config {
    fn validate(&self) -> Result<(), String> {
        let positive = [
            ("concurrency", self.concurrency),
            ("executions", self.executions),
            ("max_attempts", self.max_attempts),
            ("rules.min_votes", self.rules.min_votes),
        ];
        for (key, value) in positive {
            if value == 0 {
                return Err(format!("{key} must be at least 1"));
            }
        }
        if self.rules.min_candidates < 2 {
            return Err(
                "rules.min_candidates must be at least 2: one program has nobody to agree with"
                    .to_owned(),
            );
        }
        if !(10..=60_000).contains(&self.rules.cpu_time_ms) {
            return Err("rules.cpu_time_ms must be between 10 and 60000".to_owned());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_valid_and_nonsense_is_not() {
        assert_eq!(Config::default().validate(), Ok(()));
        let idle = Config {
            executions: 0,
            ..Config::default()
        };
        assert!(idle.validate().unwrap_err().starts_with("executions"));
    }
}
