//! The product of a few rows with a panel of columns, which everything heavy is made of.
//!
//! Each value is one chain of fused multiplications and additions over the depth, in order, however
//! many rows there are: what a sequence gets does not depend on what else is in the batch.

#![expect(
    clippy::needless_range_loop,
    reason = "loops over constant ranges are unrolled, and what they sum up stays in registers"
)]

use pulp::{Simd, WithSimd};

use super::ahead::Ahead;

/// Columns that lie side by side, from one step of the depth to the next: two of the widest vectors,
/// so that a few hundred steps stay in the nearest cache. All widths are padded to it.
pub(super) const GROUP: usize = 32;
/// Vectors of a group, where they are of the widest.
const PAIR: usize = 2;

/// Rows of `depth` values, `stride` apart.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    pub(super) values: &'a [f32],
    pub(super) stride: usize,
    pub(super) depth: usize,
    pub(super) count: usize,
}

/// Columns in groups of 32: `depth` steps of the first group, then of the next.
#[derive(Clone, Copy)]
pub(super) struct Panel<'a> {
    /// Goes on behind the panel where there is more to be read.
    pub(super) values: &'a [f32],
    /// From one group to the next.
    pub(super) stride: usize,
    /// A whole number of groups.
    pub(super) width: usize,
}

/// Where the products go: rows `stride` apart.
pub(super) struct Target<'a> {
    pub(super) values: &'a mut [f32],
    pub(super) stride: usize,
    /// Adds to what is there, instead of taking its place.
    pub(super) adds: bool,
}

// === impl Rows ===

impl<'a> Rows<'a> {
    /// Rows one behind the other.
    pub(super) fn of(values: &'a [f32], depth: usize) -> Self {
        Self {
            values,
            stride: depth,
            depth,
            count: values.len() / depth,
        }
    }
}

// === impl Panel ===

impl<'a> Panel<'a> {
    /// `width` columns, from the `first` on, of groups one behind the other.
    pub(super) fn of(values: &'a [f32], depth: usize, first: usize, width: usize) -> Self {
        let values = &values[first * depth..];
        Self {
            values,
            stride: GROUP * depth,
            width: width.min(values.len() / depth),
        }
    }

    /// The group behind that of a column, where there is one.
    #[inline(always)]
    fn group_behind(&self, column: usize) -> &'a [f32] {
        let start = (column / GROUP + 1) * self.stride;
        let rest = self.values.get(start..).unwrap_or_default();
        &rest[..rest.len().min(self.stride)]
    }
}

/// A product, to be run on the vectors that the machine has.
pub(super) struct Product<'a> {
    pub(super) rows: Rows<'a>,
    pub(super) panel: Panel<'a>,
    pub(super) target: Target<'a>,
    /// Allows sums of few rows to be made in two chains. Only where the rows are those of one
    /// sequence, or it would get other digits with other company.
    pub(super) splits: bool,
}

impl WithSimd for Product<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        self.run(simd);
    }
}

