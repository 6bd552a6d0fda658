//! Settings of the service.

mod ranges;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use synthsmith_daemon::{Port, Section};
use synthsmith_sandbox::{Language, Limits};

use crate::queue::Bounds;
#[cfg(test)]
pub(crate) use ranges::MOST_INPUTS;

/// Where the HTTP protocols are served where nothing else is configured.
const HTTP_PORT: u16 = 7116;

/// How far a program is kept from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Container,
    Cell,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The container engine; empty takes `DOCKER_HOST`, or else the usual socket.
    pub docker_host: String,
    /// The engine's runtime, for example `runsc`; empty takes the engine's default, and crun instead of runc.
    pub runtime: String,
    /// An `AppArmor` profile that the engine's machine has loaded; empty takes the engine's default.
    pub apparmor_profile: String,
    /// The isolation of a program whose request names none.
    pub default_isolation: Level,
    /// Containers kept for programs at isolation CELL; 0 refuses them.
    pub cell_containers: usize,
    /// Cells after which a container is replaced.
    pub cells_per_container: u32,
    /// An `AppArmor` profile for containers of cells, which the engine's machine has loaded; needed where it has
    /// `AppArmor` at all.
    pub cell_apparmor_profile: String,
    /// Memory for programs that were compiled before; 0 compiles every time.
    pub compile_cache_bytes: u64,
    /// Memory for programs and test suites that are kept to be named by their digests.
    pub max_kept_bytes: u64,
    /// Whether the HTTP protocols are served, too.
    pub http: bool,
    /// The port of the HTTP protocols, on the address of the gRPC port; 0 takes a free one. The default gives way to a
    /// free one where the gRPC port is a free one.
    pub http_port: u16,
    /// One HTTP body; all that are held are at most four times that.
    pub http_max_body_bytes: usize,
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
            default_isolation: Level::Container,
            cell_containers: sandbox.cell_containers,
            cells_per_container: sandbox.cells_per_container,
            cell_apparmor_profile: sandbox.cell_apparmor_profile,
            compile_cache_bytes: sandbox.compile_cache_bytes,
            max_kept_bytes: 1 << 30,
            http: true,
            http_port: HTTP_PORT,
            http_max_body_bytes: 576 << 20,
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
            cell_containers: self.cell_containers,
            cells_per_container: self.cells_per_container,
            cell_apparmor_profile: self.cell_apparmor_profile.clone(),
            compile_cache_bytes: self.compile_cache_bytes,
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

    pub(crate) fn http_port(&self) -> Port {
        match self.http_port {
            HTTP_PORT => Port::Usual(HTTP_PORT),
            port => Port::Exactly(port),
        }
    }

    /// What all HTTP requests hold: one address has half of it, and a body and what is read from it are held together.
    pub(crate) fn max_http_bytes(&self) -> u64 {
        4 * self.http_max_body_bytes as u64
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
