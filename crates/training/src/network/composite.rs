//! The same network from candle's own operations, whose gradients candle finds: for devices that the
//! fused operations do not know, and in tests the reference of those. It needs the memory of all
//! scores and several passes over it.

use std::collections::HashMap;
use std::ops::Range;

use candle_core::{D, Device, Result, Tensor, Var};

use super::layer::Layer;
use super::{Batch, Network};
use crate::engine::Accelerator;
use crate::error::Error;
use crate::ops::heads::Heads;
use crate::ops::linear::Linear;

/// Tokens that go through the network together.
const PIECE_TOKENS: usize = 8192;

/// The parameters on a device.
#[derive(Debug)]
pub(crate) struct Composite {
    device: Device,
    /// By where their values begin among all parameters.
    operands: HashMap<usize, Tensor>,
    trained: Vec<(Range<usize>, Var)>,
}

impl Composite {
    /// On a device. The frozen values are copied there by the first batch.
    pub(crate) fn on(device: Device) -> Self {
        Self {
            device,
            operands: HashMap::new(),
            trained: Vec::new(),
        }
    }

    fn upload(&mut self, network: &Network, parameters: &[f32]) -> Result<()> {
        if self.operands.is_empty() {
            for (range, shape) in network.operands() {
                let values = &parameters[range.clone()];
                let tensor = Tensor::from_slice(values, shape, &self.device)?;
                let start = range.start;
                if start < network.trained.start {
                    self.operands.insert(start, tensor);
                } else {
                    let var = Var::from_tensor(&tensor)?;
                    self.operands.insert(start, var.as_tensor().clone());
                    self.trained.push((range, var));
                }
            }
            return Ok(());
        }
        for (range, var) in &self.trained {
            let values = &parameters[range.clone()];
            var.set(&Tensor::from_slice(values, var.shape(), &self.device)?)?;
        }
        Ok(())
    }

    fn learn_piece(&self, network: &Network, piece: &Batch, gradient: &mut [f32]) -> Result<f64> {
        let loss = self.loss(network, &Padded::new(piece, &self.device)?)?;
        let gradients = loss.backward()?;
        for (range, var) in &self.trained {
            if let Some(found) = gradients.get(var.as_tensor()) {
                let first = range.start - network.trained.start;
                let sums = &mut gradient[first..first + range.len()];
                for (sum, value) in sums.iter_mut().zip(found.flatten_all()?.to_vec1::<f32>()?) {
                    *sum += value;
                }
            }
        }
        Ok(f64::from(loss.to_scalar::<f32>()?))
    }

    fn at(&self, range: &Range<usize>) -> &Tensor {
        &self.operands[&range.start]
    }

    fn loss(&self, network: &Network, batch: &Padded) -> Result<Tensor> {
        let eps = network.config.rms_norm_eps;
        let turn = Turn::new(network, batch.length, &self.device)?;
        let mut x = self.at(&network.embedding).index_select(&batch.tokens, 0)?;
        for layer in &network.layers {
            x = self.layer(network, layer, batch, &turn, &x)?;
        }
        let x = rms_norm(&x, self.at(&network.norm), eps)?;
        let logits = x.matmul(&self.at(&network.head).t()?)?;
        let shifted = logits.broadcast_sub(&logits.max_keepdim(D::Minus1)?.detach())?;
        let sums = shifted.exp()?.sum_keepdim(D::Minus1)?.log()?;
        let chosen = shifted.gather(&batch.targets.unsqueeze(1)?, 1)?;
        ((sums - chosen)?.squeeze(1)? * &batch.weights)?.sum_all()
    }

    fn layer(
        &self,
        network: &Network,
        layer: &Layer,
        batch: &Padded,
        turn: &Turn,
        x: &Tensor,
    ) -> Result<Tensor> {
        let eps = network.config.rms_norm_eps;
        let normed = rms_norm(x, self.at(&layer.input_norm), eps)?;
        let projected = self.linear(&layer.projections, &normed)?;
        let attended = self.attend(network, layer, batch, turn, &projected)?;
        let middle = (x + self.linear(&layer.output, &attended)?)?;
        let normed = rms_norm(&middle, self.at(&layer.middle_norm), eps)?;
        let gate_up = self.linear(&layer.gate_up, &normed)?;
        let f = network.config.intermediate_size;
        let activations = (gate_up.narrow(1, 0, f)?.silu()? * gate_up.narrow(1, f, f)?)?;
        middle + self.linear(&layer.down, &activations)?
    }

    fn attend(
        &self,
        network: &Network,
        layer: &Layer,
        batch: &Padded,
        turn: &Turn,
        projected: &Tensor,
    ) -> Result<Tensor> {
        let heads = network.shapes().heads;
        let Heads {
            queries,
            keys,
            head_dim,
            ..
        } = heads;
        let split = |start: usize, count: usize| {
            projected
                .narrow(1, start * head_dim, count * head_dim)?
                .reshape((batch.rows, batch.length, count, head_dim))?
                .transpose(1, 2)?
                .contiguous()
        };
        let (mut query, mut key) = (split(0, queries)?, split(queries, keys)?);
        if let Some((query_norm, key_norm)) = &layer.head_norms {
            query = rms_norm(&query, self.at(query_norm), network.config.rms_norm_eps)?;
            key = rms_norm(&key, self.at(key_norm), network.config.rms_norm_eps)?;
        }
        let key = shared(&turn.apply(&key)?, queries / keys)?;
        let value = shared(&split(queries + keys, keys)?, queries / keys)?;
        let scores = (turn.apply(&query)?.matmul(&key.t()?)? / (head_dim as f64).sqrt())?;
        let scores = scores.broadcast_add(&turn.mask)?;
        let shifted = scores.broadcast_sub(&scores.max_keepdim(D::Minus1)?.detach())?;
        let exponentials = shifted.exp()?;
        let probabilities = exponentials.broadcast_div(&exponentials.sum_keepdim(D::Minus1)?)?;
        probabilities
            .matmul(&value)?
            .transpose(1, 2)?
            .reshape((batch.rows * batch.length, queries * head_dim))
    }

