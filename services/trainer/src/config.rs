//! What an operator may set about training.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use synthsmith_daemon::Section;

/// The `[trainer]` table.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The folder of the job table, data, checkpoints and models that were made.
    pub store: PathBuf,
    /// The folder of models that jobs may begin with, each a folder in it.
    pub models: PathBuf,
    /// Jobs that are trained at a time.
    pub slots: u32,
    /// Jobs that may wait; more are refused.
    pub max_queue: u32,
    /// Threads of a job that does not say.
    pub threads: u32,
    /// The largest data that are taken.
    pub max_data_bytes: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            store: PathBuf::from("synthsmith-state/trainer"),
            models: PathBuf::from("models"),
            slots: 1,
            max_queue: 64,
            threads: 1,
            max_data_bytes: 1 << 30,
        }
    }
}

impl Section for Config {
    fn validate(&self) -> Result<(), String> {
        if !(1..=64).contains(&self.slots) {
            return Err("slots must be between 1 and 64".to_owned());
        }
        if !(1..=1024).contains(&self.threads) {
            return Err("threads must be between 1 and 1024".to_owned());
        }
        if self.max_data_bytes == 0 {
            return Err("max_data_bytes must be at least 1".to_owned());
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
            slots: 0,
            ..Config::default()
        };
        assert!(idle.validate().unwrap_err().starts_with("slots"));
    }
}
