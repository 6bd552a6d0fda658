//! What was found, as JSON tells it.

use std::time::Duration;

use serde::Serialize;

use super::checks::Check;
use super::engine::About;
use super::floors::{Band, Tools};
use super::machine::Machine;
use super::plan::Combination;
use super::statistics::{median, percentile_ms, rounded};
use super::workload::{Cache, TESTS};
use crate::args::{Level, Workload};

#[derive(Debug, Serialize)]
pub(super) struct Report {
    pub(super) version: &'static str,
    pub(super) machine: Machine,
    pub(super) engine: About,
    pub(super) tools: Tools,
    /// `tree`: service, engine and containers; `machine`: everything that ran on the machine.
    pub(super) cpu_counted: &'static str,
    pub(super) cpu_counted_reason: Option<String>,
    /// Containers that ran for others at the beginning or the end; their work is counted too.
    pub(super) other_containers: usize,
    /// Fewer than were asked for where time was short.
    pub(super) repetitions: usize,
    pub(super) floors: Floors,
    pub(super) workloads: Vec<Row>,
    pub(super) empty_container: Option<Empty>,
    pub(super) reward_step: Option<RewardStep>,
    /// The same in containers; measured where all is asked for.
    pub(super) reward_step_in_containers: Option<RewardStep>,
    pub(super) left_out: Vec<LeftOut>,
    pub(super) checks: Vec<Check>,
    pub(super) seconds: f64,
}

#[derive(Debug, Serialize)]
pub(super) struct Floors {
    /// BLAKE3 of the floors' sources and tests.
    pub(super) source_digest: String,
    pub(super) measured: Vec<FloorRow>,
}

#[derive(Debug, Serialize)]
pub(super) struct FloorRow {
    pub(super) floor: &'static str,
    pub(super) tests_per_cpu_second: f64,
    pub(super) band: Option<Band>,
    pub(super) standing: String,
    pub(super) is_out_of_band: bool,
}

/// One workload at one level; the floor stands for both where caching does not matter to it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Row {
    pub(super) level: Level,
    pub(super) workload: Workload,
    pub(super) cache: Cache,
    pub(super) in_flight: usize,
    pub(super) tests_per_cpu_second: f64,
    pub(super) share_of_floor: f64,
    pub(super) submissions_per_second: f64,
    pub(super) p50_ms: f64,
    pub(super) p95_ms: f64,
    pub(super) p99_ms: f64,
    /// Submissions that were measured, in all repetitions together.
    pub(super) submissions: usize,
}

/// A single-use container that is made, awaited and removed.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Empty {
    pub(super) cpu_ms: f64,
    pub(super) containers: usize,
}

/// One large batch, as a training step sends it: new sources, one suite that is named by its digest.
#[derive(Debug, Clone, Serialize)]
pub(super) struct RewardStep {
    pub(super) level: Level,
    pub(super) submissions: usize,
    pub(super) tests: usize,
    pub(super) in_flight: usize,
    pub(super) seconds: f64,
    pub(super) cpu_seconds: f64,
    /// Submissions without the verdict that they deserve.
    pub(super) failures: usize,
    pub(super) p50_ms: f64,
    pub(super) p99_ms: f64,
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct LeftOut {
    pub(super) what: String,
    pub(super) reason: String,
}

/// The repetitions of one measurement.
#[derive(Debug, Clone, Default)]
pub(super) struct Series {
    tests_per_cpu_second: Vec<f64>,
    submissions_per_second: Vec<f64>,
    latencies: Vec<Duration>,
}

// === impl Series ===

impl Series {
    pub(super) fn add(
        &mut self,
        tests_per_cpu_second: f64,
        submissions_per_second: f64,
        latencies: impl IntoIterator<Item = Duration>,
    ) {
        self.tests_per_cpu_second.push(tests_per_cpu_second);
        self.submissions_per_second.push(submissions_per_second);
        self.latencies.extend(latencies);
    }

    pub(super) fn rates(&self) -> &[f64] {
        &self.tests_per_cpu_second
    }

    /// Tests per second of CPU time: the median.
    pub(super) fn rate(&self) -> f64 {
        median(&self.tests_per_cpu_second)
    }

    pub(super) fn row(&self, of: Combination, floor: f64) -> Row {
        let rate = self.rate();
        Row {
            level: of.level,
            workload: of.workload,
            cache: of.cache,
            in_flight: of.in_flight,
            tests_per_cpu_second: rounded(rate),
            share_of_floor: rounded(if floor > 0.0 { rate / floor } else { 0.0 }),
            submissions_per_second: rounded(median(&self.submissions_per_second)),
            p50_ms: rounded(percentile_ms(&self.latencies, 50)),
            p95_ms: rounded(percentile_ms(&self.latencies, 95)),
            p99_ms: rounded(percentile_ms(&self.latencies, 99)),
            submissions: self.latencies.len(),
        }
    }
}

// === impl Row ===

impl Row {
    /// CPU time of a submission.
    pub(super) fn cpu_ms(&self) -> f64 {
        TESTS as f64 * 1e3 / self.tests_per_cpu_second
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_medians_of_repetitions_and_percentiles_of_all_submissions() {
        let mut series = Series::default();
        for (rate, per_second, ms) in [(100.0, 5.0, 10), (300.0, 9.0, 30), (200.0, 1.0, 20)] {
            series.add(rate, per_second, [Duration::from_millis(ms)]);
        }
        let combination = Combination {
            level: Level::Cell,
            workload: Workload::PythonSum,
            cache: Cache::Cold,
            in_flight: 4,
        };
        let row = serde_json::to_value(series.row(combination, 400.0)).unwrap();
        let expected = serde_json::json!({
            "level": "CELL",
            "workload": "python_sum",
            "cache": "cold",
            "in_flight": 4,
            "tests_per_cpu_second": 200.0,
            "share_of_floor": 0.5,
            "submissions_per_second": 5.0,
            "p50_ms": 20.0,
            "p95_ms": 30.0,
            "p99_ms": 30.0,
            "submissions": 3,
        });
        assert_eq!(row, expected);
        let row = series.row(combination, 400.0);
        assert!((row.cpu_ms() - 100.0).abs() < 1e-9);
    }
}
