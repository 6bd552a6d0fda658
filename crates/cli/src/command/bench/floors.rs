//! What the machine does without any sandbox: frozen programs, measured in turns with the verifier.

mod bands;
mod container;
mod sources;

use serde::Deserialize;
use std::time::Duration;

use super::workload::Cache;
use crate::args::Workload;
pub(super) use bands::{Band, Bands, Standing};
pub(super) use container::Floors;
pub(super) use sources::{digest, files};

/// A way to do without a sandbox. A Python process per test is no one's best, and is measured to tell what the fork saves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Floor {
    PythonZygote,
    PythonStart,
    BitsCold,
    BitsHit,
    CstdioCold,
    CstdioHit,
}

/// What one floor took.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Sample {
    tests: u64,
    cpu_ns: u64,
    submission_wall_ns: Vec<u64>,
}

/// The tools that the floors are made with.
#[derive(Debug, Clone, Deserialize, serde::Serialize)]
pub(super) struct Tools {
    pub(super) compiler: String,
    pub(super) python: String,
}

// === impl Floor ===

impl Floor {
    pub(super) const ALL: [Self; 6] = [
        Self::PythonZygote,
        Self::PythonStart,
        Self::BitsCold,
        Self::BitsHit,
        Self::CstdioCold,
        Self::CstdioHit,
    ];

    pub(super) fn of(workload: Workload, cache: Cache) -> Self {
        match (workload, cache) {
            (Workload::PythonSum, _) => Self::PythonZygote,
            (Workload::CppBits, Cache::Cold) => Self::BitsCold,
            (Workload::CppBits, Cache::Hit) => Self::BitsHit,
            (Workload::CppCstdio, Cache::Cold) => Self::CstdioCold,
            (Workload::CppCstdio, Cache::Hit) => Self::CstdioHit,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::PythonZygote => "python_zygote",
            Self::PythonStart => "python_start",
            Self::BitsCold => "bits_cold",
            Self::BitsHit => "bits_hit",
            Self::CstdioCold => "cstdio_cold",
            Self::CstdioHit => "cstdio_hit",
        }
    }

    /// Submissions that take about a second of CPU time on a processor of these years.
    pub(super) fn submissions_per_second(self) -> f64 {
        match self {
            Self::PythonZygote => 50.0,
            Self::PythonStart => 6.0,
            Self::BitsCold => 2.0,
            Self::BitsHit | Self::CstdioHit => 80.0,
            Self::CstdioCold => 8.0,
        }
    }
}

// === impl Sample ===

impl Sample {
    pub(super) fn tests_per_cpu_second(&self) -> f64 {
        self.tests as f64 * 1e9 / self.cpu_ns.max(1) as f64
    }

    pub(super) fn submissions_per_second(&self) -> f64 {
        let wall: u64 = self.submission_wall_ns.iter().sum();
        self.submission_wall_ns.len() as f64 * 1e9 / wall.max(1) as f64
    }

    pub(super) fn latencies(&self) -> impl Iterator<Item = Duration> {
        self.submission_wall_ns
            .iter()
            .copied()
            .map(Duration::from_nanos)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_tells_rates_by_cpu_time_and_by_the_clock() {
        let text = r#"{"tests":40,"cpu_ns":80000000,"submission_wall_ns":[50000000,150000000]}"#;
        let sample: Sample = serde_json::from_str(text).unwrap();
        assert!((sample.tests_per_cpu_second() - 500.0).abs() < 1e-9);
        assert!((sample.submissions_per_second() - 10.0).abs() < 1e-9);
        assert_eq!(sample.latencies().max(), Some(Duration::from_millis(150)));
    }

    #[test]
    fn the_script_knows_every_floor_by_its_name() {
        let files = files();
        let (_, script) = files.iter().find(|(name, _)| name == "floors.sh").unwrap();
        let script = std::str::from_utf8(script).unwrap();
        for floor in Floor::ALL {
            assert!(script.contains(&format!("    {}) ", floor.name())));
        }
    }
}
