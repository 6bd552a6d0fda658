//! Linear maps `y = x W^T + b`, with low-rank adapters on ranges of their outputs: `y += s (x A^T) B^T`.
//! Hu et al., "LoRA" (2021).

use std::ops::Range;

use super::product::{Matrix, MatrixMut, Multiplier, Write};
use super::vectors::vectorized;
use crate::parameters::Gradient;

/// Where the values of a map lie among all parameters. `W` is `outputs x inputs`.
#[derive(Debug, Clone)]
pub(crate) struct Linear {
    pub(crate) inputs: usize,
    pub(crate) weight: Range<usize>,
    pub(crate) bias: Option<Range<usize>>,
    pub(crate) adapters: Vec<Adapter>,
}

/// A low-rank addition to some outputs: `A` (`rank x inputs`) and `B` (`outputs x rank`).
#[derive(Debug, Clone)]
pub(crate) struct Adapter {
    pub(crate) outputs: Range<usize>,
    pub(crate) rank: usize,
    pub(crate) scale: f32,
    pub(crate) down: Range<usize>,
    pub(crate) up: Range<usize>,
}

/// Memory for the inner products of adapters.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    inner: Vec<f32>,
}

impl Linear {
    pub(crate) fn outputs(&self) -> usize {
        self.weight.len() / self.inputs
    }

    /// Writes the outputs of `x`.
    pub(crate) fn forward(
        &self,
        parameters: &[f32],
        multiplier: Multiplier,
        scratch: &mut Scratch,
        x: &[f32],
        y: &mut [f32],
    ) {
        self.residual(parameters, multiplier, scratch, x, Write::Replace, y);
    }

    /// Writes the outputs of `x`, or adds them to `y`.
    pub(crate) fn residual(
        &self,
        parameters: &[f32],
        multiplier: Multiplier,
        scratch: &mut Scratch,
        x: &[f32],
        write: Write,
        y: &mut [f32],
    ) {
        let outputs = self.outputs();
        let weight = Matrix::new(&parameters[self.weight.clone()], self.inputs);
        let x = Matrix::new(x, self.inputs);
        multiplier.product(MatrixMut::new(y, outputs), write, x, weight.t());
        if let Some(bias) = &self.bias {
            add_to_rows(y, &parameters[bias.clone()]);
        }
        for adapter in &self.adapters {
            let rows = y.len() / outputs;
            let (down, up) = adapter.matrices(parameters, self.inputs);
            scratch.inner.resize(rows * adapter.rank, 0.0);
            let inner = MatrixMut::new(&mut scratch.inner, adapter.rank);
            multiplier.product(inner, Write::Replace, x, down.t());
            let inner = Matrix::new(&scratch.inner, adapter.rank);
            let y = &mut y[adapter.outputs.start..];
            let y = MatrixMut::strided(y, rows, adapter.outputs.len(), outputs);
            multiplier.scaled(y, Write::Add, adapter.scale, inner, up.t());
        }
    }

    /// Adds the gradients of what is trained, and writes that of `x` to `dx`.
    #[expect(
        clippy::too_many_arguments,
        reason = "the arguments of the forward pass and their gradients"
    )]
    pub(crate) fn backward(
        &self,
        parameters: &[f32],
        multiplier: Multiplier,
        scratch: &mut Scratch,
        x: &[f32],
        dy: &[f32],
        gradient: &mut Gradient,
        dx: &mut [f32],
    ) {
        self.backward_input(parameters, multiplier, scratch, dy, dx);
        self.backward_weights(parameters, multiplier, scratch, x, dy, gradient);
    }

    /// Writes the gradient of the inputs: `dx = dy W + s (dy B) A`.
    pub(crate) fn backward_input(
        &self,
        parameters: &[f32],
        multiplier: Multiplier,
        scratch: &mut Scratch,
        dy: &[f32],
        dx: &mut [f32],
    ) {
        let weight = Matrix::new(&parameters[self.weight.clone()], self.inputs);
        let dy_all = Matrix::new(dy, self.outputs());
        multiplier.product(
            MatrixMut::new(dx, self.inputs),
            Write::Replace,
            dy_all,
            weight,
        );
        for adapter in &self.adapters {
            let (down, up) = adapter.matrices(parameters, self.inputs);
            let dy = self.columns(dy, adapter);
            scratch
                .inner
                .resize(dx.len() / self.inputs * adapter.rank, 0.0);
            let dinner = MatrixMut::new(&mut scratch.inner, adapter.rank);
            multiplier.scaled(dinner, Write::Replace, adapter.scale, dy, up);
            let dinner = Matrix::new(&scratch.inner, adapter.rank);
            multiplier.product(MatrixMut::new(dx, self.inputs), Write::Add, dinner, down);
        }
    }

    /// Adds the gradients of what is trained: `dW = dy^T x`, `db` the sum of rows of `dy`,
    /// `dB = s dy^T (x A^T)`, `dA = s (dy B)^T x`.
    pub(crate) fn backward_weights(
        &self,
        parameters: &[f32],
        multiplier: Multiplier,
        scratch: &mut Scratch,
        x: &[f32],
        dy: &[f32],
        gradient: &mut Gradient,
    ) {
        let x = Matrix::new(x, self.inputs);
        if let Some(dweight) = gradient.of(&self.weight) {
            let dweight = MatrixMut::new(dweight, self.inputs);
            multiplier.product(dweight, Write::Add, Matrix::new(dy, self.outputs()).t(), x);
        }
        if let Some(dbias) = self.bias.as_ref().and_then(|bias| gradient.of(bias)) {
            add_rows(dy, dbias);
        }
        for adapter in &self.adapters {
            let (down, up) = adapter.matrices(parameters, self.inputs);
            let rank = adapter.rank;
            scratch.inner.resize(dy.len() / self.outputs() * rank, 0.0);
            let dy = self.columns(dy, adapter);
            if let Some(dup) = gradient.of(&adapter.up) {
                let inner = MatrixMut::new(&mut scratch.inner, rank);
                multiplier.product(inner, Write::Replace, x, down.t());
                let inner = Matrix::new(&scratch.inner, rank);
                multiplier.scaled(
                    MatrixMut::new(dup, rank),
                    Write::Add,
                    adapter.scale,
                    dy.t(),
                    inner,
                );
            }
            if let Some(ddown) = gradient.of(&adapter.down) {
                let dinner = MatrixMut::new(&mut scratch.inner, rank);
                multiplier.scaled(dinner, Write::Replace, adapter.scale, dy, up);
                let dinner = Matrix::new(&scratch.inner, rank);
                multiplier.product(
                    MatrixMut::new(ddown, self.inputs),
                    Write::Add,
                    dinner.t(),
                    x,
                );
            }
        }
    }

    /// The outputs of an adapter in rows of all outputs.
    fn columns<'a>(&self, dy: &'a [f32], adapter: &Adapter) -> Matrix<'a> {
        let outputs = self.outputs();
        let rows = dy.len() / outputs;
        Matrix::strided(
            &dy[adapter.outputs.start..],
            rows,
            adapter.outputs.len(),
            outputs,
        )
    }
}

