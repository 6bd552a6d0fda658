//! The last product and the cross-entropy of its softmax as one operation: forward and backward for
//! a chunk of tokens at a time, so that logits of all tokens never exist together. Tokens that
//! count nothing are not multiplied at all. Hsu et al., "Liger Kernel" (2024).

use super::product::{Matrix, MatrixMut, Multiplier, Write};
use super::vectors::{exponentials, largest, vectorized};

/// Logits that may exist at once; at least [`LEAST_ROWS`] rows of them do.
const LOGITS: usize = 1 << 18;
const LEAST_ROWS: usize = 16;

/// What is to be predicted after each token.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Targets<'a> {
    pub(crate) tokens: &'a [u32],
    /// How much each counts in the loss; 0 for those that are not learnt.
    pub(crate) weights: &'a [f32],
}

/// Memory for a chunk.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    chosen: Vec<usize>,
    hidden: Vec<f32>,
    logits: Vec<f32>,
}

/// Returns the sum over tokens of `-weight ln softmax(hidden table^T)[target]`, writes the gradient
/// of `hidden` (`tokens x width`) and adds that of `table` (`vocabulary x width`) where it is trained.
#[expect(
    clippy::too_many_arguments,
    reason = "two operands with their gradients, and where to work"
)]
pub(crate) fn cross_entropy(
    hidden: &[f32],
    table: &[f32],
    width: usize,
    targets: Targets,
    multiplier: Multiplier,
    scratch: &mut Scratch,
    dhidden: &mut [f32],
    mut dtable: Option<&mut [f32]>,
) -> f64 {
    let vocabulary = table.len() / width;
    let rows = (LOGITS / vocabulary.max(1)).max(LEAST_ROWS);
    let Scratch {
        chosen,
        hidden: gathered,
        logits,
    } = scratch;
    chosen.clear();
    chosen.extend((0..targets.weights.len()).filter(|&token| targets.weights[token] != 0.0));
    dhidden.fill(0.0);
    let table = Matrix::new(table, width);
    let mut loss = 0.0;
    for chosen in chosen.chunks(rows) {
        gathered.clear();
        for &token in chosen {
            gathered.extend_from_slice(&hidden[token * width..][..width]);
        }
        logits.resize(chosen.len() * vocabulary, 0.0);
        let rows = Matrix::new(gathered, width);
        multiplier.product(
            MatrixMut::new(logits, vocabulary),
            Write::Replace,
            rows,
            table.t(),
        );
        loss += losses(logits, vocabulary, chosen, targets);
        let dlogits = Matrix::new(logits, vocabulary);
        if let Some(dtable) = dtable.as_deref_mut() {
            multiplier.product(MatrixMut::new(dtable, width), Write::Add, dlogits.t(), rows);
        }
        multiplier.product(
            MatrixMut::new(gathered, width),
            Write::Replace,
            dlogits,
            table,
        );
        for (row, &token) in gathered.chunks_exact(width).zip(chosen) {
            dhidden[token * width..][..width].copy_from_slice(row);
        }
    }
    loss
}

/// Replaces rows of logits by their gradients, `weight (softmax - one_hot(target))`, and returns
/// their loss.
fn losses(logits: &mut [f32], vocabulary: usize, chosen: &[usize], targets: Targets) -> f64 {
    let mut loss = 0.0;
    vectorized(
        #[inline(always)]
        || {
            for (row, &token) in logits.chunks_exact_mut(vocabulary).zip(chosen) {
                let weight = targets.weights[token];
                let target = targets.tokens[token] as usize;
                let shift = largest(row);
                let aim = row[target] - shift;
                let sum = exponentials(row, shift);
                loss += f64::from(weight) * f64::from(sum.ln() - aim);
                let factor = weight / sum;
                for value in row.iter_mut() {
                    *value *= factor;
                }
                row[target] -= weight;
            }
        },
    );
    loss
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::gradients::{assert_gradient, numbers};

    const WIDTH: usize = 3;
    const VOCABULARY: usize = 9;

    fn run(hidden: &[f32], table: &[f32], weights: &[f32]) -> (f64, Vec<f32>, Vec<f32>) {
        let tokens: Vec<u32> = (0..weights.len() as u32)
            .map(|token| token * 5 % 9)
            .collect();
        let mut dhidden = vec![9.0; hidden.len()];
        let mut dtable = vec![0.0; table.len()];
        let targets = Targets {
            tokens: &tokens,
            weights,
        };
        let loss = cross_entropy(
            hidden,
            table,
            WIDTH,
            targets,
            Multiplier::new(1),
            &mut Scratch::default(),
            &mut dhidden,
            Some(&mut dtable),
        );
        (loss, dhidden, dtable)
    }

    #[test]
    fn equal_logits_cost_the_logarithm_of_the_vocabulary() {
        let (loss, ..) = run(&[1.0; 6], &[0.5; 27], &[0.25, 0.75]);
        assert!((loss - 9_f64.ln()).abs() < 1e-6, "{loss}");
    }

    #[test]
    fn the_gradients_are_those_of_finite_differences_and_weight_0_counts_nothing() {
        let weights = [0.5, 0.0, 1.5, 0.0];
        let hidden = numbers(1, weights.len() * WIDTH);
        let table = numbers(2, VOCABULARY * WIDTH);
        let (_, dhidden, dtable) = run(&hidden, &table, &weights);
        assert_eq!(dhidden[3..6], [0.0; 3]);
        let loss = |hidden: &[f32], table: &[f32]| vec![run(hidden, table, &weights).0 as f32];
        assert_gradient(&hidden, &[1.0], &dhidden, |hidden| loss(hidden, &table));
        assert_gradient(&table, &[1.0], &dtable, |table| loss(&hidden, table));
    }

    #[test]
    fn chunks_give_what_one_piece_gives() {
        let count = LEAST_ROWS * 3 + 1;
        let vocabulary = LOGITS / LEAST_ROWS;
        let hidden = numbers(1, count);
        let table = numbers(2, vocabulary);
        let tokens: Vec<u32> = (0..count as u32)
            .map(|token| token * 977 % vocabulary as u32)
            .collect();
        let loss = |range: std::ops::Range<usize>| {
            let mut dhidden = vec![0.0; range.len()];
            let targets = Targets {
                tokens: &tokens[range.clone()],
                weights: &vec![1.0; range.len()],
            };
            let scratch = &mut Scratch::default();
            let multiplier = Multiplier::new(1);
            let hidden = &hidden[range];
            cross_entropy(
                hidden,
                &table,
                1,
                targets,
                multiplier,
                scratch,
                &mut dhidden,
                None,
            )
        };
        let pieces: f64 = (0..count).map(|token| loss(token..token + 1)).sum();
        assert!((loss(0..count) / pieces - 1.0).abs() < 1e-6);
    }

    #[test]
    fn a_hidden_state_that_is_no_number_gives_a_loss_that_is_none() {
        let (loss, ..) = run(&[f32::NAN, 1.0, 1.0], &numbers(2, 27), &[1.0]);
        assert!(loss.is_nan());
    }
}
