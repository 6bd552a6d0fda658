//! Settings of the service.

use serde::{Deserialize, Serialize};
use synthsmith_daemon::Section;

use crate::mix::StyleMix;
use crate::rules::StatementRules;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where the gateway listens.
    pub gateway_address: String,
    /// The model to ask; empty takes the gateway's default.
    pub model: String,
    pub temperature: f64,
    pub top_p: f64,
    /// Tokens of each of the two answers, reasoning included.
    pub max_tokens: u32,
    /// The longest wait for an answer; a later one is kept by the gateway.
    pub model_timeout_seconds: u64,
    /// How often each style is drawn where a request leaves it open.
    pub style_mix: StyleMix,
    /// What a statement must keep to.
    pub statement: StatementRules,
}

// === impl Config ===

impl Default for Config {
    fn default() -> Self {
        Self {
            gateway_address: "http://127.0.0.1:7101".to_owned(),
            model: String::new(),
            temperature: 0.7,
            top_p: 0.8,
            max_tokens: 32_768,
            model_timeout_seconds: 1_200,
            style_mix: StyleMix::default(),
            statement: StatementRules::default(),
        }
    }
}

impl Section for Config {
    fn validate(&self) -> Result<(), String> {
        let rules = &self.statement;
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
            (self.style_mix.is_empty(), "style_mix needs a style above 0"),
            (
                rules.min_words > rules.max_words,
                "statement.min_words must be at most max_words",
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
    use crate::mix::StyleMix;

    #[test]
    fn the_defaults_are_valid_and_nonsense_is_not() {
        assert_eq!(Config::default().validate(), Ok(()));
        let no_style = StyleMix {
            codeforces: 0,
            leetcode: 0,
            atcoder: 0,
        };
        let nonsense = [
            Config {
                temperature: -0.1,
                ..Config::default()
            },
            Config {
                top_p: 1.1,
                ..Config::default()
            },
            Config {
                max_tokens: 0,
                ..Config::default()
            },
            Config {
                style_mix: no_style,
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
            settings.section::<Config>("task-synth").unwrap(),
            Config::default()
        );
    }
}
