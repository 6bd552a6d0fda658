//! Causal attention within segments, a block of queries at a time: no more than a block of
//! probabilities exists at once, and the backward pass makes them again from the logarithms of
//! their sums. Dao et al., "FlashAttention" (2022); grouped queries after Ainslie et al., "GQA" (2023).

use std::ops::Range;

use super::heads::Heads;
use super::product::{Matrix, MatrixMut, Multiplier, Write};
use super::vectors::{exp, exponentials, largest, sum_of, vectorized};

/// Queries that are looked at together.
const BLOCK: usize = 64;

/// Queries and keys after rotation, and the projections, which hold the values.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Inputs<'a> {
    pub(crate) heads: Heads,
    /// `tokens x rotated_width`.
    pub(crate) rotated: &'a [f32],
    /// `tokens x projected_width`.
    pub(crate) projected: &'a [f32],
}

impl<'a> Inputs<'a> {
    fn scale(&self) -> f32 {
        1.0 / (self.heads.head_dim as f32).sqrt()
    }

    fn query(&self, head: usize, tokens: Range<usize>) -> Matrix<'a> {
        self.rotated(head, tokens)
    }

    fn key(&self, head: usize, tokens: Range<usize>) -> Matrix<'a> {
        let group = self.heads.queries / self.heads.keys;
        self.rotated(self.heads.queries + head / group, tokens)
    }

    fn value(&self, head: usize, tokens: Range<usize>) -> Matrix<'a> {
        let Heads {
            queries,
            keys,
            head_dim,
            ..
        } = self.heads;
        let column = (queries + keys + head / (queries / keys)) * head_dim;
        let stride = self.heads.projected_width();
        let values = &self.projected[tokens.start * stride + column..];
        Matrix::strided(values, tokens.len(), head_dim, stride)
    }

    fn rotated(&self, head: usize, tokens: Range<usize>) -> Matrix<'a> {
        let stride = self.heads.rotated_width();
        let values = &self.rotated[tokens.start * stride + head * self.heads.head_dim..];
        Matrix::strided(values, tokens.len(), self.heads.head_dim, stride)
    }
}

/// The columns of one head in rows of all heads.
fn columns(values: &[f32], heads: Heads, head: usize, tokens: Range<usize>) -> Matrix<'_> {
    let stride = heads.query_width();
    let values = &values[tokens.start * stride + head * heads.head_dim..];
    Matrix::strided(values, tokens.len(), heads.head_dim, stride)
}

/// Memory for the blocks of scores.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    scores: Vec<f32>,
    gradients: Vec<f32>,
}

/// Writes the attended values (`tokens x query_width`), and the logarithms of the sums of
/// exponentials to `normalizers` (`heads x tokens`). Segments are ranges of tokens that see
/// themselves only.
pub(crate) fn attention(
    inputs: Inputs,
    segments: &[Range<usize>],
    multiplier: Multiplier,
    scratch: &mut Scratch,
    out: &mut [f32],
    normalizers: &mut [f32],
) {
    let tokens = out.len() / inputs.heads.query_width();
    for segment in segments {
        for head in 0..inputs.heads.queries {
            let normalizers = &mut normalizers[head * tokens..][..tokens];
            for block in blocks(segment) {
                attend(&inputs, head, &block, multiplier, scratch, out, normalizers);
            }
        }
    }
}

/// A block of queries, and all keys that any of them sees.
struct Block {
    queries: Range<usize>,
    keys: Range<usize>,
}

impl Block {
    /// How many keys the query at `row` of the block sees.
    fn seen(&self, row: usize) -> usize {
        self.queries.start + row + 1 - self.keys.start
    }
}

fn blocks(segment: &Range<usize>) -> impl Iterator<Item = Block> + use<> {
    let segment = segment.clone();
    segment.clone().step_by(BLOCK).map(move |start| {
        let end = (start + BLOCK).min(segment.end);
        Block {
            queries: start..end,
            keys: segment.start..end,
        }
    })
}

fn attend(
    inputs: &Inputs,
    head: usize,
    block: &Block,
    multiplier: Multiplier,
    scratch: &mut Scratch,
    out: &mut [f32],
    normalizers: &mut [f32],
) {
    let (rows, keys) = (block.queries.len(), block.keys.len());
    let scores = sized(&mut scratch.scores, rows * keys);
    let query = inputs.query(head, block.queries.clone());
    let key = inputs.key(head, block.keys.clone());
    multiplier.scaled(
        MatrixMut::new(scores, keys),
        Write::Replace,
        inputs.scale(),
        query,
        key.t(),
    );
    let mut sums = [0.0_f32; BLOCK];
    vectorized(
        #[inline(always)]
        || {
            for (row, scores) in scores.chunks_exact_mut(keys).enumerate() {
                let (seen, hidden) = scores.split_at_mut(block.seen(row));
                let shift = largest(seen);
                sums[row] = exponentials(seen, shift);
                hidden.fill(0.0);
                normalizers[block.queries.start + row] = shift + sums[row].ln();
            }
        },
    );
    let Heads { head_dim, .. } = inputs.heads;
    let stride = inputs.heads.query_width();
    let out = &mut out[block.queries.start * stride + head * head_dim..];
    let value = inputs.value(head, block.keys.clone());
    multiplier.product(
        MatrixMut::strided(out, rows, head_dim, stride),
        Write::Replace,
        Matrix::new(scores, keys),
        value,
    );
    for (row, sum) in out.chunks_mut(stride).zip(&sums[..rows]) {
        let factor = 1.0 / sum;
        for value in &mut row[..head_dim] {
            *value *= factor;
        }
    }
}

