//! Settings of the service.

use serde::{Deserialize, Serialize};
use synthsmith_daemon::Section;

use crate::sample::FeatureSetRules;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where the gateway listens.
    pub gateway_address: String,
    /// The model to ask; empty takes the gateway's default.
    pub model: String,
    pub temperature: f64,
    pub top_p: f64,
    pub max_tokens: u32,
    /// The longest wait for an answer; a later one is kept by the gateway.
    pub model_timeout_seconds: u64,
    /// How the features of one task are drawn.
    pub feature_set: FeatureSetRules,
}

// === impl Config ===

impl Default for Config {
    fn default() -> Self {
        Self {
            gateway_address: "http://127.0.0.1:7101".to_owned(),
            model: String::new(),
            temperature: 0.7,
            top_p: 0.95,
            max_tokens: 4_096,
            model_timeout_seconds: 600,
            feature_set: FeatureSetRules::default(),
        }
    }
}

impl Section for Config {
    fn validate(&self) -> Result<(), String> {
        let rules = &self.feature_set;
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
                rules.temperature == 0,
                "feature_set.temperature must be at least 1",
            ),
            (
                rules.min_leaves > rules.max_leaves || rules.max_leaves == 0,
                "feature_set.max_leaves must be at least 1 and at least min_leaves",
            ),
            (
                !(1..=1_000).contains(&rules.attempts),
                "feature_set.attempts must be 1 to 1000",
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
    use crate::sample::FeatureSetRules;

    #[test]
    fn the_defaults_are_valid_and_nonsense_is_not() {
        assert!(Config::default().validate().is_ok());
        let nonsense = [
            Config {
                temperature: 2.5,
                ..Config::default()
            },
            Config {
                top_p: 0.0,
                ..Config::default()
            },
            Config {
                max_tokens: 0,
                ..Config::default()
            },
            Config {
                feature_set: FeatureSetRules {
                    min_leaves: 9,
                    max_leaves: 8,
                    ..FeatureSetRules::default()
                },
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
            settings.section::<Config>("feature-evolver").unwrap(),
            Config::default()
        );
    }
}
