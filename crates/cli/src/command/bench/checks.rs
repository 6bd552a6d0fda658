//! What the verifier is meant to reach, and whether it does here.

use serde::Serialize;

use super::plan::REFERENCE_IN_FLIGHT;
use super::report::{Empty, FloorRow, RewardStep, Row};
use super::statistics::rounded;
use super::workload::Cache;
use crate::args::{Level, Workload};

/// Tests per second of CPU time of X-Coder's own judge, as it was measured once: Python, and C++ with all headers.
const XCODER_PYTHON: f64 = 48.0;
const XCODER_CPP: f64 = 0.7;
/// What a container may cost beyond an empty one and the work in a cell.
const CONTAINER_MARGIN: f64 = 1.15;
const MOST_SECONDS: f64 = 720.0;

/// One thing that is wanted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Check {
    pub(super) name: String,
    pub(super) wanted: String,
    /// None where it was not measured.
    pub(super) got: Option<f64>,
    pub(super) holds: bool,
}

/// What was measured.
#[derive(Debug)]
pub(super) struct Measured<'a> {
    pub(super) rows: &'a [Row],
    pub(super) floors: &'a [FloorRow],
    pub(super) empty: Option<&'a Empty>,
    pub(super) reward: Option<&'a RewardStep>,
    pub(super) seconds: f64,
    /// Whether it was asked for all, which has no bound of time.
    pub(super) is_full: bool,
}

pub(super) fn all(measured: &Measured<'_>) -> Vec<Check> {
    let mut checks = shares(measured);
    checks.extend(times_xcoder(measured));
    checks.extend(containers(measured));
    checks.extend(floors(measured));
    checks.extend(steps(measured));
    checks
}

fn shares(measured: &Measured<'_>) -> Vec<Check> {
    [
        (Workload::PythonSum, Cache::Cold, 0.45),
        (Workload::PythonSum, Cache::Hit, 0.45),
        (Workload::CppBits, Cache::Cold, 0.8),
        (Workload::CppBits, Cache::Hit, 0.45),
    ]
    .map(|(workload, cache, wanted)| {
        let row = measured.row(Level::Cell, workload, cache);
        let name = format!("share of the floor: {} {}", workload.name(), cache.name());
        at_least(name, wanted, row.map(|row| row.share_of_floor))
    })
    .to_vec()
}

fn times_xcoder(measured: &Measured<'_>) -> Vec<Check> {
    [
        (Level::Cell, Workload::PythonSum, XCODER_PYTHON, 10.0),
        (Level::Cell, Workload::CppBits, XCODER_CPP, 60.0),
        (Level::Container, Workload::PythonSum, XCODER_PYTHON, 2.5),
        (Level::Container, Workload::CppBits, XCODER_CPP, 45.0),
    ]
    .map(|(level, workload, xcoder, wanted)| {
        let row = measured.row(level, workload, Cache::Cold);
        let (level, workload) = (level.name(), workload.name());
        let name = format!("times X-Coder's {xcoder} tests per CPU second: {workload} {level}");
        at_least(
            name,
            wanted,
            row.map(|row| row.tests_per_cpu_second / xcoder),
        )
    })
    .to_vec()
}

fn containers(measured: &Measured<'_>) -> Vec<Check> {
    let mut checks = Vec::new();
    for workload in Workload::ALL {
        for cache in Cache::ALL {
            let cost = |level| measured.row(level, workload, cache).map(Row::cpu_ms);
            let parts = measured.empty.map(|empty| empty.cpu_ms);
            let parts = parts
                .zip(cost(Level::Cell))
                .map(|(empty, cell)| empty + cell);
            let ratio = cost(Level::Container)
                .zip(parts)
                .map(|(all, parts)| all / parts);
            let (workload, cache) = (workload.name(), cache.name());
            let name = format!("CONTAINER by an empty one and CELL: {workload} {cache}");
            checks.push(at_most(name, CONTAINER_MARGIN, ratio));
        }
    }
    checks
}

fn floors(measured: &Measured<'_>) -> Vec<Check> {
    let out = measured.floors.iter().filter(|row| row.is_out_of_band);
    let count = out.count() as f64;
    vec![at_most(
        "floors out of their bands".to_owned(),
        0.0,
        Some(count),
    )]
}

