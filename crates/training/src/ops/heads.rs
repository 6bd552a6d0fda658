//! What happens to each head's query and key before attention: the norm of Qwen3, and rotation by
//! position (Su et al., "RoFormer", 2021; halves rotated against each other, as in GPT-NeoX).

use super::rms_norm::{rms_norm, rms_norm_backward};
use super::vectors::vectorized;

/// Cosines and sines by position.
#[derive(Debug, Clone)]
pub(crate) struct Rotation {
    cosines: Vec<f32>,
    sines: Vec<f32>,
    half: usize,
}

impl Rotation {
    /// A table for positions below `positions`. Angles are products of `f32`, as the models were
    /// trained with.
    pub(crate) fn new(head_dim: usize, theta: f64, positions: usize) -> Self {
        let half = head_dim / 2;
        let angles = (0..positions).flat_map(|position| {
            (0..half).map(move |index| {
                let frequency = theta.powf(-2.0 * index as f64 / head_dim as f64) as f32;
                f64::from(position as f32 * frequency)
            })
        });
        let (cosines, sines) = angles
            .map(|angle| (angle.cos() as f32, angle.sin() as f32))
            .unzip();
        Self {
            cosines,
            sines,
            half,
        }
    }

    /// Cosines and sines, each `positions x head_dim / 2`.
    #[cfg(any(test, feature = "cuda"))]
    pub(crate) fn into_tables(self) -> (Vec<f32>, Vec<f32>) {
        (self.cosines, self.sines)
    }

    fn at(&self, position: usize) -> (&[f32], &[f32]) {
        let row = position * self.half..(position + 1) * self.half;
        (&self.cosines[row.clone()], &self.sines[row])
    }
}

/// The heads of a layer. A row of its projections is queries, keys, values.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Heads {
    pub(crate) queries: usize,
    pub(crate) keys: usize,
    pub(crate) head_dim: usize,
    pub(crate) eps: f32,
}

impl Heads {
    /// The width of all queries.
    pub(crate) fn query_width(self) -> usize {
        self.queries * self.head_dim
    }

    /// The width of queries and keys.
    pub(crate) fn rotated_width(self) -> usize {
        (self.queries + self.keys) * self.head_dim
    }

    /// The width of queries, keys and values.
    pub(crate) fn projected_width(self) -> usize {
        (self.queries + 2 * self.keys) * self.head_dim
    }
}

/// The weights of the norms of queries and keys.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HeadNorms<'a> {
    pub(crate) query: &'a [f32],
    pub(crate) key: &'a [f32],
}

/// Writes queries and keys, normalised where the model does so and rotated, to `rotated`
/// (`tokens x rotated_width`), and the scales of the norms to `scales` (`tokens x heads`).
pub(crate) fn rotate(
    heads: Heads,
    rotation: &Rotation,
    norms: Option<HeadNorms>,
    positions: &[u32],
    projected: &[f32],
    rotated: &mut [f32],
    scales: &mut [f32],
) {
    let rows = projected
        .chunks_exact(heads.projected_width())
        .zip(rotated.chunks_exact_mut(heads.rotated_width()))
        .zip(scales.chunks_exact_mut(heads.queries + heads.keys));
    for (((projected, rotated), scales), &position) in rows.zip(positions) {
        let split = heads.query_width();
        if let Some(norms) = norms {
            let (queries, keys) = rotated.split_at_mut(split);
            let (query_scales, key_scales) = scales.split_at_mut(heads.queries);
            let raw_keys = &projected[split..split + keys.len()];
            rms_norm(
                &projected[..split],
                norms.query,
                heads.eps,
                queries,
                query_scales,
            );
            rms_norm(raw_keys, norms.key, heads.eps, keys, key_scales);
        } else {
            rotated.copy_from_slice(&projected[..heads.rotated_width()]);
        }
        let (cosines, sines) = rotation.at(position as usize);
        turn(rotated, heads.head_dim, cosines, sines, 1.0);
    }
}

/// The gradients of the norms' weights, to be added to.
#[derive(Debug)]
pub(crate) struct HeadNormGradients<'a> {
    pub(crate) query: &'a mut [f32],
    pub(crate) key: &'a mut [f32],
}

