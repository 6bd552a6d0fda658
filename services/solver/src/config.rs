//! Settings of the service.

use serde::{Deserialize, Serialize};
use synthsmith_daemon::Section;

use crate::Language;
use crate::prompt::Prompt;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where the gateway listens.
    pub gateway_address: String,
    /// The model to ask; empty takes the gateway's default.
    pub model: String,
    pub prompt: Prompt,
    pub temperature: f64,
    pub top_p: f64,
    /// Tokens of an answer, reasoning included.
    pub max_tokens: u32,
    /// The longest wait for an answer; a later one is kept by the gateway.
    pub model_timeout_seconds: u64,
    /// Candidate k is written in language k of this list, round and round.
    pub languages: Vec<Language>,
    /// Longer replies are filtered out; a token counts four bytes.
    pub max_reply_tokens: usize,
    /// Candidates of one task that are asked for at a time.
    pub concurrency: usize,
}

// === impl Config ===

impl Default for Config {
    fn default() -> Self {
        use Language::{Cpp17, Python3};
        Self {
            gateway_address: "http://127.0.0.1:7101".to_owned(),
            model: String::new(),
            prompt: Prompt::Instructions,
            temperature: 0.6,
            top_p: 0.95,
            max_tokens: 32_768,
            model_timeout_seconds: 1_200,
            languages: vec![Python3, Python3, Python3, Cpp17],
            max_reply_tokens: 25_000,
            concurrency: 8,
        }
    }
}

impl Section for Config {
    fn validate(&self) -> Result<(), String> {
        let faults = [
            (
                !(0.0..=2.0).contains(&self.temperature),
                "temperature must be 0 to 2",
            ),
            (
                !(self.top_p > 0.0 && self.top_p <= 1.0),
                "top_p must be above 0 and at most 1",
            ),
            (self.max_tokens == 0, "max_tokens must be at least 1"),
            (
                self.model_timeout_seconds == 0,
                "model_timeout_seconds must be at least 1",
            ),
            (
                self.languages.is_empty() || self.languages.len() > 64,
                "languages must list 1 to 64 languages",
            ),
            (
                self.max_reply_tokens == 0,
                "max_reply_tokens must be at least 1",
            ),
            (
                !(1..=64).contains(&self.concurrency),
                "concurrency must be 1 to 64",
            ),
        ];
        match faults.iter().find(|(is_fault, _)| *is_fault) {
            Some((_, fault)) => Err((*fault).to_owned()),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use synthsmith_daemon::{Section as _, Settings};

    use super::Config;

    #[test]
    fn the_defaults_are_valid_and_nonsense_is_not() {
        assert_eq!(Config::default().validate(), Ok(()));
        let nonsense = [
            Config {
                temperature: 3.0,
                ..Config::default()
            },
            Config {
                languages: Vec::new(),
                ..Config::default()
            },
            Config {
                concurrency: 0,
                ..Config::default()
            },
            Config {
                max_reply_tokens: 0,
                ..Config::default()
            },
        ];
        for config in nonsense {
            assert!(config.validate().is_err(), "{config:?}");
        }
    }

    #[test]
    fn the_example_shows_the_defaults() {
        let settings = Settings::from_toml(include_str!("../config.example.toml")).unwrap();
        assert_eq!(
            settings.section::<Config>("solver").unwrap(),
            Config::default()
        );
    }
}
