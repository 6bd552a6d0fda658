//! What a program may use.

use std::time::Duration;

use crate::Language;

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

    /// How much more CPU time a run gets before it is ended, to see whether it would have ended by itself.
    pub(crate) fn cpu_margin(&self) -> Duration {
        const LONGEST: Duration = Duration::from_millis(200);
        (self.cpu_time * 3 / 10).min(LONGEST)
    }

    /// What these limits mean for a language whose programs need more of everything.
    #[must_use]
    pub fn scaled_for(&self, language: &Language) -> Self {
        let memory_bytes = self.memory_bytes as f64 * language.memory_factor;
        Self {
            cpu_time: self.cpu_time.mul_f64(language.cpu_time_factor),
            wall_time: self.wall_time.mul_f64(language.cpu_time_factor),
            memory_bytes: memory_bytes as u64,
            ..*self
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_margin_is_a_share_of_the_limit_up_to_a_bound() {
        for (cpu_ms, margin_ms) in [(100, 30), (600, 180), (1_000, 200), (60_000, 200)] {
            let limits = Limits::new(Duration::from_millis(cpu_ms), 1 << 20);
            assert_eq!(limits.cpu_margin(), Duration::from_millis(margin_ms));
        }
    }

    #[test]
    fn the_factors_of_a_language_scale_time_and_memory() {
        let limits = Limits::new(Duration::from_secs(1), 64 << 20);
        assert_eq!(limits.scaled_for(&Language::python3()), limits);
        let slow = Language {
            cpu_time_factor: 2.5,
            memory_factor: 3.0,
            ..Language::python3()
        };
        let scaled = limits.scaled_for(&slow);
        assert_eq!(scaled.cpu_time, Duration::from_millis(2_500));
        assert_eq!(scaled.wall_time, Duration::from_secs(10));
        assert_eq!(scaled.memory_bytes, 192 << 20);
        assert_eq!(scaled.processes, limits.processes);
    }
}
