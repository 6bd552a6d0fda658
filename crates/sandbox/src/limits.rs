//! What a program may use.

use std::time::Duration;

/// What a program may use while it runs on one input, all of its processes together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    pub cpu_time: Duration,
    pub wall_time: Duration,
    pub memory_bytes: u64,
    pub processes: u32,
    pub output_bytes: u64,
}

impl Limits {
    pub const DEFAULT_PROCESSES: u32 = 64;
    pub const DEFAULT_OUTPUT_BYTES: u64 = 16 << 20;

    /// Wall-clock time for a program that has `cpu_time`: a guard against sleepers, generous so that a busy machine
    /// does not turn into a verdict.
    pub fn wall_time_for(cpu_time: Duration) -> Duration {
        cpu_time * 3 + Duration::from_secs(1)
    }

    /// Wall-clock time for a compiler that has `cpu_time`. It ends only what stands still: a compilation that waits
    /// for a busy machine says nothing about the source.
    pub(crate) fn compile_wall_time_for(cpu_time: Duration) -> Duration {
        cpu_time * 10
    }

    /// Limits that differ from the defaults in time and memory only.
    pub fn new(cpu_time: Duration, memory_bytes: u64) -> Self {
        Self {
            cpu_time,
            wall_time: Self::wall_time_for(cpu_time),
            memory_bytes,
            processes: Self::DEFAULT_PROCESSES,
            output_bytes: Self::DEFAULT_OUTPUT_BYTES,
        }
    }
}