impl Adapter {
    fn matrices<'a>(&self, parameters: &'a [f32], inputs: usize) -> (Matrix<'a>, Matrix<'a>) {
        (
            Matrix::new(&parameters[self.down.clone()], inputs),
            Matrix::new(&parameters[self.up.clone()], self.rank),
        )
    }
}

fn add_to_rows(rows: &mut [f32], bias: &[f32]) {
    vectorized(
        #[inline(always)]
        || {
            for row in rows.chunks_exact_mut(bias.len()) {
                for (value, bias) in row.iter_mut().zip(bias) {
                    *value += bias;
                }
            }
        },
    );
}

fn add_rows(rows: &[f32], sums: &mut [f32]) {
    vectorized(
        #[inline(always)]
        || {
            for row in rows.chunks_exact(sums.len()) {
                for (sum, value) in sums.iter_mut().zip(row) {
                    *sum += value;
                }
            }
        },
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::gradients::{assert_gradient, numbers};

    /// 5 inputs, 7 outputs, an adapter on the last 4 of them. Its values come last.
    fn adapted() -> Linear {
        Linear {
            inputs: 5,
            weight: 0..35,
            bias: Some(35..42),
            adapters: vec![Adapter {
                outputs: 3..7,
                rank: 2,
                scale: 0.5,
                down: 42..52,
                up: 52..60,
            }],
        }
    }

    fn forward(parameters: &[f32], x: &[f32]) -> Vec<f32> {
        let mut y = vec![0.0; x.len() / 5 * 7];
        adapted().forward(
            parameters,
            Multiplier::new(1),
            &mut Scratch::default(),
            x,
            &mut y,
        );
        y
    }

    fn backward(
        trained: &Range<usize>,
        parameters: &[f32],
        x: &[f32],
        dy: &[f32],
    ) -> (Gradient, Vec<f32>) {
        let mut gradient = Gradient::new(trained);
        let mut dx = vec![9.0; x.len()];
        adapted().backward(
            parameters,
            Multiplier::new(1),
            &mut Scratch::default(),
            x,
            dy,
            &mut gradient,
            &mut dx,
        );
        (gradient, dx)
    }

    #[test]
    fn the_gradients_are_those_of_finite_differences() {
        let (parameters, x, dy) = (numbers(1, 60), numbers(2, 15), numbers(3, 21));
        let (gradient, dx) = backward(&(0..60), &parameters, &x, &dy);
        assert_gradient(&x, &dy, &dx, |x| forward(&parameters, x));
        assert_gradient(&parameters, &dy, gradient.values(), |parameters| {
            forward(parameters, &x)
        });
    }

    #[test]
    fn frozen_weights_have_no_gradient_and_change_none() {
        let (parameters, x, dy) = (numbers(1, 60), numbers(2, 15), numbers(3, 21));
        let (all, dx_all) = backward(&(0..60), &parameters, &x, &dy);
        let (mut adapters, dx) = backward(&(42..60), &parameters, &x, &dy);
        assert_eq!(adapters.values(), &all.values()[42..]);
        assert_eq!(dx, dx_all);
        assert!(adapters.of(&adapted().weight).is_none());
    }
}
