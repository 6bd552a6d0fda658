//! Rotary positions (Su et al. 2021), the halves of a head turned against each other.

/// The turns of a head's pairs, by the base of the angles.
#[derive(Debug)]
pub(super) struct Rotary {
    frequencies: Vec<f32>,
}

// === impl Rotary ===

impl Rotary {
    pub(super) fn new(head_dim: usize, theta: f64) -> Self {
        // Power and quotient are each rounded to single precision, as in the models' own training:
        // far into a text, a last digit more would turn the heads another way.
        let power = |pair: usize| theta.powf(2.0 * pair as f64 / head_dim as f64) as f32;
        let frequency = |pair| 1.0 / power(pair);
        Self {
            frequencies: (0..head_dim / 2).map(frequency).collect(),
        }
    }

    /// Appends the cosines of a position, then its sines.
    pub(super) fn turns(&self, position: usize, turns: &mut Vec<f32>) {
        // The angle is rounded to single precision, as in the models' own training.
        let angles = self.frequencies.iter().map(|it| position as f32 * it);
        turns.extend(angles.clone().map(f32::cos));
        turns.extend(angles.map(f32::sin));
    }
}

/// Turns a head by the cosines and sines of its position.
#[inline(always)]
pub(super) fn turn(head: &mut [f32], turns: &[f32]) {
    let half = head.len() / 2;
    let (cosines, sines) = turns.split_at(half);
    let (first, second) = head.split_at_mut(half);
    let pairs = first.iter_mut().zip(second);
    for ((a, b), (cosine, sine)) in pairs.zip(cosines.iter().zip(sines)) {
        (*a, *b) = (*a * cosine - *b * sine, *b * cosine + *a * sine);
    }
}