fn steps(measured: &Measured<'_>) -> Vec<Check> {
    let failures = measured.reward.map(|step| step.failures as f64);
    let name = "failures in the reward step".to_owned();
    let mut checks = vec![at_most(name, 0.0, failures)];
    if !measured.is_full {
        let name = "seconds for all".to_owned();
        checks.push(at_most(name, MOST_SECONDS, Some(measured.seconds)));
    }
    checks
}

pub(super) fn at_least(name: String, wanted: f64, got: Option<f64>) -> Check {
    Check {
        name,
        wanted: format!("at least {wanted}"),
        got: got.map(rounded),
        holds: got.is_some_and(|got| got >= wanted),
    }
}

pub(super) fn at_most(name: String, wanted: f64, got: Option<f64>) -> Check {
    Check {
        name,
        wanted: format!("at most {wanted}"),
        got: got.map(rounded),
        holds: got.is_some_and(|got| got <= wanted),
    }
}

// === impl Measured ===

impl Measured<'_> {
    fn row(&self, level: Level, workload: Workload, cache: Cache) -> Option<&Row> {
        self.rows.iter().find(|row| {
            (row.level, row.workload, row.cache, row.in_flight)
                == (level, workload, cache, REFERENCE_IN_FLIGHT)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(level: Level, workload: Workload, rate: f64, share_of_floor: f64) -> Row {
        Row {
            level,
            workload,
            cache: Cache::Cold,
            in_flight: REFERENCE_IN_FLIGHT,
            tests_per_cpu_second: rate,
            share_of_floor,
            submissions_per_second: 1.0,
            p50_ms: 1.0,
            p95_ms: 1.0,
            p99_ms: 1.0,
            submissions: 1,
        }
    }

    fn found<'a>(checks: &'a [Check], name: &str) -> &'a Check {
        checks.iter().find(|check| check.name == name).unwrap()
    }

    fn measured<'a>(rows: &'a [Row], empty: &'a Empty) -> Measured<'a> {
        Measured {
            rows,
            floors: &[],
            empty: Some(empty),
            reward: None,
            seconds: 100.0,
            is_full: false,
        }
    }

    #[test]
    fn figures_are_held_against_what_is_wanted() {
        let empty = Empty {
            cpu_ms: 100.0,
            containers: 1,
        };
        // 40 ms in a cell, 160 ms in a container.
        let rows = [
            row(Level::Cell, Workload::PythonSum, 500.0, 0.5),
            row(Level::Container, Workload::PythonSum, 125.0, 0.12),
            row(Level::Cell, Workload::CppBits, 41.0, 0.79),
        ];
        let checks = all(&measured(&rows, &empty));
        let table = [
            ("share of the floor: python_sum cold", Some(0.5), true),
            ("share of the floor: cpp_bits cold", Some(0.79), false),
            ("share of the floor: python_sum hit", None, false),
            (
                "times X-Coder's 48 tests per CPU second: python_sum CELL",
                Some(10.42),
                true,
            ),
            (
                "times X-Coder's 0.7 tests per CPU second: cpp_bits CELL",
                Some(58.57),
                false,
            ),
            (
                "CONTAINER by an empty one and CELL: python_sum cold",
                Some(1.143),
                true,
            ),
            (
                "CONTAINER by an empty one and CELL: cpp_bits cold",
                None,
                false,
            ),
            ("failures in the reward step", None, false),
            ("seconds for all", Some(100.0), true),
            ("floors out of their bands", Some(0.0), true),
        ];
        for (name, got, holds) in table {
            let check = found(&checks, name);
            assert_eq!((check.got, check.holds), (got, holds), "{name}");
        }
    }

    #[test]
    fn only_the_reference_number_in_flight_counts() {
        let empty = Empty {
            cpu_ms: 100.0,
            containers: 1,
        };
        let rows = [Row {
            in_flight: 1,
            ..row(Level::Cell, Workload::PythonSum, 900.0, 0.9)
        }];
        let checks = all(&measured(&rows, &empty));
        let check = found(&checks, "share of the floor: python_sum cold");
        assert_eq!((check.got, check.holds), (None, false));
    }
}
