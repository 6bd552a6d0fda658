//! The first half of the gated feed-forward: two linear layers, one of which gates the other (Shazeer 2020).

use pulp::{Arch, Simd, WithSimd};

use super::elementwise::silu;
use super::kernel::{GROUP, Panel, Rows, Target};
use super::linear::{PANEL, ROWS_AT_ONCE, lay, run};
use super::memory::{Arena, Region};
use crate::weights::Array;

/// `y = silu(x Gᵀ) * x Uᵀ`, its weights laid out once for the product.
///
/// Gates and what they gate are made together, so that they never leave the nearest caches.
#[derive(Debug)]
pub(super) struct Gated {
    inputs: usize,
    outputs: usize,
    /// For each 32 outputs a panel: their gates, then what those gate. The last ones are filled with 0.
    panels: Region,
}

// === impl Gated ===

impl Gated {
    pub(super) fn new(gates: &Array, ups: &Array, arena: &mut Arena) -> Self {
        let (outputs, inputs) = (gates.shape[0], gates.shape[1]);
        let mut panels = arena.take(outputs.div_ceil(GROUP) * PANEL * inputs);
        for (half, weights) in [gates, ups].into_iter().enumerate() {
            for (output, row) in weights.values.chunks_exact(inputs).enumerate() {
                let column = output / GROUP * PANEL + half * GROUP + output % GROUP;
                lay(&mut panels, column, row);
            }
        }
        Self {
            inputs,
            outputs,
            panels,
        }
    }

    /// Rows of inputs into rows of outputs; `aside` is used again.
    pub(super) fn apply(
        &self,
        arch: Arch,
        inputs: &[f32],
        outputs: &mut [f32],
        aside: &mut Vec<f32>,
    ) {
        let rows = (inputs.len() / self.inputs).min(ROWS_AT_ONCE);
        aside.resize(rows * PANEL, 0.0);
        arch.dispatch(Apply {
            layer: self,
            inputs,
            outputs,
            aside,
        });
    }
}

struct Apply<'a> {
    layer: &'a Gated,
    inputs: &'a [f32],
    outputs: &'a mut [f32],
    /// Room for the columns of one panel.
    aside: &'a mut [f32],
}

impl WithSimd for Apply<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Gated {
            inputs: depth,
            outputs: width,
            ..
        } = *self.layer;
        let inputs = self.inputs.chunks(ROWS_AT_ONCE * depth);
        let outputs = self.outputs.chunks_mut(ROWS_AT_ONCE * width);
        for (inputs, outputs) in inputs.zip(outputs) {
            for first in (0..width).step_by(GROUP) {
                let rows = Rows::of(inputs, depth);
                let aside = &mut self.aside[..rows.count * PANEL];
                let target = Target {
                    values: aside,
                    stride: PANEL,
                    adds: false,
                };
                run(
                    simd,
                    rows,
                    Panel::of(&self.layer.panels, depth, 2 * first, PANEL),
                    target,
                );
                gate(aside, outputs, width, first);
            }
        }
    }
}

/// From the columns of a panel to outputs from `first` on.
#[inline(always)]
fn gate(aside: &[f32], outputs: &mut [f32], width: usize, first: usize) {
    let (rows, _) = aside.as_chunks::<PANEL>();
    let count = GROUP.min(width - first);
    for (row, outputs) in rows.iter().zip(outputs.chunks_exact_mut(width)) {
        let mut gated = [0.0; GROUP];
        for column in 0..GROUP {
            gated[column] = silu(row[column]) * row[GROUP + column];
        }
        outputs[first..][..count].copy_from_slice(&gated[..count]);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::linear::Linear;
    use super::*;

    fn array(outputs: usize, inputs: usize, seed: usize) -> Array {
        let value = |index: usize| (((index + seed) * 7919 % 101) as f32 - 50.0) / 50.0;
        Array {
            shape: vec![outputs, inputs],
            values: (0..outputs * inputs).map(value).collect(),
        }
    }

    proptest! {
        #[test]
        fn it_is_two_layers_of_which_one_gates_the_other(
            inputs in 1_usize..40,
            outputs in 1_usize..100,
            rows in 1_usize..300,
        ) {
            let (gates, ups) = (array(outputs, inputs, 0), array(outputs, inputs, 31));
            let x = array(rows, inputs, 7).values;
            let arch = Arch::new();
            let of = |weights: &Array| {
                let mut out = vec![0.0; rows * outputs];
                Linear::new(&[weights], None, &mut Arena::default()).apply(arch, &x, &mut out, false);
                out
            };
            let mut out = vec![0.0; rows * outputs];
            Gated::new(&gates, &ups, &mut Arena::default()).apply(arch, &x, &mut out, &mut Vec::new());
            for ((out, gate), up) in out.iter().zip(of(&gates)).zip(of(&ups)) {
                let expected = silu(gate) * up;
                prop_assert!((out - expected).abs() <= 1e-6 * expected.abs());
            }
        }
    }
}
