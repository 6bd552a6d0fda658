//! Causal attention of new positions to those in the cache (grouped queries: Ainslie et al. 2023).

use pulp::{Simd, WithSimd};

use super::cache::{BlockSize, Cache, POSITIONS};
use super::elementwise::softmax;
use super::kernel::{GROUP, Panel, Product, Rows, Target};
use super::layer::room;

/// Rows of queries that go through the keys together.
const ROWS: usize = 8;

/// One head of keys and values with all queries that share it, of one sequence.
pub(super) struct Attention<'a> {
    pub(super) cache: &'a Cache,
    pub(super) size: BlockSize,
    pub(super) layer: usize,
    pub(super) head: usize,
    /// By position, then query head of the group: `head_dim` values each.
    pub(super) queries: &'a [f32],
    /// Query heads that share the keys.
    pub(super) group: usize,
    /// The position of the first queries; keys up to the last are in the cache.
    pub(super) start: usize,
    /// As `queries`.
    pub(super) out: &'a mut [f32],
    pub(super) scratch: &'a mut AttentionScratch,
}

/// Room that is used again.
#[derive(Debug, Default)]
pub(super) struct AttentionScratch {
    scores: Vec<f32>,
    sums: Vec<f32>,
}

impl WithSimd for Attention<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let dim = self.size.head_dim();
        let count = self.queries.len() / dim;
        let mut first = 0;
        while first < count {
            let rows = ROWS.min(count - first);
            self.tile(simd, first, rows);
            first += rows;
        }
    }
}

impl Attention<'_> {
    /// A few rows of queries, from scores to sums.
    #[inline(always)]
    fn tile<S: Simd>(&mut self, simd: S, first: usize, rows: usize) {
        let dim = self.size.head_dim();
        let scale = 1.0 / (dim as f32).sqrt();
        // What the last row sees; the others see less.
        let length = self.seen(first + rows - 1);
        let stride = length.next_multiple_of(POSITIONS);
        room(&mut self.scratch.scores, rows * stride);
        self.scores(simd, first, rows, length, stride);
        for row in 0..rows {
            let seen = self.seen(first + row);
            // No row of the tile is multiplied with more of them.
            let end = length.next_multiple_of(GROUP);
            let scores = &mut self.scratch.scores[row * stride..][..end];
            softmax(scores, seen, scale);
        }
        self.sums(simd, first, rows, length, stride);
    }

    /// How many positions a row of queries sees: those before it, and its own.
    fn seen(&self, row: usize) -> usize {
        self.start + row / self.group + 1
    }

    #[inline(always)]
    fn scores<S: Simd>(
        &mut self,
        simd: S,
        first: usize,
        rows: usize,
        length: usize,
        stride: usize,
    ) {
        let dim = self.size.head_dim();
        for block in 0..length.div_ceil(POSITIONS) {
            let before = block * POSITIONS;
            let (keys, _) = self.cache.block(self.size, block, self.layer, self.head);
            let mut product = Product {
                rows: Rows {
                    values: &self.queries[first * dim..],
                    stride: dim,
                    depth: dim,
                    count: rows,
                },
                panel: Panel {
                    values: keys,
                    stride: GROUP * dim,
                    width: (length - before).next_multiple_of(GROUP).min(POSITIONS),
                },
                target: Target {
                    values: &mut self.scratch.scores[before..],
                    stride,
                    adds: false,
                },
                splits: true,
            };
            product.run(simd);
        }
    }

    #[inline(always)]
    fn sums<S: Simd>(&mut self, simd: S, first: usize, rows: usize, length: usize, stride: usize) {
        let (dim, width) = (self.size.head_dim(), self.size.width());
        let AttentionScratch { scores, sums } = &mut *self.scratch;
        let out = &mut self.out[first * dim..][..rows * dim];
        let is_padded = width > dim;
        let target = if is_padded {
            room(sums, rows * width)
        } else {
            &mut *out
        };
        for block in 0..length.div_ceil(POSITIONS) {
            let before = block * POSITIONS;
            let (_, values) = self.cache.block(self.size, block, self.layer, self.head);
            let mut product = Product {
                rows: Rows {
                    values: &scores[before..],
                    stride,
                    depth: (length - before).min(POSITIONS),
                    count: rows,
                },
                panel: Panel {
                    values,
                    stride: GROUP * POSITIONS,
                    width,
                },
                target: Target {
                    values: &mut *target,
                    stride: width,
                    adds: block > 0,
                },
                splits: true,
            };
            product.run(simd);
        }
        if is_padded {
            for (out, sums) in out.chunks_exact_mut(dim).zip(sums.chunks_exact(width)) {
                out.copy_from_slice(&sums[..dim]);
            }
        }
    }
}
