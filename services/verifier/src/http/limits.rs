//! The limits that the protocols ask for, within what the configuration allows: nothing is refused for asking more.

use std::time::Duration;

use synthsmith_sandbox::{Limits, MIN_MEMORY_BYTES};

use crate::Config;

/// A program that waits instead of computing gets that much more than its time: starting it, and a busy machine, should
/// not become a verdict.
const WAITING: Duration = Duration::from_secs(1);
const LEAST: Duration = Duration::from_millis(10);

/// Time in seconds, which is CPU time; memory in bytes, where `None` is as much as anybody gets.
pub(super) fn within(config: &Config, time: Duration, memory_bytes: Option<u64>) -> Limits {
    let max_cpu_time = Duration::from_millis(config.max_cpu_ms);
    let max_wall_time = Duration::from_millis(config.max_wall_ms);
    let time = time.max(LEAST);
    let max_memory_bytes = config.max_memory_bytes;
    let memory_bytes = memory_bytes.unwrap_or(max_memory_bytes);
    Limits {
        cpu_time: time.min(max_cpu_time),
        wall_time: time.saturating_add(WAITING).min(max_wall_time),
        memory_bytes: memory_bytes.max(MIN_MEMORY_BYTES).min(max_memory_bytes),
        ..config.default_limits()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_is_kept_within_the_settings() {
        let config = Config::default();
        let table = [
            (0, Some(1), 10, 1_010, MIN_MEMORY_BYTES),
            (4_000, Some(256 << 20), 4_000, 5_000, 256 << 20),
            (100_000, None, 60_000, 101_000, 2 << 30),
            (u64::MAX, Some(u64::MAX), 60_000, 200_000, 2 << 30),
        ];
        for (time, memory, cpu, wall, bytes) in table {
            let limits = within(&config, Duration::from_millis(time), memory);
            let told = (limits.cpu_time.as_millis(), limits.wall_time.as_millis());
            assert_eq!(told, (cpu, wall), "{time}");
            assert_eq!(limits.memory_bytes, bytes, "{memory:?}");
            assert_eq!(limits.output_bytes, config.default_limits().output_bytes);
        }
    }
}
