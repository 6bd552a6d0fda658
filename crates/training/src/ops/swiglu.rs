//! The gated activation `silu(gate) * up`, `silu(x) = x / (1 + e^-x)`. Shazeer, "GLU Variants
//! Improve Transformer" (2020).

use super::vectors::{sigmoid, vectorized};

/// Writes the activations (`rows x width`) of `gate_up` (`rows x 2 width`: gates, then ups).
pub(crate) fn swiglu(gate_up: &[f32], width: usize, activations: &mut [f32]) {
    vectorized(
        #[inline(always)]
        || {
            let rows = gate_up.chunks_exact(2 * width);
            for (row, out) in rows.zip(activations.chunks_exact_mut(width)) {
                let (gate, up) = row.split_at(width);
                for ((out, &gate), &up) in out.iter_mut().zip(gate).zip(up) {
                    *out = gate * sigmoid(gate) * up;
                }
            }
        },
    );
}

/// Replaces `gate_up` by its gradient and `gradient`, that of the activations, by the activations,
/// which the gradient of the next weight needs: both are in reach here, and neither was kept.
pub(crate) fn swiglu_backward(gate_up: &mut [f32], width: usize, gradient: &mut [f32]) {
    vectorized(
        #[inline(always)]
        || {
            let rows = gate_up.chunks_exact_mut(2 * width);
            for (row, exchanged) in rows.zip(gradient.chunks_exact_mut(width)) {
                let (gate, up) = row.split_at_mut(width);
                for ((exchanged, gate), up) in exchanged.iter_mut().zip(gate).zip(up) {
                    let sigmoid = sigmoid(*gate);
                    let silu = *gate * sigmoid;
                    let activation = silu * *up;
                    *gate = *exchanged * *up * (sigmoid + silu * (1.0 - sigmoid));
                    *up = *exchanged * silu;
                    *exchanged = activation;
                }
            }
        },
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::gradients::{assert_gradient, numbers};

    #[test]
    fn the_gradient_is_that_of_finite_differences_and_the_activations_return() {
        let (rows, width) = (3, 19);
        let x: Vec<f32> = numbers(1, rows * 2 * width)
            .iter()
            .map(|v| v * 4.0)
            .collect();
        let dy = numbers(2, rows * width);
        let forward = |x: &[f32]| {
            let mut y = vec![0.0; rows * width];
            swiglu(x, width, &mut y);
            y
        };
        let (mut dx, mut exchanged) = (x.clone(), dy.clone());
        swiglu_backward(&mut dx, width, &mut exchanged);
        assert_eq!(exchanged, forward(&x));
        assert_gradient(&x, &dy, &dx, forward);
    }
}
