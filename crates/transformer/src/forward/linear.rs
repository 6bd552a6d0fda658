//! A linear layer, its weights laid out once for the product.

use pulp::{Arch, Simd, WithSimd};

use super::kernel::{GROUP, Panel, Product, Rows, Target};
use super::memory::{Arena, Region};
use crate::weights::Array;

/// Rows that go through the weights together.
pub(super) const ROWS_AT_ONCE: usize = 256;
/// Columns that are made together.
pub(super) const PANEL: usize = 2 * GROUP;

/// `y = x Wᵀ + b`.
#[derive(Debug)]
pub(super) struct Linear {
    inputs: usize,
    outputs: usize,
    /// For each 32 outputs: their weights, by input, then output. The last ones are filled with 0.
    panels: Region,
    bias: Option<Vec<f32>>,
}

// === impl Linear ===

impl Linear {
    /// Puts the outputs of several layers with the same inputs side by side.
    pub(super) fn new(weights: &[&Array], biases: Option<&[&Array]>, arena: &mut Arena) -> Self {
        let inputs = weights[0].shape[1];
        let outputs = weights.iter().map(|it| it.shape[0]).sum::<usize>();
        let mut panels = arena.take(outputs.next_multiple_of(GROUP) * inputs);
        let rows = weights.iter().flat_map(|it| it.values.chunks_exact(inputs));
        for (output, row) in rows.enumerate() {
            lay(&mut panels, output, row);
        }
        let bias = biases.map(|it| it.iter().flat_map(|it| it.values.iter().copied()).collect());
        Self {
            inputs,
            outputs,
            panels,
            bias,
        }
    }

    pub(super) fn outputs(&self) -> usize {
        self.outputs
    }

    /// The weights of one output, as in a table of embeddings.
    pub(super) fn row(&self, output: usize, row: &mut [f32]) {
        let group = &self.panels[output / GROUP * GROUP * self.inputs..];
        let weights = group[output % GROUP..].iter().step_by(GROUP);
        for (place, weight) in row.iter_mut().zip(weights) {
            *place = *weight;
        }
    }

    /// Rows of inputs into rows of outputs; with `adds`, on top of what is there.
    pub(super) fn apply(&self, arch: Arch, inputs: &[f32], outputs: &mut [f32], adds: bool) {
        arch.dispatch(Apply {
            layer: self,
            inputs,
            outputs,
            adds,
        });
    }
}

/// Puts the weights of one output where a column of the panels is.
pub(super) fn lay(panels: &mut [f32], column: usize, weights: &[f32]) {
    let group = &mut panels[column / GROUP * GROUP * weights.len()..];
    let places = group[column % GROUP..].iter_mut().step_by(GROUP);
    for (place, weight) in places.zip(weights) {
        *place = *weight;
    }
}

struct Apply<'a> {
    layer: &'a Linear,
    inputs: &'a [f32],
    outputs: &'a mut [f32],
    adds: bool,
}

impl WithSimd for Apply<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let layer = self.layer;
        let outputs = std::mem::take(&mut self.outputs);
        let inputs = self.inputs.chunks(ROWS_AT_ONCE * layer.inputs);
        let outputs = outputs.chunks_mut(ROWS_AT_ONCE * layer.outputs);
        for (inputs, outputs) in inputs.zip(outputs) {
            for first in (0..layer.outputs).step_by(PANEL) {
                self.multiply(simd, inputs, first, outputs);
            }
            if let Some(bias) = &layer.bias {
                for row in outputs.chunks_exact_mut(layer.outputs) {
                    for (value, bias) in row.iter_mut().zip(bias) {
                        *value += bias;
                    }
                }
            }
        }
    }
}

