//! Settings of the service.

mod ranges;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use synthsmith_daemon::Section;
use synthsmith_sandbox::{Language, Limits};

use crate::queue::Bounds;
#[cfg(test)]
pub(crate) use ranges::MOST_INPUTS;

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
    /// How long a request may keep its slot.
    pub max_turn_seconds: u64,
    /// Requests that may wait for a slot; more are refused and told to come back.
    pub max_queue: usize,
    /// What the requests that wait hold together; those that are being received may hold as much again, half of it
    /// those of one peer.
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
            max_turn_seconds: 3_600,
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

    pub(crate) fn max_turn(&self) -> Duration {
        Duration::from_secs(self.max_turn_seconds)
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
