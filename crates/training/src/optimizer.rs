//! AdamW in place. Loshchilov and Hutter, "Decoupled Weight Decay Regularization" (2019).

use rayon::prelude::*;

use crate::ops::vectors::{sum_of, vectorized};
use crate::parameters::Tensor;
use crate::settings::Settings;

/// Values that one task updates or sums. The same for any number of threads, so sums are the same bits.
const CHUNK: usize = 1 << 14;

/// The moments of the gradient of all that is trained.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Moments {
    pub(crate) first: Vec<f32>,
    pub(crate) second: Vec<f32>,
    /// Updates made so far.
    pub(crate) updates: u64,
}

impl Moments {
    pub(crate) fn new(values: usize) -> Self {
        Self {
            first: vec![0.0; values],
            second: vec![0.0; values],
            updates: 0,
        }
    }
}

/// What an update multiplies with. Computed in double precision, applied in single.
#[derive(Debug, Clone, Copy)]
struct Factors {
    beta1: f32,
    beta2: f32,
    epsilon: f32,
    /// `learning_rate / (1 - beta1^t)`.
    rate: f32,
    /// `1 / sqrt(1 - beta2^t)`.
    correction: f32,
    /// What clipping multiplies the gradient with.
    clip: f32,
}

/// Updates `values` by the gradient, scaled down to the norm that the settings allow.
///
/// `tensors` are those of `values`, which begin at `first` among all parameters. With `g` the
/// clipped gradient: `m = b1 m + (1 - b1) g`, `v = b2 v + (1 - b2) g^2`,
/// `w = w (1 - lr decay) - lr m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + eps)`; norms and biases do not decay.
pub(crate) fn update<'a>(
    moments: &mut Moments,
    settings: &Settings,
    learning_rate: f64,
    norm: f64,
    tensors: impl Iterator<Item = &'a Tensor>,
    values: &mut [f32],
    gradient: &[f32],
) {
    moments.updates += 1;
    let updates = i32::try_from(moments.updates).unwrap_or(i32::MAX);
    let factors = Factors {
        beta1: settings.beta1 as f32,
        beta2: settings.beta2 as f32,
        epsilon: settings.epsilon as f32,
        rate: (learning_rate / (1.0 - settings.beta1.powi(updates))) as f32,
        correction: (1.0 / (1.0 - settings.beta2.powi(updates)).sqrt()) as f32,
        clip: clip(norm, settings.max_grad_norm) as f32,
    };
    let decay = (1.0 - learning_rate * settings.weight_decay) as f32;
    let mut start = 0;
    for tensor in tensors {
        let range = start..start + tensor.range.len();
        start = range.end;
        let decay = if tensor.decays { decay } else { 1.0 };
        let chunks = values[range.clone()]
            .par_chunks_mut(CHUNK)
            .zip(gradient[range.clone()].par_chunks(CHUNK))
            .zip(moments.first[range.clone()].par_chunks_mut(CHUNK))
            .zip(moments.second[range].par_chunks_mut(CHUNK));
        chunks.for_each(|(((values, gradient), first), second)| {
            update_chunk(factors, decay, values, gradient, first, second);
        });
    }
}

/// The factor that scales a gradient of this norm to at most `most`.
fn clip(norm: f64, most: f64) -> f64 {
    (most / (norm + 1e-6)).min(1.0)
}

fn update_chunk(
    factors: Factors,
    decay: f32,
    values: &mut [f32],
    gradient: &[f32],
    first: &mut [f32],
    second: &mut [f32],
) {
    vectorized(
        #[inline(always)]
        || {
            let moments = first.iter_mut().zip(second);
            for ((value, &gradient), (first, second)) in
                values.iter_mut().zip(gradient).zip(moments)
            {
                let gradient = gradient * factors.clip;
                *first += (1.0 - factors.beta1) * (gradient - *first);
                *second = factors.beta2 * *second + (1.0 - factors.beta2) * gradient * gradient;
                let deviation = second.sqrt() * factors.correction + factors.epsilon;
                *value = *value * decay - factors.rate * *first / deviation;
            }
        },
    );
}

/// The Euclidean norm of all values.
pub(crate) fn norm(values: &[f32]) -> f64 {
    let squares: Vec<f64> = values.par_chunks(CHUNK).map(sum_of_squares).collect();
    squares.iter().sum::<f64>().sqrt()
}

fn sum_of_squares(values: &[f32]) -> f64 {
    vectorized(
        #[inline(always)]
        || {
            let pieces = values.chunks(1024);
            pieces
                .map(|piece| f64::from(sum_of(piece, piece, |a, b| a * b)))
                .sum()
        },
    )
}

/// Adds the values of `others` to `sums`, in their order.
pub(crate) fn add_all(sums: &mut [f32], others: &[&[f32]]) {
    let chunks = sums.par_chunks_mut(CHUNK).enumerate();
    chunks.for_each(|(index, sums)| {
        for other in others {
            let other = &other[index * CHUNK..][..sums.len()];
            for (sum, value) in sums.iter_mut().zip(other) {
                *sum += value;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tensor(range: std::ops::Range<usize>, decays: bool) -> Tensor {
        Tensor {
            name: String::new(),
            shape: Vec::new(),
            range,
            decays,
        }
    }

    fn settings() -> Settings {
        Settings {
            weight_decay: 0.5,
            max_grad_norm: 1.0,
            epsilon: 1e-8,
            ..Settings::default()
        }
    }

    #[test]
    fn the_first_update_moves_by_the_learning_rate_and_only_matrices_decay() {
        let mut moments = Moments::new(3);
        let mut values = vec![1.0, 1.0, 1.0];
        let tensors = [tensor(10..12, true), tensor(12..13, false)];
        let gradient = [0.1, -0.1, 0.1];
        update(
            &mut moments,
            &settings(),
            0.01,
            0.2,
            tensors.iter(),
            &mut values,
            &gradient,
        );
        for (value, expected) in values.iter().zip([0.995 - 0.01, 0.995 + 0.01, 1.0 - 0.01]) {
            assert!((value - expected).abs() < 1e-6, "{values:?}");
        }
    }

    #[test]
    fn a_long_gradient_is_scaled_to_the_largest_norm() {
        let moments = |gradient: &[f32]| {
            let mut moments = Moments::new(2);
            let norm = norm(gradient);
            let tensors = [tensor(0..2, false)];
            update(
                &mut moments,
                &settings(),
                0.01,
                norm,
                tensors.iter(),
                &mut [0.0; 2],
                gradient,
            );
            moments.first
        };
        let (long, short) = (moments(&[30.0, 40.0]), moments(&[0.6, 0.8]));
        for (long, short) in long.iter().zip(short) {
            assert!((long - short).abs() < 1e-6);
        }
        assert!(
            (moments(&[0.03, 0.04])[0] - 0.003).abs() < 1e-8,
            "a short one is not"
        );
    }

    #[test]
    fn norms_and_sums_reach_over_all_chunks() {
        let values = vec![0.5; 3 * CHUNK + 7];
        assert!((norm(&values) - (0.25 * values.len() as f64).sqrt()).abs() < 1e-9);
        let mut sums = values.clone();
        add_all(&mut sums, &[&values, &values]);
        assert!(sums.iter().all(|&sum| sum == 1.5));
        assert!(norm(&[1.0, f32::NAN]).is_nan());
    }
}
