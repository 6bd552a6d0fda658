//! What is done to rows value by value.
//!
//! Sums run over lanes of fixed width, so that they come out the same on any vector size.

use pulp::{Simd, WithSimd};

const LANES: usize = 16;

/// Root mean square norm (Zhang and Sennrich 2019): `x / sqrt(mean(x²) + eps) * weight`.
pub(super) struct RmsNorm<'a> {
    pub(super) rows: &'a [f32],
    pub(super) weight: &'a [f32],
    pub(super) eps: f32,
    pub(super) out: &'a mut [f32],
}

impl WithSimd for RmsNorm<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let width = self.weight.len();
        let rows = self.rows.chunks_exact(width);
        for (row, out) in rows.zip(self.out.chunks_exact_mut(width)) {
            let scale = scale_of(row, self.eps);
            for ((out, value), weight) in out.iter_mut().zip(row).zip(self.weight) {
                *out = value * scale * weight;
            }
        }
    }
}

/// The same, in place.
#[inline(always)]
pub(super) fn rms_norm_in_place(row: &mut [f32], weight: &[f32], eps: f32) {
    let scale = scale_of(row, eps);
    for (value, weight) in row.iter_mut().zip(weight) {
        *value *= scale * weight;
    }
}

#[inline(always)]
fn scale_of(row: &[f32], eps: f32) -> f32 {
    1.0 / (product_of(row, row) / row.len() as f32 + eps).sqrt()
}

#[inline(always)]
fn product_of(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [0.0; LANES];
    let (a, a_rest) = a.as_chunks::<LANES>();
    let (b, b_rest) = b.as_chunks::<LANES>();
    for (a, b) in a.iter().zip(b) {
        lanes = std::array::from_fn(|lane| lanes[lane] + a[lane] * b[lane]);
    }
    for (lane, (a, b)) in lanes.iter_mut().zip(a_rest.iter().zip(b_rest)) {
        *lane += a * b;
    }
    lanes.iter().sum()
}

#[inline(always)]
fn sum_of(row: &[f32]) -> f32 {
    let mut lanes = [0.0; LANES];
    let (chunks, rest) = row.as_chunks::<LANES>();
    for chunk in chunks {
        for lane in 0..LANES {
            lanes[lane] += chunk[lane];
        }
    }
    for (lane, value) in lanes.iter_mut().zip(rest) {
        *lane += value;
    }
    lanes.iter().sum()
}

/// `x σ(x)` (Elfwing et al. 2018).
#[inline(always)]
pub(super) fn silu(x: f32) -> f32 {
    x / (1.0 + exp(-x))
}

/// Scores into weights that sum to 1; what lies behind `length` becomes 0.
#[inline(always)]
pub(super) fn softmax(scores: &mut [f32], length: usize, scale: f32) {
    let top = top_of(&scores[..length]);
    // Whole vectors: what is too much of the last one is put aside below.
    let whole = length.next_multiple_of(LANES).min(scores.len());
    scores[length..whole].fill(top);
    for score in &mut scores[..whole] {
        *score = exp((*score - top) * scale);
    }
    scores[length..].fill(0.0);
    let factor = 1.0 / sum_of(&scores[..whole]);
    for score in &mut scores[..whole] {
        *score *= factor;
    }
}

/// The largest value; NaN counts as the least.
pub(crate) struct Largest<'a>(pub(crate) &'a [f32]);

impl WithSimd for Largest<'_> {
    type Output = f32;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> f32 {
        top_of(self.0)
    }
}

#[inline(always)]
fn top_of(values: &[f32]) -> f32 {
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
    let mut top = f32::NEG_INFINITY;
    for value in lanes.iter().chain(rest) {
        top = top.max(*value);
    }
    top
}

/// `exp((value - top) * factor)` of each into `out`; gives their sum.
pub(crate) struct Exponentials<'a> {
    pub(crate) values: &'a [f32],
    pub(crate) top: f32,
    pub(crate) factor: f32,
    pub(crate) out: &'a mut [f32],
}

impl WithSimd for Exponentials<'_> {
    type Output = f32;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> f32 {
        for (out, value) in self.out.iter_mut().zip(self.values) {
            *out = exp((value - self.top) * self.factor);
        }
        sum_of(self.out)
    }
}

/// `eˣ` within two units in the last place, as 2ⁿ times a polynomial on half a unit around 0.
///
/// The coefficients are those of Cephes' `expf`. Without branches, so that it runs on vectors.
#[inline(always)]
fn exp(x: f32) -> f32 {
    // Beyond these, the result is 0 or near the largest number.
    let x = x.clamp(-87.3, 88.0);
    let rounded = x * std::f32::consts::LOG2_E + ROUND;
    let n = rounded - ROUND;
    // ln 2 in two parts, so that the difference keeps its digits.
    let r = n.mul_add(-355.0 / 512.0, x);
    let r = n.mul_add(2.121_944_4e-4, r);
    let p = r.mul_add(1.987_569_1e-4, 1.398_2e-3);
    let p = p.mul_add(r, 8.333_452e-3);
    let p = p.mul_add(r, 4.166_579_6e-2);
    let p = p.mul_add(r, 1.666_666_5e-1);
    let p = p.mul_add(r, 0.5);
    let p = p.mul_add(r * r, r) + 1.0;
    // The last bits of `rounded` are `n`, of at most 127 in magnitude; a conversion, which minds NaN, takes the values
    // of a vector one by one.
    let power = rounded.to_bits().wrapping_sub(ROUND.to_bits() - 127) << 23;
    p * f32::from_bits(power)
}

/// Adding it leaves no bits for fractions.
const ROUND: f32 = 12_582_912.0;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulp::Arch;

    use super::*;

    proptest! {
        #[test]
        fn exp_is_that_of_the_library(x in -87.0_f32..88.0) {
            let exact = f64::from(x).exp();
            prop_assert!((f64::from(exp(x)) / exact - 1.0).abs() < 3e-7);
        }

        #[test]
        fn softmax_sums_to_one(mut scores in prop::collection::vec(-50.0_f32..50.0, 1..99)) {
            let length = scores.len().div_ceil(2);
            softmax(&mut scores, length, 0.3);
            prop_assert!((scores.iter().sum::<f32>() - 1.0).abs() < 1e-5);
            prop_assert!(scores[length..].iter().all(|it| it.to_bits() == 0));
        }
    }

    #[test]
    fn extremes_stay_finite() {
        for x in [f32::NEG_INFINITY, -1e30, 1e30, f32::INFINITY] {
            assert!(exp(x).is_finite());
        }
        assert!(exp(-1e30) < 1e-37);
        let mut scores = [1e30, -1e30, 0.0];
        softmax(&mut scores, 3, 1.0);
        assert!((scores[0] - 1.0).abs() < 1e-6);
    }

    #[test]
    fn the_largest_is_found_anywhere() {
        for place in 0..40 {
            let mut values = vec![-1.0; 40];
            values[place] = 2.0;
            values[(place + 1) % 40] = f32::NAN;
            assert!((Arch::new().dispatch(Largest(&values)) - 2.0).abs() < 1e-9);
        }
    }
}
