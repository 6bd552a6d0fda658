//! What the kernel says of the machine as a whole.

use std::fs;
use std::time::Duration;

use anyhow::Context as _;

/// Of the kernel's figures for user space, on every machine that Linux runs on.
const TICK: Duration = Duration::from_millis(10);

/// The time that the machine's cores were not idle.
pub(super) fn busy() -> anyhow::Result<Duration> {
    let table = fs::read_to_string("/proc/stat").context("cannot read /proc/stat")?;
    let ticks = busy_ticks(&table).context("cannot make sense of /proc/stat")?;
    Ok(TICK.saturating_mul(u32::try_from(ticks).unwrap_or(u32::MAX)))
}

fn busy_ticks(table: &str) -> Option<u64> {
    let line = table.lines().find_map(|line| line.strip_prefix("cpu "))?;
    let ticks: Vec<u64> = line
        .split_whitespace()
        .map(|word| word.parse().ok())
        .collect::<Option<_>>()?;
    // user, nice, system, idle, iowait, irq, softirq; what was stolen was spent by others.
    let [user, nice, system, _idle, _waiting, irq, softirq, ..] = ticks[..] else {
        return None;
    };
    Some(user + nice + system + irq + softirq)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn idle_waiting_and_stolen_time_does_not_count() {
        let table = "cpu  10 20 30 9000 800 5 6 700 0 0\ncpu0 1 1 1 1 1 1 1 1 1 1\n";
        assert_eq!(busy_ticks(table), Some(71));
        assert_eq!(busy_ticks("cpu 1 2"), None);
        assert_eq!(busy_ticks(""), None);
    }

    #[test]
    fn this_machine_has_been_busy() {
        assert!(busy().unwrap() > Duration::ZERO);
    }
}
