//! Settings of the service.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use synthsmith_daemon::Section;
use synthsmith_sandbox::{Language, Limits};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The container engine; empty takes `DOCKER_HOST`, or else the usual socket.
    pub docker_host: String,
    /// The engine's runtime, for example `runsc`; empty takes the engine's default.
    pub runtime: String,
    /// Programs that run at a time; more than the machine has cores makes times unreliable.
    pub slots: usize,
    /// Containers kept started and waiting.
    pub pool_size: usize,
    /// Requests that may wait for a slot; more are refused and told to come back.
    pub max_queue: usize,
    /// CPU time of a run whose request names none.
    pub default_cpu_ms: u64,
    pub max_cpu_ms: u64,
    pub max_wall_ms: u64,
    /// Memory of a run whose request names none, and of the compiler.
    pub default_memory_bytes: u64,
    pub max_memory_bytes: u64,
    pub max_processes: u32,
    pub max_output_bytes: u64,
    pub compile_cpu_ms: u64,
    pub max_source_bytes: usize,
    pub max_inputs: usize,
    /// All inputs of a request together.
    pub max_input_bytes: usize,
    /// The languages, by name.
    pub languages: BTreeMap<String, Language>,
}

// === impl Config ===

impl Default for Config {
    fn default() -> Self {
        let sandbox = synthsmith_sandbox::Config::default();
        Self {
            docker_host: sandbox.docker_host,
            runtime: sandbox.runtime,
            slots: sandbox.slots,
            pool_size: sandbox.pool_size,
            max_queue: 256,
            default_cpu_ms: 2_000,
            max_cpu_ms: 60_000,
            max_wall_ms: 200_000,
            default_memory_bytes: sandbox.default_memory_bytes,
            max_memory_bytes: sandbox.max_memory_bytes,
            max_processes: sandbox.max_processes,
            max_output_bytes: 64 << 20,
            compile_cpu_ms: sandbox.compile_cpu_ms,
            max_source_bytes: 1 << 20,
            max_inputs: 1_000,
            max_input_bytes: 64 << 20,
            languages: Language::table(),
        }
    }
}

impl Config {
    pub fn sandbox(&self) -> synthsmith_sandbox::Config {
        synthsmith_sandbox::Config {
            docker_host: self.docker_host.clone(),
            slots: self.slots,
            pool_size: self.pool_size,
            default_memory_bytes: self.default_memory_bytes,
            max_memory_bytes: self.max_memory_bytes,
            max_processes: self.max_processes,
            compile_cpu_ms: self.compile_cpu_ms,
            runtime: self.runtime.clone(),
        }
    }

    pub(crate) fn default_limits(&self) -> Limits {
        let cpu_time = Duration::from_millis(self.default_cpu_ms);
        let limits = Limits::new(cpu_time, self.default_memory_bytes);
        Limits {
            processes: limits.processes.min(self.max_processes),
            output_bytes: limits.output_bytes.min(self.max_output_bytes),
            ..limits
        }
    }
}

impl Section for Config {
    fn validate(&self) -> Result<(), String> {
        if let Some((field, reason)) = self.sandbox().flaws().first() {
            return Err(format!("{field} {reason}"));
        }
        let ranges = [
            (
                "max_cpu_ms",
                (1..=600_000).contains(&self.max_cpu_ms),
                "must be 1 to 600,000",
            ),
            (
                "default_cpu_ms",
                (1..=self.max_cpu_ms).contains(&self.default_cpu_ms),
                "must be 1 to max_cpu_ms",
            ),
            (
                "max_wall_ms",
                self.max_wall_ms >= self.max_cpu_ms,
                "must be at least max_cpu_ms",
            ),
            (
                "max_queue",
                self.max_queue <= 100_000,
                "must be at most 100,000",
            ),
            (
                "max_output_bytes",
                self.max_output_bytes <= 1 << 30,
                "must be at most 1 GiB",
            ),
            (
                "max_source_bytes",
                (1..=2 << 20).contains(&self.max_source_bytes),
                "must be 1 to 2 MiB",
            ),
            (
                "max_inputs",
                (1..=100_000).contains(&self.max_inputs),
                "must be 1 to 100,000",
            ),
            (
                "max_input_bytes",
                self.max_input_bytes <= 64 << 20,
                "must be at most 64 MiB",
            ),
            ("languages", !self.languages.is_empty(), "must not be empty"),
        ];
        if let Some((field, _, reason)) = ranges.iter().find(|(_, holds, _)| !holds) {
            return Err(format!("{field} {reason}"));
        }
        let flaw = self
            .languages
            .iter()
            .find_map(|(name, language)| Some((name, language.flaw()?)));
        flaw.map_or(Ok(()), |(name, flaw)| {
            Err(format!("languages.{name} {flaw}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use synthsmith_daemon::Settings;

    use super::*;

    #[test]
    fn the_default_is_valid() {
        assert_eq!(Config::default().validate(), Ok(()));
    }

    #[test]
    fn refuses_nonsense_and_names_the_key() {
        let nameless = Language {
            file_name: String::new(),
            ..Language::python3()
        };
        let nonsense = [
            (
                Config {
                    slots: 0,
                    ..Config::default()
                },
                "slots",
            ),
            (
                Config {
                    default_cpu_ms: 0,
                    ..Config::default()
                },
                "default_cpu_ms",
            ),
            (
                Config {
                    max_wall_ms: 1,
                    ..Config::default()
                },
                "max_wall_ms",
            ),
            (
                Config {
                    max_input_bytes: 1 << 40,
                    ..Config::default()
                },
                "max_input_bytes",
            ),
            (
                Config {
                    languages: BTreeMap::new(),
                    ..Config::default()
                },
                "languages",
            ),
            (
                Config {
                    languages: [("py".to_owned(), nameless)].into(),
                    ..Config::default()
                },
                "languages.py",
            ),
        ];
        for (config, key) in nonsense {
            let problem = config.validate().unwrap_err();
            assert!(problem.starts_with(key), "{problem}");
        }
    }

    #[test]
    fn the_example_shows_the_defaults() {
        let settings = Settings::from_toml(include_str!("../config.example.toml")).unwrap();
        let shown = settings.section::<Config>("verifier").unwrap();
        // How many cores there are differs from machine to machine.
        let cores = Config {
            slots: shown.slots,
            pool_size: shown.pool_size,
            ..Config::default()
        };
        assert_eq!(shown, cores);
    }
}
