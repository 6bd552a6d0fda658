use super::*;
use crate::ops::gradients::{assert_gradient, numbers};

const HEADS: Heads = Heads {
    queries: 4,
    keys: 2,
    head_dim: 3,
    eps: 1e-6,
};

fn forward(rotated: &[f32], projected: &[f32], segments: &[Range<usize>]) -> (Vec<f32>, Vec<f32>) {
    let tokens = rotated.len() / HEADS.rotated_width();
    let mut out = vec![0.0; tokens * HEADS.query_width()];
    let mut normalizers = vec![0.0; tokens * HEADS.queries];
    let inputs = Inputs {
        heads: HEADS,
        rotated,
        projected,
    };
    let (multiplier, mut scratch) = (Multiplier::new(1), Scratch::default());
    attention(
        inputs,
        segments,
        multiplier,
        &mut scratch,
        &mut out,
        &mut normalizers,
    );
    (out, normalizers)
}

/// Attention of one query as the definition has it.
fn definition(
    rotated: &[f32],
    projected: &[f32],
    head: usize,
    token: usize,
    first: usize,
) -> Vec<f64> {
    let at = |values: &[f32], row: usize, width: usize, head: usize| -> Vec<f64> {
        let head = &values[row * width + head * 3..][..3];
        head.iter().map(|&v| f64::from(v)).collect()
    };
    let query = at(rotated, token, HEADS.rotated_width(), head);
    let weights: Vec<f64> = (first..=token)
        .map(|other| {
            let key = at(rotated, other, HEADS.rotated_width(), 4 + head / 2);
            let dot: f64 = query.iter().zip(key).map(|(a, b)| a * b).sum();
            (dot / 3_f64.sqrt()).exp()
        })
        .collect();
    let mut out = vec![0.0; 3];
    for (other, weight) in (first..=token).zip(&weights) {
        let value = at(projected, other, HEADS.projected_width(), 6 + head / 2);
        for (out, value) in out.iter_mut().zip(value) {
            *out += value * weight / weights.iter().sum::<f64>();
        }
    }
    out
}

#[test]
fn every_query_attends_to_its_own_segment_up_to_itself() {
    let tokens = 150;
    let rotated: Vec<f32> = numbers(1, tokens * HEADS.rotated_width());
    let projected = numbers(2, tokens * HEADS.projected_width());
    let (out, _) = forward(&rotated, &projected, &[0..7, 7..150]);
    for (token, first) in [(0, 0), (6, 0), (7, 7), (8, 7), (70, 7), (71, 7), (149, 7)] {
        for head in 0..4 {
            let expected = definition(&rotated, &projected, head, token, first);
            let got = &out[token * 12 + head * 3..][..3];
            for (got, expected) in got.iter().zip(expected) {
                assert!(
                    (f64::from(*got) - expected).abs() < 1e-6,
                    "token {token} head {head}"
                );
            }
        }
    }
}

#[test]
fn the_gradients_are_those_of_finite_differences_over_blocks_and_segments() {
    for segments in [vec![0..2, 2..7], vec![0..66, 66..67]] {
        let tokens = segments.last().unwrap().end;
        let rotated = numbers(1, tokens * HEADS.rotated_width());
        let projected = numbers(2, tokens * HEADS.projected_width());
        let dout = numbers(3, tokens * HEADS.query_width());
        let (out, normalizers) = forward(&rotated, &projected, &segments);
        let mut drotated = vec![9.0; rotated.len()];
        let mut dprojected = vec![9.0; projected.len()];
        attention_backward(
            Inputs {
                heads: HEADS,
                rotated: &rotated,
                projected: &projected,
            },
            &segments,
            Multiplier::new(1),
            &mut Scratch::default(),
            Attended {
                out: &out,
                normalizers: &normalizers,
                dout: &dout,
            },
            &mut drotated,
            &mut dprojected,
        );
        for row in dprojected.chunks_exact_mut(HEADS.projected_width()) {
            assert_eq!(
                row[..18],
                [9.0; 18],
                "only the columns of values are written"
            );
            row[..18].fill(0.0);
        }
        assert_gradient(&rotated, &dout, &drotated, |x| {
            forward(x, &projected, &segments).0
        });
        assert_gradient(&projected, &dout, &dprojected, |x| {
            forward(&rotated, x, &segments).0
        });
    }
}