    fn linear(&self, linear: &Linear, x: &Tensor) -> Result<Tensor> {
        let mut y = x.matmul(&self.at(&linear.weight).t()?)?;
        if let Some(bias) = &linear.bias {
            y = y.broadcast_add(self.at(bias))?;
        }
        for adapter in &linear.adapters {
            let inner = x.matmul(&self.at(&adapter.down).t()?)?;
            let added = (inner.matmul(&self.at(&adapter.up).t()?)? * f64::from(adapter.scale))?;
            let after = linear.outputs() - adapter.outputs.end;
            y = (y + added.pad_with_zeros(1, adapter.outputs.start, after)?)?;
        }
        Ok(y)
    }
}

impl Accelerator for Composite {
    fn learn(
        &mut self,
        network: &Network,
        parameters: &[f32],
        batch: &Batch,
        gradient: &mut [f32],
    ) -> std::result::Result<f64, Error> {
        let failed = |error: candle_core::Error| Error::Device(error.into());
        gradient.fill(0.0);
        self.upload(network, parameters).map_err(failed)?;
        let pieces = batch.pieces(PIECE_TOKENS).into_iter();
        pieces
            .map(|piece| self.learn_piece(network, &piece, gradient).map_err(failed))
            .sum()
    }
}

/// Segments as rows of the same length.
struct Padded {
    rows: usize,
    length: usize,
    /// All of `rows * length`.
    tokens: Tensor,
    targets: Tensor,
    weights: Tensor,
}

impl Padded {
    fn new(batch: &Batch, device: &Device) -> Result<Self> {
        let rows = batch.segments.len();
        let length = batch.segments.iter().map(Range::len).max().unwrap_or(0);
        let padded = |row: &Range<usize>| row.start..row.start + length;
        let at = |values: &[u32], segment: &Range<usize>, index: usize| {
            if segment.contains(&index) {
                values[index]
            } else {
                0
            }
        };
        let gather = |values: &[u32]| -> Vec<u32> {
            let segments = batch.segments.iter();
            segments
                .flat_map(|s| padded(s).map(|index| at(values, s, index)))
                .collect()
        };
        let weights: Vec<f32> = batch
            .segments
            .iter()
            .flat_map(|s| {
                padded(s).map(|i| {
                    if s.contains(&i) {
                        batch.weights[i]
                    } else {
                        0.0
                    }
                })
            })
            .collect();
        Ok(Self {
            rows,
            length,
            tokens: Tensor::from_vec(gather(&batch.tokens), rows * length, device)?,
            targets: Tensor::from_vec(gather(&batch.targets), rows * length, device)?,
            weights: Tensor::from_vec(weights, rows * length, device)?,
        })
    }
}

/// The rotation by position, and the mask that hides later tokens.
struct Turn {
    cosines: Tensor,
    sines: Tensor,
    mask: Tensor,
}

impl Turn {
    fn new(network: &Network, length: usize, device: &Device) -> Result<Self> {
        let (cosines, sines) = network.rotation(length).into_tables();
        let half = network.config.head_dim / 2;
        let mask: Vec<f32> = (0..length)
            .flat_map(|row| {
                (0..length).map(move |column| if column > row { f32::NEG_INFINITY } else { 0.0 })
            })
            .collect();
        Ok(Self {
            cosines: Tensor::from_vec(cosines, (length, half), device)?,
            sines: Tensor::from_vec(sines, (length, half), device)?,
            mask: Tensor::from_vec(mask, (length, length), device)?,
        })
    }

    fn apply(&self, heads: &Tensor) -> Result<Tensor> {
        let half = heads.dim(D::Minus1)? / 2;
        let (low, high) = (
            heads.narrow(D::Minus1, 0, half)?,
            heads.narrow(D::Minus1, half, half)?,
        );
        let turned = |a: &Tensor, b: &Tensor| {
            a.broadcast_mul(&self.cosines)? + b.broadcast_mul(&self.sines)?
        };
        Tensor::cat(
            &[turned(&low, &high.neg()?)?, turned(&high, &low)?],
            D::Minus1,
        )
    }
}

fn rms_norm(x: &Tensor, weight: &Tensor, eps: f64) -> Result<Tensor> {
    let scale = (x.sqr()?.mean_keepdim(D::Minus1)? + eps)?.sqrt()?.recip()?;
    x.broadcast_mul(&scale)?.broadcast_mul(weight)
}

/// Every head of keys or values, once for each of the queries that share it.
fn shared(heads: &Tensor, times: usize) -> Result<Tensor> {
    let (rows, count, length, width) = heads.dims4()?;
    heads
        .unsqueeze(2)?
        .expand((rows, count, times, length, width))?
        .reshape((rows, count * times, length, width))
}

#[cfg(test)]
mod tests;
