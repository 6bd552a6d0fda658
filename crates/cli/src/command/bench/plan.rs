//! What is measured, in which order.

use super::workload::Cache;
use crate::args::{Level, VerifierArgs, Workload};

/// Submissions in flight, at which all workloads are measured and compared.
pub(super) const REFERENCE_IN_FLIGHT: usize = 4;
const OTHER_IN_FLIGHT: [usize; 3] = [1, 2, 8];
/// In flight in a reward step.
pub(super) const REWARD_IN_FLIGHT: usize = 8;

/// One row of the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Combination {
    pub(super) level: Level,
    pub(super) workload: Workload,
    pub(super) cache: Cache,
    pub(super) in_flight: usize,
}

/// All rows at a level. How the numbers in flight compare is told by one workload, unless all is asked for.
pub(super) fn combinations(level: Level, args: &VerifierArgs) -> Vec<Combination> {
    let mut rows = Vec::new();
    let wanted = |workload: &Workload| args.workload.is_none_or(|only| only == *workload);
    for workload in Workload::ALL.into_iter().filter(wanted) {
        for cache in Cache::ALL {
            let row = |in_flight| Combination {
                level,
                workload,
                cache,
                in_flight,
            };
            rows.push(row(REFERENCE_IN_FLIGHT));
            if args.full || (workload == Workload::PythonSum && cache == Cache::Cold) {
                rows.extend(OTHER_IN_FLIGHT.map(row));
            }
        }
    }
    rows.sort_unstable();
    rows
}

/// Submissions that take about so long, by how long a few of them took.
pub(super) fn submissions(few: usize, took_seconds: f64, seconds: f64, in_flight: usize) -> usize {
    let rate = few as f64 / took_seconds.max(1e-6);
    ((rate * seconds).round() as usize).clamp(2 * in_flight.max(2), 5_000)
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::args::{Args, Bench, BenchArgs, Command};

    fn planned(flags: &[&str]) -> Vec<Combination> {
        let words = ["synthsmith", "bench", "verifier"].iter().chain(flags);
        match Args::parse_from(words).command {
            Command::Bench(BenchArgs {
                what: Bench::Verifier(args),
            }) => combinations(Level::Cell, &args),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_workload_is_measured_cold_and_hit_and_one_at_every_number_in_flight() {
        let rows = planned(&[]);
        assert_eq!(rows.len(), 9);
        for workload in Workload::ALL {
            for cache in Cache::ALL {
                assert!(rows.iter().any(|row| row.workload == workload
                    && row.cache == cache
                    && row.in_flight == REFERENCE_IN_FLIGHT));
            }
        }
        let in_flight: Vec<usize> = rows[..4].iter().map(|row| row.in_flight).collect();
        assert_eq!(in_flight, [1, 2, 4, 8]);
    }

    #[test]
    fn all_of_it_is_measured_where_all_is_asked_for_and_one_workload_alone_too() {
        assert_eq!(planned(&["--full"]).len(), 24);
        assert_eq!(planned(&["--workload", "cpp_bits"]).len(), 2);
        assert_eq!(planned(&["--full", "--workload", "cpp_bits"]).len(), 8);
    }

    #[test]
    fn a_repetition_is_long_enough_and_has_more_submissions_than_fly() {
        assert_eq!(submissions(4, 0.1, 1.5, 4), 60);
        assert_eq!(submissions(4, 4.0, 1.5, 4), 8);
        assert_eq!(submissions(1, 4.0, 0.1, 1), 4);
        assert_eq!(submissions(4, 0.0, 60.0, 4), 5_000);
    }
}
