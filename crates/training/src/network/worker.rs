//! A pass forward and backward over pieces of a batch, in memory that is used again and again.
//!
//! Pieces are small, so that what a layer keeps is still in the processor's cache when the backward
//! pass asks for it; gradients are sums, so pieces change no result but the order of additions.

use super::pass::{Kept, Scratch};
use super::{Batch, Network};
use crate::ops::cross_entropy::{self, Targets, cross_entropy};
use crate::ops::embedding::{embed, embed_backward};
use crate::ops::heads::Rotation;
use crate::ops::product::Multiplier;
use crate::ops::rms_norm::{rms_norm, rms_norm_backward};
use crate::parameters::Gradient;

/// One of the workers that share a batch.
#[derive(Debug)]
pub(crate) struct Worker {
    gradient: Gradient,
    /// Whether layers are computed again on the way back.
    checkpointing: bool,
    multiplier: Multiplier,
    /// The input of each layer, and the output of the last one.
    states: Vec<Vec<f32>>,
    kept: Vec<Kept>,
    scratch: Scratch,
    final_scales: Vec<f32>,
    head: cross_entropy::Scratch,
}

impl Worker {
    pub(crate) fn new(network: &Network, checkpointing: bool, threads: usize) -> Self {
        let layers = network.layers.len();
        let kept = if checkpointing { 1 } else { layers };
        Self {
            gradient: Gradient::new(&network.trained),
            checkpointing,
            multiplier: Multiplier::new(threads),
            states: vec![Vec::new(); layers + 1],
            kept: (0..kept).map(|_| Kept::default()).collect(),
            scratch: Scratch::default(),
            final_scales: Vec::new(),
            head: cross_entropy::Scratch::default(),
        }
    }

    pub(crate) fn gradient(&self) -> &Gradient {
        &self.gradient
    }

    pub(crate) fn gradient_mut(&mut self) -> &mut Gradient {
        &mut self.gradient
    }

    /// Adds the gradient of the piece's loss and returns the loss.
    pub(crate) fn learn(
        &mut self,
        network: &Network,
        parameters: &[f32],
        rotation: &Rotation,
        piece: &Batch,
    ) -> f64 {
        self.forward(network, parameters, rotation, piece);
        let loss = self.predict(network, parameters, piece);
        self.backward(network, parameters, rotation, piece);
        loss
    }

    fn forward(
        &mut self,
        network: &Network,
        parameters: &[f32],
        rotation: &Rotation,
        piece: &Batch,
    ) {
        let pass = network.pass(parameters, rotation, piece, self.multiplier);
        let width = network.config.hidden_size;
        for state in &mut self.states {
            state.resize(piece.tokens.len() * width, 0.0);
        }
        let table = &parameters[network.embedding.clone()];
        embed(table, width, &piece.tokens, &mut self.states[0]);
        for (index, layer) in network.layers.iter().enumerate() {
            let kept = &mut self.kept[if self.checkpointing { 0 } else { index }];
            let (before, after) = self.states.split_at_mut(index + 1);
            layer.keep(&pass, &mut self.scratch, &before[index], kept);
            layer.finish(&pass, &mut self.scratch, kept, &mut after[0]);
        }
    }

    /// Returns the loss and leaves its gradient in place of the last state.
    fn predict(&mut self, network: &Network, parameters: &[f32], piece: &Batch) -> f64 {
        let width = network.config.hidden_size;
        let weight = &parameters[network.norm.clone()];
        let Scratch {
            normed, dnormed, ..
        } = &mut self.scratch;
        let last = self
            .states
            .last_mut()
            .expect("there is a state after the last layer");
        normed.resize(last.len(), 0.0);
        dnormed.resize(last.len(), 0.0);
        self.final_scales.resize(piece.tokens.len(), 0.0);
        let eps = network.config.rms_norm_eps as f32;
        rms_norm(last, weight, eps, normed, &mut self.final_scales);
        let loss = cross_entropy(
            normed,
            &parameters[network.head.clone()],
            width,
            Targets {
                tokens: &piece.targets,
                weights: &piece.weights,
            },
            self.multiplier,
            &mut self.head,
            dnormed,
            self.gradient.of(&network.head),
        );
        normed.fill(0.0);
        let dweight = self.gradient.of(&network.norm);
        rms_norm_backward(last, weight, &self.final_scales, dnormed, normed, dweight);
        last.copy_from_slice(normed);
        loss
    }

    fn backward(
        &mut self,
        network: &Network,
        parameters: &[f32],
        rotation: &Rotation,
        piece: &Batch,
    ) {
        let pass = network.pass(parameters, rotation, piece, self.multiplier);
        let (gradient, inputs) = self
            .states
            .split_last_mut()
            .expect("there is a state after the last layer");
        for (index, layer) in network.layers.iter().enumerate().rev() {
            let kept = &mut self.kept[if self.checkpointing { 0 } else { index }];
            if self.checkpointing {
                layer.keep(&pass, &mut self.scratch, &inputs[index], kept);
            }
            let scratch = &mut self.scratch;
            layer.backward(
                &pass,
                scratch,
                &inputs[index],
                kept,
                &mut self.gradient,
                gradient,
            );
        }
        if let Some(dtable) = self.gradient.of(&network.embedding) {
            embed_backward(gradient, network.config.hidden_size, &piece.tokens, dtable);
        }
    }
}
