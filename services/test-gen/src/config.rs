//! Settings of the service.

use serde::{Deserialize, Serialize};
use synthsmith_daemon::Section;

use crate::select::InputRules;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where the gateway listens.
    pub gateway_address: String,
    /// Where the verifier listens, which runs the generator programs.
    pub verifier_address: String,
    /// The model to ask; empty takes the gateway's default.
    pub model: String,
    pub temperature: f64,
    pub top_p: f64,
    /// Tokens of an answer, reasoning included.
    pub max_tokens: u32,
    /// The longest wait for an answer; a later one is kept by the gateway.
    pub model_timeout_seconds: u64,
    /// Inputs that the model is asked to write out; never more than a request asks for.
    pub prompt_inputs: u32,
    /// CPU time of a generator program.
    pub generator_cpu_seconds: u64,
    /// The longest wait for a generator program, the verifier's queue included.
    pub generator_timeout_seconds: u64,
    /// What an input must keep to.
    pub inputs: InputRules,
}

// === impl Config ===

impl Default for Config {
    fn default() -> Self {
        Self {
            gateway_address: "http://127.0.0.1:7101".to_owned(),
            verifier_address: "http://127.0.0.1:7106".to_owned(),
            model: String::new(),
            temperature: 0.6,
            top_p: 0.95,
            max_tokens: 32_768,
            model_timeout_seconds: 1_200,
            prompt_inputs: 15,
            generator_cpu_seconds: 10,
            generator_timeout_seconds: 300,
            inputs: InputRules::default(),
        }
    }
}

impl Section for Config {
    fn validate(&self) -> Result<(), String> {
        let inputs = &self.inputs;
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
                self.model_timeout_seconds == 0 || self.generator_timeout_seconds == 0,
                "model_timeout_seconds and generator_timeout_seconds must be at least 1",
            ),
            (
                !(1..=200).contains(&self.prompt_inputs),
                "prompt_inputs must be 1 to 200",
            ),
            (
                !(1..=60).contains(&self.generator_cpu_seconds),
                "generator_cpu_seconds must be 1 to 60",
            ),
            (
                inputs.max_prompt_percent > 100,
                "inputs.max_prompt_percent must be at most 100",
            ),
            (
                inputs.max_input_bytes == 0 || inputs.max_total_bytes > 48 << 20,
                "inputs.max_input_bytes must be at least 1, max_total_bytes at most 48 MiB",
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
    use crate::select::InputRules;

    #[test]
    fn the_defaults_are_valid_and_nonsense_is_not() {
        assert_eq!(Config::default().validate(), Ok(()));
        let all_from_prompt = InputRules {
            max_prompt_percent: 101,
            ..InputRules::default()
        };
        let nonsense = [
            Config {
                temperature: 3.0,
                ..Config::default()
            },
            Config {
                prompt_inputs: 0,
                ..Config::default()
            },
            Config {
                generator_cpu_seconds: 61,
                ..Config::default()
            },
            Config {
                inputs: all_from_prompt,
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
            settings.section::<Config>("test-gen").unwrap(),
            Config::default()
        );
    }
}
