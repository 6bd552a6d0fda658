//! Intervals of confidence, and Wilson's for a share.

use serde::{Deserialize, Serialize};

/// From where to where, for a confidence of 95 %.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    pub low: f64,
    pub high: f64,
}

/// The quantile of the normal distribution that leaves 2.5 % above it.
const Z: f64 = 1.959_963_984_540_054;

/// Wilson's score interval (1927) for `successes` of `trials` that do not depend on each other; `None` without trials.
pub fn wilson(successes: u64, trials: u64) -> Option<Interval> {
    if trials == 0 || successes > trials {
        return None;
    }
    let trials_count = trials as f64;
    let share = successes as f64 / trials_count;
    let scale = 1.0 + Z * Z / trials_count;
    let centre = share + Z * Z / (2.0 * trials_count);
    let spread = share * (1.0 - share) / trials_count + Z * Z / (4.0 * trials_count * trials_count);
    let reach = Z * spread.sqrt();
    // At the ends the formula gives 0 and 1, but for rounding.
    let low = if successes == 0 {
        0.0
    } else {
        (centre - reach) / scale
    };
    let high = if successes == trials {
        1.0
    } else {
        (centre + reach) / scale
    };
    Some(Interval { low, high })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn is_that_of_textbooks() {
        // Newcombe (1998), table I.
        for (successes, trials, low, high) in [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
            (29, 29, 0.8830, 1.0),
        ] {
            let interval = wilson(successes, trials).unwrap();
            assert!(
                (interval.low - low).abs() < 5e-5,
                "{successes} {interval:?}"
            );
            assert!(
                (interval.high - high).abs() < 5e-5,
                "{successes} {interval:?}"
            );
        }
        assert_eq!(wilson(0, 0), None);
        assert_eq!(wilson(2, 1), None);
    }

    proptest! {
        #[test]
        fn it_holds_the_share_and_shrinks_with_more_trials(trials in 1_u64..10_000, successes: u64) {
            let successes = successes % (trials + 1);
            let interval = wilson(successes, trials).unwrap();
            let share = successes as f64 / trials as f64;
            prop_assert!(0.0 <= interval.low && interval.low <= share);
            prop_assert!(share <= interval.high && interval.high <= 1.0);
            let more = wilson(successes * 4, trials * 4).unwrap();
            prop_assert!(more.high - more.low < interval.high - interval.low);
        }
    }
}