/// What the backward pass of attention needs besides its inputs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attended<'a> {
    pub(crate) out: &'a [f32],
    pub(crate) normalizers: &'a [f32],
    /// The gradient of `out`.
    pub(crate) dout: &'a [f32],
}

/// Writes the gradients of queries and keys to `drotated`, and that of values to their columns of
/// `dprojected`.
pub(crate) fn attention_backward(
    inputs: Inputs,
    segments: &[Range<usize>],
    multiplier: Multiplier,
    scratch: &mut Scratch,
    attended: Attended,
    drotated: &mut [f32],
    dprojected: &mut [f32],
) {
    let heads = inputs.heads;
    drotated.fill(0.0);
    for row in dprojected.chunks_exact_mut(heads.projected_width()) {
        row[heads.rotated_width()..].fill(0.0);
    }
    for segment in segments {
        for head in 0..heads.queries {
            for block in blocks(segment) {
                let mut backward = Backward {
                    inputs,
                    attended,
                    multiplier,
                    head,
                    block,
                };
                backward.probabilities(scratch);
                backward.accumulate(scratch, drotated, dprojected);
            }
        }
    }
}

struct Backward<'a> {
    inputs: Inputs<'a>,
    attended: Attended<'a>,
    multiplier: Multiplier,
    head: usize,
    block: Block,
}

impl Backward<'_> {
    /// Leaves the probabilities in `scores` and the gradients of the scores in `gradients`:
    /// `dS = P (dP - sum(dO O)) scale`.
    fn probabilities(&mut self, scratch: &mut Scratch) {
        let Self {
            inputs,
            attended,
            head,
            block,
            multiplier,
        } = self;
        let (rows, keys) = (block.queries.len(), block.keys.len());
        let scores = sized(&mut scratch.scores, rows * keys);
        let gradients = sized(&mut scratch.gradients, rows * keys);
        let query = inputs.query(*head, block.queries.clone());
        let key = inputs.key(*head, block.keys.clone());
        let value = inputs.value(*head, block.keys.clone());
        let dout = columns(attended.dout, inputs.heads, *head, block.queries.clone());
        let scale = inputs.scale();
        multiplier.scaled(
            MatrixMut::new(scores, keys),
            Write::Replace,
            scale,
            query,
            key.t(),
        );
        multiplier.product(
            MatrixMut::new(gradients, keys),
            Write::Replace,
            dout,
            value.t(),
        );
        let (stride, head_dim) = (inputs.heads.query_width(), inputs.heads.head_dim);
        let tokens = attended.out.len() / stride;
        let normalizers = &attended.normalizers[*head * tokens..][..tokens];
        vectorized(
            #[inline(always)]
            || {
                let pairs = scores
                    .chunks_exact_mut(keys)
                    .zip(gradients.chunks_exact_mut(keys));
                for (row, (scores, gradients)) in pairs.enumerate() {
                    let token = block.queries.start + row;
                    let columns = token * stride + *head * head_dim..;
                    let out = &attended.out[columns.clone()][..head_dim];
                    let dout = &attended.dout[columns][..head_dim];
                    let along = sum_of(out, dout, |a, b| a * b);
                    let (scores, unseen) = scores.split_at_mut(block.seen(row));
                    let (gradients, blind) = gradients.split_at_mut(block.seen(row));
                    for (score, gradient) in scores.iter_mut().zip(gradients) {
                        *score = exp(*score - normalizers[token]);
                        *gradient = *score * (*gradient - along) * scale;
                    }
                    unseen.fill(0.0);
                    blind.fill(0.0);
                }
            },
        );
    }

    /// Adds what the block gives to the gradients of queries, keys and values.
    fn accumulate(&self, scratch: &Scratch, drotated: &mut [f32], dprojected: &mut [f32]) {
        let Self {
            inputs,
            attended,
            head,
            block,
            multiplier,
        } = self;
        let (rows, keys) = (block.queries.len(), block.keys.len());
        let Heads {
            queries,
            head_dim,
            keys: key_heads,
            ..
        } = inputs.heads;
        let probabilities = Matrix::new(&scratch.scores[..rows * keys], keys);
        let gradients = Matrix::new(&scratch.gradients[..rows * keys], keys);
        let stride = inputs.heads.rotated_width();
        let key_head = queries + head / (queries / key_heads);
        let dquery = &mut drotated[block.queries.start * stride + head * head_dim..];
        multiplier.product(
            MatrixMut::strided(dquery, rows, head_dim, stride),
            Write::Add,
            gradients,
            inputs.key(*head, block.keys.clone()),
        );
        let dkey = &mut drotated[block.keys.start * stride + key_head * head_dim..];
        multiplier.product(
            MatrixMut::strided(dkey, keys, head_dim, stride),
            Write::Add,
            gradients.t(),
            inputs.query(*head, block.queries.clone()),
        );
        let stride = inputs.heads.projected_width();
        let column = (key_head + key_heads) * head_dim;
        let dvalue = &mut dprojected[block.keys.start * stride + column..];
        multiplier.product(
            MatrixMut::strided(dvalue, keys, head_dim, stride),
            Write::Add,
            probabilities.t(),
            columns(attended.dout, inputs.heads, *head, block.queries.clone()),
        );
    }
}

/// The first `length` values, made if there are fewer.
fn sized(values: &mut Vec<f32>, length: usize) -> &mut [f32] {
    if values.len() < length {
        values.resize(length, 0.0);
    }
    &mut values[..length]
}

#[cfg(test)]
mod tests;
