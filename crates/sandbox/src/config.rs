//! How the sandbox uses the engine and the machine.

use std::num::NonZeroUsize;

use crate::Weakness;

/// How the sandbox uses the engine and the machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The engine; empty takes `DOCKER_HOST`, or else the usual socket.
    pub docker_host: String,
    /// Containers kept started and waiting.
    pub pool_size: usize,
    /// Containers kept for cells; 0 refuses cells.
    pub cell_containers: usize,
    /// Cells after which a container is replaced.
    pub cells_per_container: u32,
    /// An `AppArmor` profile for containers of cells; one is needed where the engine's machine has `AppArmor`.
    pub cell_apparmor_profile: String,
    /// Memory for programs that were compiled before; 0 compiles every time.
    pub compile_cache_bytes: u64,
    /// Memory of a program whose request names none, and of the compiler.
    pub default_memory_bytes: u64,
    pub max_memory_bytes: u64,
    /// Processes and threads that a request may ask for.
    pub max_processes: u32,
    pub compile_cpu_ms: u64,
    /// The engine's runtime, for example `runsc`; empty takes the engine's default, and crun instead of runc.
    pub runtime: String,
    /// An `AppArmor` profile that the engine's machine has loaded; empty takes the engine's default.
    pub apparmor_profile: String,
    /// For tests that show what a protection is for: without this one, and unproven. No setting reaches it.
    pub weakness: Option<Weakness>,
}

/// The least memory a program can be given: what it may leave in its scratch directory counts as memory, and must not
/// suffice to starve the runner.
pub const MIN_MEMORY_BYTES: u64 = 64 << 20;

impl Default for Config {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Self {
            docker_host: String::new(),
            pool_size: cores * 2,
            cell_containers: 0,
            cells_per_container: 1_000,
            cell_apparmor_profile: String::new(),
            compile_cache_bytes: 256 << 20,
            default_memory_bytes: 512 << 20,
            max_memory_bytes: 2 << 30,
            max_processes: 256,
            compile_cpu_ms: 20_000,
            runtime: String::new(),
            apparmor_profile: String::new(),
            weakness: None,
        }
    }
}

impl Config {
    /// The fields that cannot hold what they hold, with the reason.
    pub fn flaws(&self) -> Vec<(&'static str, String)> {
        let mut flaws = Vec::new();
        let mut require = |holds: bool, field, reason: String| {
            if !holds {
                flaws.push((field, reason));
            }
        };
        require(
            self.pool_size <= 1024,
            "pool_size",
            "must be at most 1024".to_owned(),
        );
        require(
            self.cell_containers <= 1024,
            "cell_containers",
            "must be at most 1024".to_owned(),
        );
        require(
            (1..=1_000_000).contains(&self.cells_per_container),
            "cells_per_container",
            "must be 1 to 1,000,000".to_owned(),
        );
        require(
            (256 << 20..=self.max_memory_bytes).contains(&self.default_memory_bytes),
            "default_memory_bytes",
            "must be 256 MiB (what the compiler needs) to max_memory_bytes".to_owned(),
        );
        require(
            self.max_memory_bytes <= 64 << 30,
            "max_memory_bytes",
            "must be at most 64 GiB".to_owned(),
        );
        require(
            (1..=4096).contains(&self.max_processes),
            "max_processes",
            "must be 1 to 4096".to_owned(),
        );
        require(
            (1_000..=300_000).contains(&self.compile_cpu_ms),
            "compile_cpu_ms",
            "must be 1,000 to 300,000".to_owned(),
        );
        flaws
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_has_no_flaw() {
        assert_eq!(Config::default().flaws(), []);
    }

    #[test]
    fn names_every_field_that_is_out_of_range() {
        let config = Config {
            default_memory_bytes: 1,
            max_processes: 0,
            compile_cpu_ms: 0,
            ..Config::default()
        };
        let fields: Vec<_> = config.flaws().into_iter().map(|(field, _)| field).collect();
        assert_eq!(
            fields,
            ["default_memory_bytes", "max_processes", "compile_cpu_ms"]
        );
    }
}
