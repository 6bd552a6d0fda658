//! What an operator may set about training.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use synthsmith_daemon::Section;
use synthsmith_training::Device;

/// The `[trainer]` table.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The folder of the job table and of what jobs work with, checkpoints among it.
    pub store: PathBuf,
    /// Where data, and what jobs made, are kept: a folder or `s3://BUCKET/PREFIX`; empty takes a folder in `store`.
    pub artifacts: String,
    /// The folder of models that jobs may begin with, each a folder in it.
    pub models: PathBuf,
    /// Grades what is evaluated.
    pub verifier_address: String,
    /// Asks the models of others that are evaluated.
    pub gateway_address: String,
    /// Jobs that are worked on at a time.
    pub slots: u32,
    /// Jobs that may wait; more are refused.
    pub max_queue: u32,
    /// Threads of a job that does not say.
    pub threads: u32,
    /// Where jobs train.
    pub device: Device,
    /// The largest data that are taken.
    pub max_data_bytes: u64,
    /// Samples in work at a time of an evaluation that does not say.
    pub concurrency: u32,
    /// Memory for what a model that is evaluated has read.
    pub cache_mib: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            store: PathBuf::from("synthsmith-state/trainer"),
            artifacts: String::new(),
            models: PathBuf::from("models"),
            verifier_address: "http://127.0.0.1:7106".to_owned(),
            gateway_address: "http://127.0.0.1:7101".to_owned(),
            slots: 1,
            max_queue: 64,
            threads: 1,
            device: Device::Cpu,
            max_data_bytes: 1 << 30,
            concurrency: 32,
            cache_mib: 1024,
        }
    }
}

impl Section for Config {
    fn validate(&self) -> Result<(), String> {
        let ranges = [
            ("slots", u64::from(self.slots), 64),
            ("threads", u64::from(self.threads), 1024),
            ("max_data_bytes", self.max_data_bytes, u64::MAX),
            ("concurrency", u64::from(self.concurrency), 1024),
            ("cache_mib", self.cache_mib, 1 << 20),
        ];
        for (key, value, most) in ranges {
            if !(1..=most).contains(&value) {
                return Err(format!("{key} must be between 1 and {most}"));
            }
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
