//! Settings of the service.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use synthsmith_daemon::Section;
use synthsmith_sandbox::{Language, Limits};

use crate::queue::Bounds;

/// What the sandbox takes in one piece: an input, or an output that is given to a checker program.
const LARGEST_FILE_BYTES: u64 = 64 << 20;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The container engine; empty takes `DOCKER_HOST`, or else the usual socket.
    pub docker_host: String,
    /// The engine's runtime, for example `runsc`; empty takes the engine's default.
    pub runtime: String,
    /// An `AppArmor` profile that the engine's machine has loaded; empty takes the engine's default.
    pub apparmor_profile: String,
    /// Programs that run at a time; more than the machine has cores makes times unreliable.
    pub slots: usize,
    /// Containers kept started and waiting.
    pub pool_size: usize,
    /// Requests that may wait for a slot; more are refused and told to come back.
    pub max_queue: usize,
    /// What the requests that wait hold together; those that are being received may hold as much again.
    pub max_queued_bytes: u64,
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
    /// Inputs or tests of a request.
    pub max_inputs: usize,
    /// One input; an expected output counts as one.
    pub max_input_bytes: usize,
    /// All inputs and expected outputs of a request together.
    pub max_suite_bytes: usize,
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
            apparmor_profile: sandbox.apparmor_profile,
            slots: std::thread::available_parallelism().map_or(1, NonZeroUsize::get),
            pool_size: sandbox.pool_size,
            max_queue: 256,
            max_queued_bytes: 2 << 30,
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
            max_suite_bytes: 512 << 20,
            languages: Language::table(),
        }
    }
}

impl Config {
    pub fn sandbox(&self) -> synthsmith_sandbox::Config {
        synthsmith_sandbox::Config {
            docker_host: self.docker_host.clone(),
            pool_size: self.pool_size,
            default_memory_bytes: self.default_memory_bytes,
            max_memory_bytes: self.max_memory_bytes,
            max_processes: self.max_processes,
            compile_cpu_ms: self.compile_cpu_ms,
            runtime: self.runtime.clone(),
            apparmor_profile: self.apparmor_profile.clone(),
            ..synthsmith_sandbox::Config::default()
        }
    }

    pub(crate) fn queue(&self) -> Bounds {
        Bounds {
            turns: self.slots,
            waiting: self.max_queue,
            waiting_bytes: self.max_queued_bytes,
        }
    }

    /// The largest suite, and room for its programs and the framing of its tests.
    pub(crate) fn max_message_bytes(&self) -> usize {
        self.max_suite_bytes + (64 << 20)
    }

    /// At least one request gets through, however large it is.
    pub(crate) fn max_incoming_bytes(&self) -> u64 {
        self.max_queued_bytes
            .max(2 * self.max_message_bytes() as u64)
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

impl Config {
    /// What each setting must be, and whether it is.
    fn ranges(&self) -> impl Iterator<Item = Range> {
        self.work_ranges().into_iter().chain(self.request_ranges())
    }

    fn work_ranges(&self) -> [Range; 4] {
        [
            (
                "slots",
                (1..=1024).contains(&self.slots),
                "must be 1 to 1024",
            ),
            (
                "max_queue",
                self.max_queue <= 100_000,
                "must be at most 100,000",
            ),
            (
                "max_queued_bytes",
                self.max_queued_bytes >= self.max_suite_bytes as u64,
                "must be at least max_suite_bytes",
            ),
            ("languages", !self.languages.is_empty(), "must not be empty"),
        ]
    }

    fn request_ranges(&self) -> [Range; 8] {
        [
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
                "max_output_bytes",
                self.max_output_bytes <= LARGEST_FILE_BYTES,
                "must be at most 64 MiB",
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
                self.max_input_bytes as u64 <= LARGEST_FILE_BYTES,
                "must be at most 64 MiB",
            ),
            (
                "max_suite_bytes",
                self.max_suite_bytes <= 1 << 30,
                "must be at most 1 GiB",
            ),
        ]
    }
}

/// A setting, whether it is as it must be, and how that is.
type Range = (&'static str, bool, &'static str);

impl Section for Config {
    fn validate(&self) -> Result<(), String> {
        if let Some((field, reason)) = self.sandbox().flaws().first() {
            return Err(format!("{field} {reason}"));
        }
        if let Some((field, _, reason)) = self.ranges().find(|(_, holds, _)| !holds) {
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
                    max_queued_bytes: 1,
                    ..Config::default()
                },
                "max_queued_bytes",
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
