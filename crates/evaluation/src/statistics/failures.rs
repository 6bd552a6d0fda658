//! Why samples fail.

use serde::{Deserialize, Serialize};

use super::Attempts;
use crate::grade::{Failure, Grade};

/// How many samples failed in one way.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct FailureCount {
    pub class: Failure,
    pub samples: u64,
    /// In one pass over all problems, on average: the samples over how many each problem has.
    pub per_pass: f64,
}

/// Every class, also those that did not occur.
pub fn failures(attempts: &[&Attempts]) -> Vec<FailureCount> {
    let graded: u64 = attempts.iter().map(|it| it.counts().0).sum();
    let passes = graded as f64 / attempts.len().max(1) as f64;
    let of_class = |class: Failure| {
        let all = attempts.iter().flat_map(|it| it.graded());
        let samples = all.filter(|it| it.grade == Grade::Failed(class)).count() as u64;
        let per_pass = if samples == 0 {
            0.0
        } else {
            samples as f64 / passes
        };
        FailureCount {
            class,
            samples,
            per_pass,
        }
    };
    Failure::ALL.map(of_class).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::attempts;

    #[test]
    fn every_graded_sample_passed_or_failed_in_one_way() {
        let problems = [attempts("easy", "PFT?"), attempts("hard", "FTN?")];
        let problems: Vec<&Attempts> = problems.iter().collect();
        let found = failures(&problems);
        let of = |class| found.iter().find(|it| it.class == class).unwrap();
        for (class, samples, per_pass) in [
            (Failure::WrongAnswer, 2, 2.0 / 3.0),
            (Failure::TimeLimit, 2, 2.0 / 3.0),
            (Failure::NoCodeBlock, 1, 1.0 / 3.0),
            (Failure::SyntaxError, 0, 0.0),
        ] {
            let count = of(class);
            assert_eq!(count.samples, samples, "{class:?}");
            assert!((count.per_pass - per_pass).abs() < 1e-12, "{class:?}");
        }
        let failed: u64 = found.iter().map(|it| it.samples).sum();
        let (graded, passed) = problems
            .iter()
            .map(|it| it.counts())
            .fold((0, 0), |sum, it| (sum.0 + it.0, sum.1 + it.1));
        assert_eq!(failed + passed, graded);
    }

    #[test]
    fn nothing_tried_is_nothing_failed() {
        assert!(
            failures(&[])
                .iter()
                .all(|it| it.samples == 0 && it.per_pass == 0.0)
        );
    }
}