/// Turns `drotated` into the gradient of queries and keys in `dprojected`, whose values are left.
#[expect(
    clippy::too_many_arguments,
    reason = "the arguments of the forward pass and three gradients"
)]
pub(crate) fn rotate_backward(
    heads: Heads,
    rotation: &Rotation,
    norms: Option<HeadNorms>,
    positions: &[u32],
    projected: &[f32],
    scales: &[f32],
    drotated: &mut [f32],
    dprojected: &mut [f32],
    mut dnorms: Option<HeadNormGradients>,
) {
    let width = heads.rotated_width();
    let rows = projected
        .chunks_exact(heads.projected_width())
        .zip(dprojected.chunks_exact_mut(heads.projected_width()))
        .zip(drotated.chunks_exact_mut(width))
        .zip(scales.chunks_exact(heads.queries + heads.keys));
    for ((((projected, dprojected), drotated), scales), &position) in rows.zip(positions) {
        let (cosines, sines) = rotation.at(position as usize);
        turn(drotated, heads.head_dim, cosines, sines, -1.0);
        let Some(norms) = norms else {
            dprojected[..width].copy_from_slice(drotated);
            continue;
        };
        dprojected[..width].fill(0.0);
        let split = heads.query_width();
        let (query_scales, key_scales) = scales.split_at(heads.queries);
        let (dqueries, dkeys) = dprojected[..width].split_at_mut(split);
        let (dquery_norm, dkey_norm) = match &mut dnorms {
            Some(dnorms) => (Some(&mut *dnorms.query), Some(&mut *dnorms.key)),
            None => (None, None),
        };
        let (queries, keys) = projected[..width].split_at(split);
        let (turned_queries, turned_keys) = drotated.split_at(split);
        rms_norm_backward(
            queries,
            norms.query,
            query_scales,
            turned_queries,
            dqueries,
            dquery_norm,
        );
        rms_norm_backward(keys, norms.key, key_scales, turned_keys, dkeys, dkey_norm);
    }
}

/// Turns the two halves of every head against each other, back with `direction` -1.
fn turn(row: &mut [f32], head_dim: usize, cosines: &[f32], sines: &[f32], direction: f32) {
    vectorized(
        #[inline(always)]
        || {
            for head in row.chunks_exact_mut(head_dim) {
                let (low, high) = head.split_at_mut(head_dim / 2);
                let angles = cosines.iter().zip(sines);
                for ((low, high), (&cosine, &sine)) in low.iter_mut().zip(high).zip(angles) {
                    let sine = direction * sine;
                    let turned = *low * cosine - *high * sine;
                    *high = *high * cosine + *low * sine;
                    *low = turned;
                }
            }
        },
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::gradients::{assert_gradient, numbers};

    const HEADS: Heads = Heads {
        queries: 2,
        keys: 1,
        head_dim: 6,
        eps: 1e-6,
    };
    const POSITIONS: [u32; 3] = [0, 1, 5];

    fn forward(x: &[f32], norms: Option<HeadNorms>) -> (Vec<f32>, Vec<f32>) {
        let rotation = Rotation::new(HEADS.head_dim, 10_000.0, 6);
        let mut rotated = vec![0.0; 3 * HEADS.rotated_width()];
        let mut scales = vec![0.0; 9];
        rotate(
            HEADS,
            &rotation,
            norms,
            &POSITIONS,
            x,
            &mut rotated,
            &mut scales,
        );
        (rotated, scales)
    }

    #[test]
    fn position_0_is_not_turned_and_lengths_stay() {
        let x = numbers(1, 3 * HEADS.projected_width());
        let (rotated, _) = forward(&x, None);
        assert_eq!(rotated[..18], x[..18]);
        let length = |values: &[f32]| values.iter().map(|v| v * v).sum::<f32>().sqrt();
        assert!((length(&rotated[36..42]) - length(&x[48..54])).abs() < 1e-6);
        assert_ne!(rotated[36..54], x[48..66]);
    }

    #[test]
    fn the_gradients_are_those_of_finite_differences_with_norms_and_without() {
        let rotation = Rotation::new(HEADS.head_dim, 10_000.0, 6);
        let x = numbers(1, 3 * HEADS.projected_width());
        let dy = numbers(2, 3 * HEADS.rotated_width());
        let (query, key) = (numbers(3, 6), numbers(4, 6));
        let norms = HeadNorms {
            query: &query,
            key: &key,
        };
        for norms in [None, Some(norms)] {
            let (_, scales) = forward(&x, norms);
            let (mut drotated, mut dx) = (dy.clone(), vec![0.0; x.len()]);
            let (mut dquery, mut dkey) = (vec![0.0; 6], vec![0.0; 6]);
            let dnorms = norms.map(|_| HeadNormGradients {
                query: &mut dquery,
                key: &mut dkey,
            });
            rotate_backward(
                HEADS,
                &rotation,
                norms,
                &POSITIONS,
                &x,
                &scales,
                &mut drotated,
                &mut dx,
                dnorms,
            );
            assert_gradient(&x, &dy, &dx, |x| forward(x, norms).0);
            if norms.is_some() {
                assert_gradient(&query, &dy, &dquery, |query| {
                    forward(&x, Some(HeadNorms { query, key: &key })).0
                });
                assert_gradient(&key, &dy, &dkey, |key| {
                    forward(&x, Some(HeadNorms { query: &query, key })).0
                });
            }
        }
    }
}
