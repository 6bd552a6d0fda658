//! A Qwen2 or Qwen3 decoder with the gradients of what is trained.

mod adapters;
mod batch;
#[cfg(any(test, feature = "cuda"))]
pub(crate) mod composite;
#[cfg(test)]
mod golden;
mod initial;
mod layer;
mod pass;
mod placing;
mod worker;

use std::ops::Range;

use synthsmith_transformer::{Config, Weights};

pub(crate) use batch::Batch;
pub use initial::initial_weights;
pub(crate) use worker::Worker;

use self::layer::Layer;
use self::pass::{Pass, Shapes};
use crate::error::Error;
use crate::ops::heads::{Heads, Rotation};
use crate::ops::product::Multiplier;
use crate::parameters::{Layout, Tensor};
use crate::settings::Method;

/// Where the values of a decoder lie, and which of them are trained.
#[derive(Debug, Clone)]
pub(crate) struct Network {
    config: Config,
    /// The tensors of the model.
    model: Layout,
    /// The tensors of the model, and behind them those of adapters.
    all: Layout,
    trained: Range<usize>,
    embedding: Range<usize>,
    layers: Vec<Layer>,
    norm: Range<usize>,
    head: Range<usize>,
}

impl Network {
    /// Lays out a decoder for a method of training.
    pub(crate) fn new(config: &Config, method: &Method) -> Result<Self, Error> {
        placing::check(config)?;
        let mut network = placing::place(config);
        if let Method::Lora(lora) = method {
            adapters::place(&mut network, lora);
        }
        Ok(network)
    }

    /// All values: those of the model, and those of adapters by seed.
    pub(crate) fn values(&self, weights: Weights, seed: u64) -> Result<Vec<f32>, Error> {
        let mut values = self.model.gather(weights)?;
        values.reserve_exact(self.all.len() - values.len());
        adapters::initialize(&self.layers, seed, &mut values);
        Ok(values)
    }

    /// The model's weights, adapters merged into them.
    pub(crate) fn weights(&self, values: &[f32]) -> Weights {
        if self.trained.start == 0 {
            return self.model.scatter(values);
        }
        let mut merged = values[..self.model.len()].to_vec();
        adapters::merge(&self.layers, values, &mut merged);
        self.model.scatter(&merged)
    }

    /// The adapters by their names; nothing where there are none.
    pub(crate) fn adapters(&self, values: &[f32]) -> Weights {
        self.all.scatter_from(self.model.len(), values)
    }

    /// The values that the optimizer changes. They are the last ones.
    pub(crate) fn trained(&self) -> &Range<usize> {
        &self.trained
    }

    /// The tensors that the optimizer changes.
    pub(crate) fn trained_tensors(&self) -> impl Iterator<Item = &Tensor> {
        let first = self.trained.start;
        self.all
            .tensors()
            .iter()
            .filter(move |tensor| tensor.range.start >= first)
    }

    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    /// Cosines and sines for segments of at most `positions` tokens.
    pub(crate) fn rotation(&self, positions: usize) -> Rotation {
        Rotation::new(self.config.head_dim, self.config.rope_theta, positions)
    }

    /// All operands of the network with their shapes; maps of the same input are one.
    #[cfg(any(test, feature = "cuda"))]
    fn operands(&self) -> Vec<(Range<usize>, Vec<usize>)> {
        let hidden = self.config.hidden_size;
        let matrix = |range: &Range<usize>, columns: usize| {
            (range.clone(), vec![range.len() / columns, columns])
        };
        let vector = |range: &Range<usize>| (range.clone(), vec![range.len()]);
        let mut operands = vec![matrix(&self.embedding, hidden), vector(&self.norm)];
        if self.head != self.embedding {
            operands.push(matrix(&self.head, hidden));
        }
        for layer in &self.layers {
            operands.extend([vector(&layer.input_norm), vector(&layer.middle_norm)]);
            operands.extend(
                layer
                    .head_norms
                    .iter()
                    .flat_map(|(a, b)| [vector(a), vector(b)]),
            );
            for linear in [
                &layer.projections,
                &layer.output,
                &layer.gate_up,
                &layer.down,
            ] {
                operands.push(matrix(&linear.weight, linear.inputs));
                operands.extend(linear.bias.iter().map(vector));
                operands.extend(linear.adapters.iter().flat_map(|adapter| {
                    [
                        matrix(&adapter.down, linear.inputs),
                        matrix(&adapter.up, adapter.rank),
                    ]
                }));
            }
        }
        operands
    }

    fn shapes(&self) -> Shapes {
        Shapes {
            hidden: self.config.hidden_size,
            intermediate: self.config.intermediate_size,
            heads: Heads {
                queries: self.config.num_attention_heads,
                keys: self.config.num_key_value_heads,
                head_dim: self.config.head_dim,
                eps: self.config.rms_norm_eps as f32,
            },
        }
    }

    fn pass<'a>(
        &self,
        parameters: &'a [f32],
        rotation: &'a Rotation,
        batch: &'a Batch,
        multiplier: Multiplier,
    ) -> Pass<'a> {
        Pass {
            shapes: self.shapes(),
            eps: self.config.rms_norm_eps as f32,
            parameters,
            rotation,
            positions: &batch.positions,
            segments: &batch.segments,
            multiplier,
        }
    }
}
