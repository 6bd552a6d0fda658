//! Whether long replies pass as often as short ones.

use serde::{Deserialize, Serialize};

use super::{Attempts, Interval, wilson};

/// The ends of the paper's buckets, in tokens.
pub const LENGTH_BOUNDS: [u64; 3] = [10_000, 20_000, 32_000];

/// Replies of a range of lengths.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Bucket {
    /// Tokens; this many are in it.
    pub from: u64,
    /// Tokens; this many are not. The last bucket has no end.
    pub to: Option<u64>,
    pub samples: u64,
    pub passed: u64,
    /// As if samples did not depend on each other, though those of a problem do. `None` for an empty bucket.
    pub interval: Option<Interval>,
}

/// The graded samples whose tokens were counted, by the ends of the buckets; what is longer is in a last one.
///
/// Ends that do not ascend are as if they were not there.
pub fn lengths(attempts: &[&Attempts], bounds: &[u64]) -> Vec<Bucket> {
    let mut ends: Vec<u64> = Vec::new();
    for &bound in bounds {
        if bound > ends.last().copied().unwrap_or(0) {
            ends.push(bound);
        }
    }
    let mut counts = vec![(0, 0); ends.len() + 1];
    for sample in attempts.iter().flat_map(|it| it.graded()) {
        if let Some(tokens) = sample.tokens {
            let (samples, passed) = &mut counts[ends.partition_point(|end| *end <= tokens)];
            *samples += 1;
            *passed += u64::from(sample.grade.is_passed());
        }
    }
    let bucket = |(index, (samples, passed)): (usize, (u64, u64))| Bucket {
        from: if index == 0 { 0 } else { ends[index - 1] },
        to: ends.get(index).copied(),
        samples,
        passed,
        interval: wilson(passed, samples),
    };
    counts.into_iter().enumerate().map(bucket).collect()
}

#[cfg(test)]
mod tests {
    use super::super::Sample;
    use super::*;
    use crate::grade::{Failure, Grade};
    use crate::testing::attempts;

    fn of_length(tokens: u64, passed: u64, samples: u64) -> Attempts {
        let sample = |index| Sample {
            grade: if index < passed {
                Grade::Passed
            } else {
                Grade::Failed(Failure::WrongAnswer)
            },
            tokens: Some(tokens),
        };
        Attempts {
            samples: (0..samples).map(sample).collect(),
            ..attempts("hard", "")
        }
    }

    /// The paper's table for its model after SFT, of 268 problems: 76 of 79, 68 of 93, 25 of 96.
    #[test]
    fn the_published_table_comes_back_out() {
        let problems = [
            of_length(9_999, 76, 79),
            of_length(10_000, 68, 93),
            of_length(31_999, 25, 96),
        ];
        let problems: Vec<&Attempts> = problems.iter().collect();
        let buckets = lengths(&problems, &LENGTH_BOUNDS);
        let rows: Vec<(u64, Option<u64>, u64, u64)> = buckets
            .iter()
            .map(|it| (it.from, it.to, it.passed, it.samples))
            .collect();
        let expected = [
            (0, Some(10_000), 76, 79),
            (10_000, Some(20_000), 68, 93),
            (20_000, Some(32_000), 25, 96),
            (32_000, None, 0, 0),
        ];
        assert_eq!(rows, expected);
        assert_eq!(buckets.iter().map(|it| it.samples).sum::<u64>(), 268);
        assert_eq!(buckets[3].interval, None);
        // Long replies pass less often, beyond chance.
        let intervals: Vec<Interval> = buckets[..3].iter().filter_map(|it| it.interval).collect();
        assert!(
            intervals.windows(2).all(|pair| pair[1].high < pair[0].low),
            "{intervals:?}"
        );
    }

    #[test]
    fn samples_without_a_count_are_in_no_bucket_and_odd_bounds_do_no_harm() {
        let problems = [attempts("easy", "PF"), of_length(5, 1, 1)];
        let problems: Vec<&Attempts> = problems.iter().collect();
        for (bounds, count) in [(&[][..], 1), (&[0, 5, 5, 3], 2), (&[1, 2, 3], 4)] {
            let buckets = lengths(&problems, bounds);
            assert_eq!(buckets.len(), count, "{bounds:?}");
            assert_eq!(buckets.iter().map(|it| it.samples).sum::<u64>(), 1);
            assert_eq!(buckets.last().unwrap().passed, 1);
        }
    }
}
