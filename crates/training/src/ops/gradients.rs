//! For tests: gradients by finite differences.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Numbers between -1 and 1.
pub(crate) fn numbers(seed: u64, count: usize) -> Vec<f32> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..count)
        .map(|_| (rng.next_u32() >> 8) as f32 / (1 << 23) as f32 - 1.0)
        .collect()
}

/// Asserts that `gradient` is that of `sum(dy * forward(x))` with respect to `x`, by central differences.
pub(crate) fn assert_gradient(
    x: &[f32],
    dy: &[f32],
    gradient: &[f32],
    forward: impl Fn(&[f32]) -> Vec<f32>,
) {
    let objective = |x: &[f32]| -> f64 {
        let pairs = forward(x).into_iter().zip(dy);
        pairs.map(|(y, &dy)| f64::from(y) * f64::from(dy)).sum()
    };
    let mut moved = x.to_vec();
    for index in 0..x.len() {
        let step = 1.0 / 128.0;
        moved[index] = x[index] + step;
        let above = objective(&moved);
        moved[index] = x[index] - step;
        let below = objective(&moved);
        moved[index] = x[index];
        let expected = (above - below) / (2.0 * f64::from(step));
        let got = f64::from(gradient[index]);
        assert!(
            (got - expected).abs() < 2e-3 * (1.0 + expected.abs()),
            "gradient {index}: {got} where differences give {expected}"
        );
    }
}
