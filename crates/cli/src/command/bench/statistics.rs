//! Medians and percentiles.

use std::time::Duration;

/// The middle of the values, or the mean of the two in the middle; 0 of none.
pub(super) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => 0.0,
        count if count % 2 == 1 => sorted[middle],
        _ => f64::midpoint(sorted[middle - 1], sorted[middle]),
    }
}

/// Milliseconds that `percent` of the durations do not exceed; of few durations the longest.
pub(super) fn percentile_ms(durations: &[Duration], percent: usize) -> f64 {
    let mut sorted = durations.to_vec();
    sorted.sort_unstable();
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).map_or(0.0, |it| milliseconds(*it))
}

pub(super) fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

/// As many digits as a measurement bears.
pub(super) fn rounded(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let scale = 10f64.powi(3 - value.abs().log10().floor() as i32);
    (value * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_median_is_the_middle() {
        assert!((median(&[3.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        assert!((median(&[4.0, 1.0, 2.0, 3.0]) - 2.5).abs() < f64::EPSILON);
        assert!(median(&[]).abs() < f64::EPSILON);
    }

    #[test]
    fn percentiles_are_by_nearest_rank() {
        let durations: Vec<Duration> = (1..=200).rev().map(Duration::from_millis).collect();
        for (percent, expected) in [(50, 100.0), (95, 190.0), (99, 198.0), (100, 200.0)] {
            let found = percentile_ms(&durations, percent);
            assert!((found - expected).abs() < 1e-9, "{percent}: {found}");
        }
        let one = [Duration::from_millis(7)];
        assert!((percentile_ms(&one, 50) - 7.0).abs() < 1e-9);
        assert!(percentile_ms(&[], 99).abs() < f64::EPSILON);
    }

    #[test]
    fn figures_have_four_digits() {
        for (value, expected) in [(1234.56, 1235.0), (0.012_345_6, 0.01235), (-0.5, -0.5)] {
            assert!((rounded(value) - expected).abs() < 1e-12, "{value}");
        }
        assert!(rounded(0.0).abs() < f64::EPSILON);
    }

    proptest! {
        #[test]
        fn half_of_the_values_are_on_either_side_of_the_median(values in prop::collection::vec(-1e9..1e9, 1..50)) {
            let middle = median(&values);
            let below = values.iter().filter(|it| **it < middle).count();
            let above = values.iter().filter(|it| **it > middle).count();
            prop_assert!(below * 2 <= values.len() && above * 2 <= values.len());
        }
    }
}