impl Product<'_> {
    #[inline(always)]
    pub(super) fn run<S: Simd>(&mut self, simd: S) {
        let mut row = 0;
        // As many sums at once as there are registers for.
        if S::REGISTER_COUNT >= 32 {
            if S::F32_LANES * PAIR == GROUP {
                row = self.groups::<S, 12>(simd, row);
                row = self.groups::<S, 8>(simd, row);
            }
            while self.rows.count - row >= 8 {
                self.columns::<S, 8, 2>(simd, row);
                row += 8;
            }
            if self.rows.count - row >= 4 {
                self.columns::<S, 4, 4>(simd, row);
                row += 4;
            }
        } else {
            while self.rows.count - row >= 4 {
                self.columns::<S, 4, 2>(simd, row);
                row += 4;
            }
        }
        if self.rows.count - row >= 2 {
            self.columns::<S, 2, 4>(simd, row);
            row += 2;
        }
        if self.rows.count - row >= 1 {
            self.columns::<S, 1, 4>(simd, row);
        }
    }

    /// `R` rows with all columns, `V` vectors at a time.
    #[inline(always)]
    fn columns<S: Simd, const R: usize, const V: usize>(&mut self, simd: S, row: usize) {
        let mut column = 0;
        while self.panel.width - column >= V * S::F32_LANES {
            self.tile::<S, R, V>(simd, row, column);
            column += V * S::F32_LANES;
        }
        if V > 2 && self.panel.width - column >= 2 * S::F32_LANES {
            self.tile::<S, R, 2>(simd, row, column);
            column += 2 * S::F32_LANES;
        }
        while column < self.panel.width {
            self.tile::<S, R, 1>(simd, row, column);
            column += S::F32_LANES;
        }
    }

    /// As many times `R` rows as there are from one on, with all columns; a group stays near for all of them. Returns
    /// the row behind.
    #[inline(always)]
    fn groups<S: Simd, const R: usize>(&mut self, simd: S, first: usize) -> usize {
        let passes = (self.rows.count - first) / R;
        let end = first + passes * R;
        for column in (0..self.panel.width).step_by(GROUP) {
            // The next group comes nearer while this one is at work, a part in each pass.
            let ahead = self.panel.group_behind(column);
            let mut parts = ahead.chunks(ahead.len().div_ceil(passes.max(1)).max(1));
            for row in (first..end).step_by(R) {
                let part = parts.next().unwrap_or_default();
                self.group::<S, R>(simd, row, column, part);
            }
        }
        end
    }

    /// As `tile`. Its slices are cut so that no bounds are left to check between the steps.
    #[inline(always)]
    fn group<S: Simd, const R: usize>(
        &mut self,
        simd: S,
        row: usize,
        column: usize,
        ahead: &[f32],
    ) {
        let depth = self.rows.depth;
        let start = column / GROUP * self.panel.stride;
        let (steps, _) = self.panel.values[start..][..depth * GROUP].as_chunks::<GROUP>();
        let mut rows: [&[f32]; R] = [&[]; R];
        for r in 0..R {
            let start = (row + r) * self.rows.stride;
            rows[r] = &self.rows.values[start..][..steps.len()];
        }
        let mut sums = [[simd.splat_f32s(0.0); PAIR]; R];
        let mut ahead = Ahead::new(ahead, steps.len());
        for (k, step) in steps.iter().enumerate() {
            ahead.at(k);
            let (vectors, _) = S::as_simd_f32s(step);
            for r in 0..R {
                let value = simd.splat_f32s(rows[r][k]);
                for v in 0..PAIR {
                    sums[r][v] = simd.mul_add_f32s(value, vectors[v], sums[r][v]);
                }
            }
        }
        self.write::<S, R, PAIR>(simd, row, column, &sums);
    }

    #[inline(always)]
    fn tile<S: Simd, const R: usize, const V: usize>(
        &mut self,
        simd: S,
        row: usize,
        column: usize,
    ) {
        let depth = self.rows.depth;
        let mut rows: [&[f32]; R] = [&[]; R];
        for r in 0..R {
            let start = (row + r) * self.rows.stride;
            rows[r] = &self.rows.values[start..][..depth];
        }
        let mut columns: [&[f32]; V] = [&[]; V];
        for v in 0..V {
            let column = column + v * S::F32_LANES;
            let start = column / GROUP * self.panel.stride + column % GROUP;
            columns[v] = &self.panel.values[start..];
        }
        let mut sums = [[simd.splat_f32s(0.0); V]; R];
        // Where there are few sums for the registers, the second half of the depth has its own beside those of the
        // first: more of them fill the machine, and memory is read in twice as many places at once.
        let mut second = sums;
        let half = if self.splits && 4 * R * V <= S::REGISTER_COUNT {
            depth / 2
        } else {
            0
        };
        for k in 0..half {
            for (sums, k) in [(&mut sums, k), (&mut second, half + k)] {
                for v in 0..V {
                    let vector = vector::<S>(columns[v], k);
                    for r in 0..R {
                        let value = simd.splat_f32s(rows[r][k]);
                        sums[r][v] = simd.mul_add_f32s(value, vector, sums[r][v]);
                    }
                }
            }
        }
        if half > 0 {
            for r in 0..R {
                for v in 0..V {
                    sums[r][v] = simd.add_f32s(sums[r][v], second[r][v]);
                }
            }
        }
        for k in 2 * half..depth {
            let mut vectors = [simd.splat_f32s(0.0); V];
            for v in 0..V {
                vectors[v] = vector::<S>(columns[v], k);
            }
            for r in 0..R {
                let value = simd.splat_f32s(rows[r][k]);
                for v in 0..V {
                    sums[r][v] = simd.mul_add_f32s(value, vectors[v], sums[r][v]);
                }
            }
        }
        self.write::<S, R, V>(simd, row, column, &sums);
    }

    /// Puts the sums of a tile where they belong.
    #[inline(always)]
    fn write<S: Simd, const R: usize, const V: usize>(
        &mut self,
        simd: S,
        row: usize,
        column: usize,
        sums: &[[S::f32s; V]; R],
    ) {
        for r in 0..R {
            let start = (row + r) * self.target.stride + column;
            let target = &mut self.target.values[start..][..V * S::F32_LANES];
            let (target, _) = S::as_mut_simd_f32s(target);
            let target = &mut target[..V];
            for v in 0..V {
                target[v] = if self.target.adds {
                    simd.add_f32s(target[v], sums[r][v])
                } else {
                    sums[r][v]
                };
            }
        }
    }
}

/// The `k`th vector of a group's columns.
#[inline(always)]
fn vector<S: Simd>(columns: &[f32], k: usize) -> S::f32s {
    let (vectors, _) = S::as_simd_f32s(&columns[k * GROUP..][..S::F32_LANES]);
    vectors[0]
}
