//! Root mean square normalisation: `y = x w / sqrt(mean(x^2) + eps)`, row by row.
//! Zhang and Sennrich, "Root Mean Square Layer Normalization" (2019).

use super::vectors::{sum_of, vectorized};

/// Writes the normalised rows of `x` (`rows x width`) to `y`, and to `scales` (`rows`) what each
/// row was multiplied with, which the gradient needs.
pub(crate) fn rms_norm(x: &[f32], weight: &[f32], eps: f32, y: &mut [f32], scales: &mut [f32]) {
    let width = weight.len();
    vectorized(
        #[inline(always)]
        || {
            let rows = x.chunks_exact(width).zip(y.chunks_exact_mut(width));
            for ((x, y), scale) in rows.zip(scales) {
                *scale = 1.0 / (sum_of(x, x, |a, b| a * b) / width as f32 + eps).sqrt();
                scaled(x, weight, *scale, y);
            }
        },
    );
}

/// The output of [`rms_norm`] again, from the scales it left.
pub(crate) fn renormalize(x: &[f32], weight: &[f32], scales: &[f32], y: &mut [f32]) {
    let width = weight.len();
    vectorized(
        #[inline(always)]
        || {
            let rows = x.chunks_exact(width).zip(y.chunks_exact_mut(width));
            for ((x, y), &scale) in rows.zip(scales) {
                scaled(x, weight, scale, y);
            }
        },
    );
}

/// Adds the gradient of `x` to `dx`, given that of the output, and that of the weight to `dweight`
/// where it is trained.
///
/// With `s` the scale, `dx = s (w dy - x s^2 mean(w dy x))` and `dw = sum over rows of s dy x`.
pub(crate) fn rms_norm_backward(
    x: &[f32],
    weight: &[f32],
    scales: &[f32],
    dy: &[f32],
    dx: &mut [f32],
    mut dweight: Option<&mut [f32]>,
) {
    let width = weight.len();
    vectorized(
        #[inline(always)]
        || {
            let rows = x.chunks_exact(width).zip(dy.chunks_exact(width));
            for (((x, dy), dx), &scale) in rows.zip(dx.chunks_exact_mut(width)).zip(scales) {
                gradient_of_row(x, weight, scale, dy, dx);
                if let Some(dweight) = dweight.as_deref_mut() {
                    for ((dw, &x), &dy) in dweight.iter_mut().zip(x).zip(dy) {
                        *dw += scale * dy * x;
                    }
                }
            }
        },
    );
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "target features end at a call")]
fn scaled(x: &[f32], weight: &[f32], scale: f32, y: &mut [f32]) {
    for ((y, &x), &w) in y.iter_mut().zip(x).zip(weight) {
        *y = x * scale * w;
    }
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "target features end at a call")]
fn gradient_of_row(x: &[f32], weight: &[f32], scale: f32, dy: &[f32], dx: &mut [f32]) {
    // In two steps, since a sum over three slices needs one of them made: w dy, kept nowhere.
    let mut lanes = [0.0_f32; 16];
    let (x_chunks, x_rest) = x.as_chunks::<16>();
    let (w_chunks, w_rest) = weight.as_chunks::<16>();
    let (dy_chunks, dy_rest) = dy.as_chunks::<16>();
    for ((x, w), dy) in x_chunks.iter().zip(w_chunks).zip(dy_chunks) {
        for lane in 0..16 {
            lanes[lane] += w[lane] * dy[lane] * x[lane];
        }
    }
    let mut dot: f32 = lanes.iter().sum();
    for ((&x, &w), &dy) in x_rest.iter().zip(w_rest).zip(dy_rest) {
        dot += w * dy * x;
    }
    let along = dot * scale * scale * scale / x.len() as f32;
    for (((dx, &x), &w), &dy) in dx.iter_mut().zip(x).zip(weight).zip(dy) {
        *dx += scale * w * dy - along * x;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::gradients::{assert_gradient, numbers};

    #[test]
    fn the_gradients_are_those_of_finite_differences() {
        let (rows, width) = (3, 21);
        let (x, weight, dy) = (
            numbers(1, rows * width),
            numbers(2, width),
            numbers(3, rows * width),
        );
        let forward = |x: &[f32], weight: &[f32]| {
            let (mut y, mut scales) = (vec![0.0; rows * width], vec![0.0; rows]);
            rms_norm(x, weight, 1e-6, &mut y, &mut scales);
            (y, scales)
        };
        let (y, scales) = forward(&x, &weight);
        let mut again = vec![0.0; y.len()];
        renormalize(&x, &weight, &scales, &mut again);
        assert_eq!(y, again);
        let (mut dx, mut dw) = (vec![0.0; x.len()], vec![0.0; width]);
        rms_norm_backward(&x, &weight, &scales, &dy, &mut dx, Some(&mut dw));
        assert_gradient(&x, &dy, &dx, |x| forward(x, &weight).0);
        assert_gradient(&weight, &dy, &dw, |weight| forward(&x, weight).0);
    }
}
