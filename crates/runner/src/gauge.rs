//! Measures one run as the difference between two readings of the container's counters.

use std::time::{Duration, Instant};

use synthsmith_runner_protocol::{Measures, Weakness};

use crate::error::Error;
use crate::meter::{AtLimit, Meter, Shortages};
use crate::reap::Reaped;

/// Whose memory was used up where the kernel killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shortage {
    OfContainer,
    /// The program did not come to its limit, so this says nothing about it.
    OfMachine,
}

impl Shortage {
    fn between(before: Shortages, now: Shortages) -> Option<Self> {
        let has_killed = now.kills > before.kills;
        let was_at_limit = match (before.at_limit, now.at_limit) {
            (AtLimit::Times(before), AtLimit::Times(now)) => now > before,
            (_, AtLimit::Times(times)) => times > 0,
            (_, AtLimit::Ever(was)) => was,
        };
        has_killed.then_some(if was_at_limit {
            Self::OfContainer
        } else {
            Self::OfMachine
        })
    }
}

#[derive(Debug)]
pub(crate) struct Gauge<'a> {
    meter: &'a Meter,
    started: Instant,
    wall_time: Duration,
    cpu_before: Duration,
    shortages_before: Option<Shortages>,
    memory_before: u64,
    peak_before: u64,
    most_sampled: u64,
    weakness: Option<Weakness>,
}

impl<'a> Gauge<'a> {
    pub(crate) fn begin(meter: &'a Meter, weakness: Option<Weakness>) -> Result<Self, Error> {
        let memory_before = meter.memory_bytes()?;
        Ok(Self {
            meter,
            wall_time: Duration::ZERO,
            shortages_before: meter.shortages()?,
            memory_before,
            peak_before: meter.memory_peak_bytes(),
            most_sampled: memory_before,
            cpu_before: meter.cpu_of_others()?,
            started: Instant::now(),
            weakness,
        })
    }

    pub(crate) fn sample(&mut self) -> Result<(), Error> {
        self.most_sampled = self.most_sampled.max(self.meter.memory_bytes()?);
        Ok(())
    }

    pub(crate) fn cpu_time(&self) -> Result<Duration, Error> {
        if self.weakness == Some(Weakness::CpuOfChildOnly) {
            // It is known only in the end.
            return Ok(Duration::ZERO);
        }
        Ok(self.meter.cpu_of_others()?.saturating_sub(self.cpu_before))
    }

    /// Time since the beginning, without the time that the host took to accept output.
    pub(crate) fn wall_time(&self, waited_for_host: Duration) -> Duration {
        self.started.elapsed().saturating_sub(waited_for_host)
    }

    pub(crate) fn stop_clock(&mut self, waited_for_host: Duration) {
        self.wall_time = self.wall_time(waited_for_host);
    }

    /// For want of whose memory the kernel has killed a process, if it has.
    pub(crate) fn kill(&self) -> Result<Option<Shortage>, Error> {
        let now = self.meter.shortages()?;
        Ok(now
            .zip(self.shortages_before)
            .and_then(|(now, before)| Shortage::between(before, now)))
    }

    /// Whether more than the limit was in use. Where kills are counted, that is the kernel's to say.
    pub(crate) fn is_over(&self, limit_bytes: u64) -> bool {
        self.shortages_before.is_none()
            && self.most_sampled.saturating_sub(self.memory_before) > limit_bytes
    }

    /// The peak is the largest of three figures, none of which suffices alone: the container's own peak counts only
    /// where this run raised it; samples miss what is short; the resident set misses what several processes share out.
    pub(crate) fn measures(&self, reaped: &Reaped) -> Result<Measures, Error> {
        let peak = self.meter.memory_peak_bytes();
        let raised_to = if peak > self.peak_before {
            peak
        } else {
            self.most_sampled
        };
        let grown = raised_to.saturating_sub(self.memory_before);
        Ok(Measures {
            cpu_time: match self.weakness {
                Some(Weakness::CpuOfChildOnly) => reaped.cpu_time,
                _ => self.cpu_time()?,
            },
            wall_time: self.wall_time,
            peak_memory_bytes: grown.max(reaped.max_rss_bytes),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kill_is_the_programs_doing_only_where_the_container_came_to_its_limit() {
        use AtLimit::{Ever, Times};
        let table = [
            (Times(7), 1, Times(7), None),
            (Times(7), 1, Times(8), None),
            (Times(7), 2, Times(8), Some(Shortage::OfContainer)),
            (Times(7), 2, Times(7), Some(Shortage::OfMachine)),
            (Ever(false), 1, Ever(true), None),
            (Ever(false), 2, Ever(true), Some(Shortage::OfContainer)),
            (Ever(false), 2, Ever(false), Some(Shortage::OfMachine)),
            (Ever(true), 2, Ever(true), Some(Shortage::OfContainer)),
        ];
        for (before, kills, now, expected) in table {
            let at = |kills, at_limit| Shortages { kills, at_limit };
            let found = Shortage::between(at(1, before), at(kills, now));
            assert_eq!(found, expected, "{before:?} {kills} {now:?}");
        }
    }
}
