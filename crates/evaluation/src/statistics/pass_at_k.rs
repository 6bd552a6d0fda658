//! The unbiased estimate of pass@k for one problem (Chen et al., 2021).

/// The probability that of `k` samples, drawn without replacement from `samples` of which `passed` passed, one passes.
///
/// That is `1 - C(samples - passed, k) / C(samples, k)`, here as the product over `i` from `samples - passed + 1` to
/// `samples` of `1 - k / i`: all factors lie between 0 and 1, so nothing overflows. `None` where there are fewer samples
/// than `k`, or more that passed than there are, or `k` is 0.
pub fn pass_at_k(samples: u64, passed: u64, k: u64) -> Option<f64> {
    if k == 0 || k > samples || passed > samples {
        return None;
    }
    if k == 1 {
        // The product is the same but for rounding; a plain share is equal to others to the last digit.
        return Some(passed as f64 / samples as f64);
    }
    let failed = samples - passed;
    if failed < k {
        return Some(1.0);
    }
    let none_passes: f64 = (failed + 1..=samples)
        .map(|i| 1.0 - k as f64 / i as f64)
        .product();
    Some(1.0 - none_passes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// By going through every choice of `k` of the samples, of which the first `passed` passed.
    fn by_enumeration(samples: u64, passed: u64, k: u64) -> f64 {
        let (mut choices, mut hits) = (0_u32, 0_u32);
        for choice in 0_u32..1 << samples {
            if u64::from(choice.count_ones()) == k {
                choices += 1;
                hits += u32::from(choice & ((1 << passed) - 1) != 0);
            }
        }
        f64::from(hits) / f64::from(choices)
    }

    #[test]
    fn is_the_share_of_choices_in_which_one_passes() {
        for samples in 1..=10 {
            for passed in 0..=samples {
                for k in 1..=samples {
                    let estimate = pass_at_k(samples, passed, k).unwrap();
                    let exact = by_enumeration(samples, passed, k);
                    assert!((estimate - exact).abs() < 1e-12, "{samples} {passed} {k}");
                }
            }
        }
    }

    #[test]
    fn of_one_sample_it_is_the_share_that_passed_and_large_counts_do_no_harm() {
        assert_eq!(pass_at_k(8, 3, 1), Some(0.375));
        assert_eq!(pass_at_k(16, 0, 16), Some(0.0));
        assert_eq!(pass_at_k(16, 1, 16), Some(1.0));
        let many = pass_at_k(1_000_000, 500_000, 10).unwrap();
        assert!((many - (1.0 - 0.5_f64.powi(10))).abs() < 1e-5, "{many}");
    }

    #[test]
    fn what_makes_no_sense_has_no_estimate() {
        for (samples, passed, k) in [(0, 0, 1), (4, 2, 0), (4, 2, 5), (4, 5, 1)] {
            assert_eq!(pass_at_k(samples, passed, k), None);
        }
    }

    proptest! {
        #[test]
        fn it_grows_with_k_and_with_those_that_passed(samples in 1_u64..200, passed: u64, k: u64) {
            let (passed, k) = (passed % (samples + 1), k % samples + 1);
            let estimate = pass_at_k(samples, passed, k).unwrap();
            prop_assert!((0.0..=1.0).contains(&estimate));
            if k < samples {
                prop_assert!(pass_at_k(samples, passed, k + 1).unwrap() >= estimate - 1e-12);
            }
            if passed < samples {
                prop_assert!(pass_at_k(samples, passed + 1, k).unwrap() >= estimate - 1e-12);
            }
        }
    }
}