impl Apply<'_> {
    /// All rows with one panel.
    #[inline(always)]
    fn multiply<S: Simd>(&self, simd: S, inputs: &[f32], first: usize, outputs: &mut [f32]) {
        let Linear {
            inputs: depth,
            outputs: width,
            ref panels,
            ..
        } = *self.layer;
        let rows = Rows::of(inputs, depth);
        let panel = Panel::of(panels, depth, first, PANEL);
        if width - first >= panel.width {
            let target = Target {
                values: &mut outputs[first..],
                stride: width,
                adds: self.adds,
            };
            run(simd, rows, panel, target);
            return;
        }
        // The last panel is wider than what is left of the rows.
        let mut aside = vec![0.0; PANEL * rows.count];
        let target = Target {
            values: &mut aside,
            stride: PANEL,
            adds: false,
        };
        run(simd, rows, panel, target);
        let outputs = outputs.chunks_exact_mut(width);
        for (row, sums) in outputs.zip(aside.chunks_exact(PANEL)) {
            for (value, sum) in row[first..].iter_mut().zip(sums) {
                *value = if self.adds { *value + sum } else { *sum };
            }
        }
    }
}

/// Once in the program for each kind of machine, not once for each call.
#[inline(always)]
pub(super) fn run<S: Simd>(simd: S, rows: Rows<'_>, panel: Panel<'_>, target: Target<'_>) {
    simd.vectorize(Product {
        rows,
        panel,
        target,
        splits: false,
    });
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn array(outputs: usize, inputs: usize) -> Array {
        let value = |index: usize| ((index * 7919 % 101) as f32 - 50.0) / 50.0;
        Array {
            shape: vec![outputs, inputs],
            values: (0..outputs * inputs).map(value).collect(),
        }
    }

    fn expected(weights: &Array, inputs: &[f32]) -> Vec<f32> {
        let width = weights.shape[1];
        let dot = |row: &[f32], weights: &[f32]| -> f64 {
            row.iter()
                .zip(weights)
                .map(|(a, b)| f64::from(*a) * f64::from(*b))
                .sum()
        };
        let rows = inputs.chunks_exact(width);
        rows.flat_map(|row| {
            weights
                .values
                .chunks_exact(width)
                .map(move |it| dot(row, it) as f32)
        })
        .collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn gives_the_products_at_every_size(
            rows in 1_usize..140, inputs in 1_usize..90, outputs in 1_usize..200, adds: bool,
        ) {
            let weights = array(outputs, inputs);
            let x = array(rows, inputs).values;
            let layer = Linear::new(&[&weights], None, &mut Arena::default());
            let start = if adds { 0.5 } else { 0.0 };
            for arch in [Arch::new(), Arch::Scalar] {
                let mut found = vec![0.5; rows * outputs];
                layer.apply(arch, &x, &mut found, adds);
                for (found, expected) in found.iter().zip(expected(&weights, &x)) {
                    prop_assert!((found - expected - start).abs() < 1e-4, "{} {}", found, expected);
                }
            }
        }

        #[test]
        fn a_row_does_not_depend_on_the_rows_beside_it(rows in 1_usize..40, take in 1_usize..40) {
            let weights = array(130, 70);
            let layer = Linear::new(&[&weights], None, &mut Arena::default());
            let x = array(rows, 70).values;
            let mut all = vec![0.0; rows * 130];
            layer.apply(Arch::new(), &x, &mut all, false);
            let take = take.min(rows);
            let mut some = vec![0.0; take * 130];
            layer.apply(Arch::new(), &x[..take * 70], &mut some, false);
            prop_assert!(all[..some.len()] == some[..]);
        }
    }

    #[test]
    fn layers_side_by_side_keep_their_rows_and_biases() {
        let (first, second) = (array(3, 5), array(66, 5));
        let (ones, twos) = (vec![1.0; 3], vec![2.0; 66]);
        let bias = |values| Array {
            shape: vec![],
            values,
        };
        let (ones, twos) = (bias(ones), bias(twos));
        let layer = Linear::new(
            &[&first, &second],
            Some(&[&ones, &twos]),
            &mut Arena::default(),
        );
        assert_eq!(layer.outputs(), 69);
        let mut row = [0.0; 5];
        layer.row(3 + 65, &mut row);
        assert_eq!(
            row.map(f32::to_bits),
            [0, 1, 2, 3, 4].map(|it| second.values[65 * 5 + it].to_bits())
        );
        let mut out = vec![0.0; 69];
        layer.apply(Arch::new(), &[0.0; 5], &mut out, false);
        assert!(out[..3].iter().all(|it| (it - 1.0).abs() < 1e-9));
        assert!(out[3..].iter().all(|it| (it - 2.0).abs() < 1e-9));
    }
}
