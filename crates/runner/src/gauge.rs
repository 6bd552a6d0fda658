//! Measures one run as the difference between two readings of the container's counters.

use std::time::{Duration, Instant};

use synthsmith_runner_protocol::Measures;

use crate::error::Error;
use crate::meter::Meter;

#[derive(Debug)]
pub(crate) struct Gauge<'a> {
    meter: &'a Meter,
    started: Instant,
    wall_time: Duration,
    cpu_before: Duration,
    oom_kills_before: u64,
    memory_before: u64,
    peak_before: u64,
    most_sampled: u64,
}

impl<'a> Gauge<'a> {
    pub(crate) fn begin(meter: &'a Meter) -> Result<Self, Error> {
        let memory_before = meter.memory_bytes()?;
        Ok(Self {
            meter,
            wall_time: Duration::ZERO,
            oom_kills_before: meter.oom_kills()?,
            memory_before,
            peak_before: meter.memory_peak_bytes(),
            most_sampled: memory_before,
            cpu_before: meter.cpu_of_others()?,
            started: Instant::now(),
        })
    }

    pub(crate) fn sample(&mut self) -> Result<(), Error> {
        self.most_sampled = self.most_sampled.max(self.meter.memory_bytes()?);
        Ok(())
    }

    pub(crate) fn cpu_time(&self) -> Result<Duration, Error> {
        Ok(self.meter.cpu_of_others()?.saturating_sub(self.cpu_before))
    }

    /// Time since the beginning, without the time that the host took to accept output.
    pub(crate) fn wall_time(&self, waited_for_host: Duration) -> Duration {
        self.started.elapsed().saturating_sub(waited_for_host)
    }

    pub(crate) fn stop_clock(&mut self, waited_for_host: Duration) {
        self.wall_time = self.wall_time(waited_for_host);
    }

    pub(crate) fn oom_killed(&self) -> Result<bool, Error> {
        Ok(self.meter.oom_kills()? > self.oom_kills_before)
    }

    /// The peak is the largest of three figures, none of which suffices alone: the container's own peak counts only
    /// where this run raised it; samples miss what is short; the resident set misses what several processes share out.
    pub(crate) fn measures(&self, max_rss_bytes: u64) -> Result<Measures, Error> {
        let peak = self.meter.memory_peak_bytes();
        let raised_to = if peak > self.peak_before {
            peak
        } else {
            self.most_sampled
        };
        let grown = raised_to.saturating_sub(self.memory_before);
        Ok(Measures {
            cpu_time: self.cpu_time()?,
            wall_time: self.wall_time,
            peak_memory_bytes: grown.max(max_rss_bytes),
        })
    }
}
