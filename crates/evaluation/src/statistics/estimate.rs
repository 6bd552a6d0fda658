//! Means over problems.

use serde::{Deserialize, Serialize};

use super::bootstrap::mean;
use super::{Attempts, Bootstrap, Interval, pass_at_k as of_one};

/// A mean over problems.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    pub k: u64,
    pub value: f64,
    pub interval: Interval,
    /// Over how many problems.
    pub problems: u64,
    /// Problems with fewer graded samples than are needed.
    pub left_out: u64,
}

/// The mean of pass@k over the problems that have `k` graded samples or more; `None` where no problem has.
pub fn pass_at_k(attempts: &[&Attempts], k: u64, bootstrap: Bootstrap) -> Option<Estimate> {
    let of_problem = |problem: &Attempts| {
        let (graded, passed) = problem.counts();
        of_one(graded, passed, k)
    };
    estimate("pass@k", attempts, k, bootstrap, of_problem)
}

/// avg@k: the share that passed of the first `k` graded samples of each problem, in the mean over the problems.
///
/// Where each problem has just `k` samples that is pass@1. `None` where no problem has as many.
pub fn avg_at_k(attempts: &[&Attempts], k: u64, bootstrap: Bootstrap) -> Option<Estimate> {
    let of_problem = |problem: &Attempts| {
        let first: Vec<bool> = problem
            .graded()
            .take(usize::try_from(k).ok()?)
            .map(|sample| sample.grade.is_passed())
            .collect();
        let passed = first.iter().filter(|passed| **passed).count();
        (k > 0 && first.len() as u64 == k).then(|| passed as f64 / k as f64)
    };
    estimate("avg@k", attempts, k, bootstrap, of_problem)
}

fn estimate(
    name: &str,
    attempts: &[&Attempts],
    k: u64,
    bootstrap: Bootstrap,
    of_problem: impl Fn(&Attempts) -> Option<f64>,
) -> Option<Estimate> {
    let values: Vec<f64> = attempts.iter().filter_map(|it| of_problem(it)).collect();
    let interval = bootstrap.interval(&format!("{name} {k}"), &[(1.0, &values)])?;
    Some(Estimate {
        k,
        value: mean(values.iter().copied(), values.len()),
        interval,
        problems: values.len() as u64,
        left_out: (attempts.len() - values.len()) as u64,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::attempts;

    const BOOTSTRAP: Bootstrap = Bootstrap {
        seed: 1,
        resamples: 200,
    };

    #[test]
    fn problems_count_alike_however_many_samples_they_have() {
        let problems = [attempts("easy", "PPPP"), attempts("hard", "FF")];
        let problems: Vec<&Attempts> = problems.iter().collect();
        let one = pass_at_k(&problems, 1, BOOTSTRAP).unwrap();
        assert_eq!((one.value, one.problems, one.left_out), (0.5, 2, 0));
        let four = pass_at_k(&problems, 4, BOOTSTRAP).unwrap();
        assert_eq!((four.value, four.problems, four.left_out), (1.0, 1, 1));
        assert_eq!(pass_at_k(&problems, 5, BOOTSTRAP), None);
        assert_eq!(pass_at_k(&[], 1, BOOTSTRAP), None);
    }

    #[test]
    fn what_was_not_graded_counts_nowhere() {
        let with = [attempts("easy", "?P?F?")];
        let without = [attempts("easy", "PF")];
        let of = |problems: &[Attempts], k| {
            let problems: Vec<&Attempts> = problems.iter().collect();
            (
                pass_at_k(&problems, k, BOOTSTRAP),
                avg_at_k(&problems, k, BOOTSTRAP),
            )
        };
        for k in 0..4 {
            assert_eq!(of(&with, k), of(&without, k), "{k}");
        }
        assert_eq!(of(&[attempts("easy", "???")], 1), (None, None));
    }

    #[test]
    fn avg_at_k_looks_at_the_first_samples_and_is_pass_at_1_of_them() {
        let problems = [attempts("easy", "PFFF"), attempts("easy", "FPPP")];
        let problems: Vec<&Attempts> = problems.iter().collect();
        let value = |problems: &[&Attempts], k| avg_at_k(problems, k, BOOTSTRAP).map(|it| it.value);
        for k in [1, 2, 4] {
            assert_eq!(value(&problems, k), Some(0.5), "{k}");
        }
        assert_eq!(value(&problems[..1], 2), Some(0.5));
        assert_eq!(value(&problems[..1], 4), Some(0.25));
        let all = pass_at_k(&problems, 1, BOOTSTRAP).map(|it| it.value);
        assert_eq!(value(&problems, 4), all);
        assert_eq!(avg_at_k(&problems, 5, BOOTSTRAP), None);
    }
}
