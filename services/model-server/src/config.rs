//! What an operator may set about a served model.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use synthsmith_daemon::Section;

/// The `[model_server]` table.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The model's folder, as Hugging Face's tools write it.
    pub model: PathBuf,
    /// What the model is called; empty takes the folder's name.
    pub name: String,
    /// If set, requests must carry it as a bearer token.
    pub api_key: Option<String>,
    pub threads: u32,
    /// Memory for what the model has read.
    pub cache_mib: u64,
    /// Sequences that are sampled together.
    pub max_sequences: u32,
    /// Sequences that may wait; more are refused.
    pub max_queue: u32,
    /// Tokens of an answer whose request does not say.
    pub max_tokens: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            model: PathBuf::from("model"),
            name: String::new(),
            api_key: None,
            threads: 1,
            cache_mib: 1024,
            max_sequences: 256,
            max_queue: 1024,
            max_tokens: 1024,
        }
    }
}

impl Section for Config {
    fn validate(&self) -> Result<(), String> {
        let ranges = [
            ("threads", u64::from(self.threads), 1024),
            ("cache_mib", self.cache_mib, 1 << 20),
            ("max_sequences", u64::from(self.max_sequences), 65_536),
            ("max_queue", u64::from(self.max_queue), 1 << 20),
            ("max_tokens", u64::from(self.max_tokens), 1 << 20),
        ];
        for (key, value, most) in ranges {
            if !(1..=most).contains(&value) {
                return Err(format!("{key} must be between 1 and {most}"));
            }
        }
        Ok(())
    }
}
