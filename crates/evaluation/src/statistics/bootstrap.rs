//! The bootstrap: how much a figure would differ had other problems of the same kind been asked.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};
use synthsmith_corpus::seed;

use super::Interval;

/// How problems are drawn again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bootstrap {
    pub seed: i64,
    pub resamples: u32,
}

impl Default for Bootstrap {
    fn default() -> Self {
        Self {
            seed: 0,
            resamples: 5_000,
        }
    }
}

// === impl Bootstrap ===

impl Bootstrap {
    /// The percentile interval of a weighted sum of means, each of which is of a set of its own and drawn on its own.
    ///
    /// `purpose` keeps the draws of different figures apart, so that none depends on which others are made. `None` where a
    /// set is empty or nothing is drawn.
    pub(super) fn interval(self, purpose: &str, terms: &[(f64, &[f64])]) -> Option<Interval> {
        if self.resamples == 0 || terms.iter().any(|(_, values)| values.is_empty()) {
            return None;
        }
        let seed = seed::derive(self.seed, &format!("bootstrap {purpose}"), 0);
        let mut generator = ChaCha8Rng::seed_from_u64(seed as u64);
        let mut draw = || -> f64 {
            let of_term =
                |&(weight, values): &(f64, &[f64])| weight * resampled(&mut generator, values);
            terms.iter().map(of_term).sum()
        };
        let mut sums: Vec<f64> = (0..self.resamples).map(|_| draw()).collect();
        sums.sort_unstable_by(f64::total_cmp);
        let last = (sums.len() - 1) as f64;
        Some(Interval {
            low: sums[(0.025 * last).floor() as usize],
            high: sums[(0.975 * last).ceil() as usize],
        })
    }
}

/// The mean of as many values as there are, drawn with replacement.
fn resampled(generator: &mut ChaCha8Rng, values: &[f64]) -> f64 {
    let count = values.len() as u128;
    let draw = |_: &f64| {
        let index = (u128::from(generator.next_u64()) * count) >> 64;
        values[index as usize]
    };
    mean(values.iter().map(draw), values.len())
}

pub(super) fn mean(values: impl Iterator<Item = f64>, count: usize) -> f64 {
    values.sum::<f64>() / count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOOTSTRAP: Bootstrap = Bootstrap {
        seed: 7,
        resamples: 2_000,
    };

    fn interval(purpose: &str, values: &[f64]) -> Interval {
        BOOTSTRAP.interval(purpose, &[(1.0, values)]).unwrap()
    }

    #[test]
    fn is_the_same_every_time_and_other_for_another_purpose() {
        let values: Vec<f64> = (0..50).map(|i| f64::from(i % 7) / 7.0).collect();
        assert_eq!(interval("a", &values), interval("a", &values));
        assert_ne!(interval("a", &values), interval("b", &values));
    }

    #[test]
    fn of_a_share_it_is_about_as_wide_as_the_normal_interval() {
        let values: Vec<f64> = (0..400).map(|i| f64::from(i % 2)).collect();
        let interval = interval("share", &values);
        // 1.96 * sqrt(0.25 / 400) = 0.049 on either side.
        assert!((interval.low - 0.451).abs() < 0.006, "{interval:?}");
        assert!((interval.high - 0.549).abs() < 0.006, "{interval:?}");
    }

    #[test]
    fn what_does_not_vary_has_no_width_and_what_is_empty_no_interval() {
        let constant = interval("c", &[0.5; 9]);
        assert_eq!((constant.low, constant.high), (0.5, 0.5));
        assert_eq!(BOOTSTRAP.interval("e", &[(1.0, &[1.0]), (1.0, &[])]), None);
        let none = Bootstrap {
            resamples: 0,
            ..BOOTSTRAP
        };
        assert_eq!(none.interval("n", &[(1.0, &[1.0])]), None);
    }

    #[test]
    fn a_difference_is_a_sum_with_a_negative_weight() {
        let (older, newer) = ([0.75; 5], [0.25; 5]);
        let interval = BOOTSTRAP
            .interval("d", &[(1.0, &older), (-1.0, &newer)])
            .unwrap();
        assert_eq!((interval.low, interval.high), (0.5, 0.5));
    }
}
