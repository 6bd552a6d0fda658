//! Loops compiled for the widest vectors that the processor has, and what they are made of.

use std::sync::LazyLock;

use pulp::Arch;

static ARCH: LazyLock<Arch> = LazyLock::new(Arch::new);

/// Independent sums per loop, so that the compiler may add vectors at a time.
const LANES: usize = 16;

/// Runs `work` with the instructions of this processor. What it calls must be `#[inline(always)]`.
#[inline(always)]
#[expect(clippy::inline_always, reason = "target features end at a call")]
pub(crate) fn vectorized<T>(work: impl FnOnce() -> T) -> T {
    ARCH.dispatch(work)
}

/// `e^x` within 2 units in the last place, 0 below -87.3. `x` is at most 88.
///
/// `e^x = 2^n e^r` with `n` the nearest integer to `x / ln 2`; `e^r` by the polynomial of Cephes' `expf`.
#[inline(always)]
#[expect(clippy::excessive_precision, reason = "constants as published")]
pub(crate) fn exp(x: f32) -> f32 {
    // Adding 1.5 * 2^23 rounds to an integer that the low bits then hold.
    const ROUND: f32 = 12_582_912.0;
    // Not `max`, which would turn NaN into a number.
    let clamped = if x < -87.3 { -87.3 } else { x };
    let shifted = clamped * std::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = clamped - n * 0.693_359_375 + n * 2.121_944_40e-4;
    let mut p = 1.987_569_150_0e-4;
    p = p * r + 1.398_199_950_7e-3;
    p = p * r + 8.333_451_907_3e-3;
    p = p * r + 4.166_579_589_4e-2;
    p = p * r + 1.666_666_545_9e-1;
    p = p * r + 5.000_000_120_1e-1;
    let power = (shifted.to_bits() << 23).wrapping_add(0x3f80_0000);
    let value = (p * r * r + r + 1.0) * f32::from_bits(power);
    if x < -87.3 { 0.0 } else { value }
}

/// `1 / (1 + e^-x)`.
#[inline(always)]
#[expect(clippy::inline_always, reason = "target features end at a call")]
pub(crate) fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp((-x).min(87.0)))
}

/// The sum of `term` over pairs of two slices of the same length.
#[inline(always)]
#[expect(clippy::inline_always, reason = "target features end at a call")]
pub(crate) fn sum_of(a: &[f32], b: &[f32], term: impl Fn(f32, f32) -> f32) -> f32 {
    let mut lanes = [0.0_f32; LANES];
    let (a_chunks, a_rest) = a.as_chunks::<LANES>();
    let (b_chunks, b_rest) = b.as_chunks::<LANES>();
    for (a, b) in a_chunks.iter().zip(b_chunks) {
        for lane in 0..LANES {
            lanes[lane] += term(a[lane], b[lane]);
        }
    }
    let mut sum: f32 = lanes.iter().sum();
    for (&a, &b) in a_rest.iter().zip(b_rest) {
        sum += term(a, b);
    }
    sum
}

/// The largest value; minus infinity for none.
#[inline(always)]
#[expect(clippy::inline_always, reason = "target features end at a call")]
pub(crate) fn largest(values: &[f32]) -> f32 {
    let mut lanes = [f32::NEG_INFINITY; LANES];
    let (chunks, rest) = values.as_chunks::<LANES>();
    for chunk in chunks {
        for lane in 0..LANES {
            lanes[lane] = if chunk[lane] > lanes[lane] {
                chunk[lane]
            } else {
                lanes[lane]
            };
        }
    }
    lanes
        .iter()
        .chain(rest)
        .fold(f32::NEG_INFINITY, |largest, &value| largest.max(value))
}

/// Replaces every value by `e^(value - shift)` and returns their sum.
#[inline(always)]
#[expect(clippy::inline_always, reason = "target features end at a call")]
pub(crate) fn exponentials(values: &mut [f32], shift: f32) -> f32 {
    let mut lanes = [0.0_f32; LANES];
    let (chunks, rest) = values.as_chunks_mut::<LANES>();
    for chunk in chunks {
        for lane in 0..LANES {
            chunk[lane] = exp(chunk[lane] - shift);
            lanes[lane] += chunk[lane];
        }
    }
    let mut sum: f32 = lanes.iter().sum();
    for value in rest {
        *value = exp(*value - shift);
        sum += *value;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponential_is_that_of_the_library_within_3e_7() {
        for step in -8700..=8800_i16 {
            let x = f32::from(step) / 100.0;
            let expected = f64::from(x).exp();
            let error = (f64::from(exp(x)) / expected - 1.0).abs();
            assert!(error < 3e-7, "e^{x}: relative error {error:e}");
        }
        assert_eq!(exp(-88.0), 0.0);
        assert_eq!(exp(f32::NEG_INFINITY), 0.0);
        assert!(exp(f32::NAN).is_nan());
    }

    #[test]
    fn sums_and_maxima_hold_the_rest_that_fills_no_vector() {
        let values: Vec<f32> = (0..37_u8).map(f32::from).collect();
        assert_eq!(sum_of(&values, &values, |a, _| a), 666.0);
        assert_eq!(largest(&values), 36.0);
        assert_eq!(largest(&[]), f32::NEG_INFINITY);
        let mut values = vec![0.0; 37];
        assert_eq!(exponentials(&mut values, 0.0), 37.0);
    }
}
