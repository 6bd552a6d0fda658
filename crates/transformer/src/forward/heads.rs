//! All heads of one sequence's new positions.

use std::ops::Range;

use pulp::Arch;

use super::attention::{Attention, AttentionScratch};
use super::cache::Cache;
use super::layer::{Sizes, room};

/// From the rows of new positions to what their heads have seen.
pub(super) struct Heads<'a> {
    /// Has the keys and values of these positions too.
    pub(super) cache: &'a Cache,
    pub(super) sizes: Sizes,
    pub(super) layer: usize,
    /// The position of the first row.
    pub(super) start: usize,
    /// Each begins with the queries of its heads.
    pub(super) rows: &'a [f32],
    /// Of a row.
    pub(super) width: usize,
    /// By position, then head.
    pub(super) out: &'a mut [f32],
    pub(super) scratch: &'a mut HeadsScratch,
}

/// Room that is used again.
#[derive(Debug, Default)]
pub(super) struct HeadsScratch {
    queries: Vec<f32>,
    sums: Vec<f32>,
    attention: AttentionScratch,
}

impl Heads<'_> {
    pub(super) fn look(&mut self, arch: Arch) {
        let together = self.sizes.group() * self.sizes.head_dim;
        for head in 0..self.sizes.key_value_heads {
            let columns = head * together..(head + 1) * together;
            // Of a single row, the heads lie side by side already.
            if self.rows.len() == self.width {
                self.attend(arch, head, columns);
            } else {
                self.attend_aside(arch, head, columns);
            }
        }
    }

    /// The query heads that share one head of keys, in their places.
    fn attend(&mut self, arch: Arch, head: usize, columns: Range<usize>) {
        arch.dispatch(Attention {
            cache: self.cache,
            size: self.sizes.block,
            layer: self.layer,
            head,
            queries: &self.rows[columns.clone()],
            group: self.sizes.group(),
            start: self.start,
            out: &mut self.out[columns],
            scratch: &mut self.scratch.attention,
        });
    }

    /// The same for several rows, of which the queries are gathered.
    fn attend_aside(&mut self, arch: Arch, head: usize, columns: Range<usize>) {
        let HeadsScratch {
            queries,
            sums,
            attention,
        } = &mut *self.scratch;
        queries.clear();
        for row in self.rows.chunks_exact(self.width) {
            queries.extend_from_slice(&row[columns.clone()]);
        }
        let sums = room(sums, queries.len());
        arch.dispatch(Attention {
            cache: self.cache,
            size: self.sizes.block,
            layer: self.layer,
            head,
            queries,
            group: self.sizes.group(),
            start: self.start,
            out: sums,
            scratch: attention,
        });
        let width = self.sizes.heads * self.sizes.head_dim;
        let sums = sums.chunks_exact(columns.len());
        for (out, sums) in self.out.chunks_exact_mut(width).zip(sums) {
            out[columns.clone()].copy_from_slice(sums);
        }
    }
}
