//! What a pass over some tokens reads, keeps for its way back, and works in.

use std::ops::Range;

use crate::ops::attention;
use crate::ops::heads::{Heads, Rotation};
use crate::ops::linear;
use crate::ops::product::Multiplier;

/// The widths of a layer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shapes {
    pub(crate) hidden: usize,
    pub(crate) intermediate: usize,
    pub(crate) heads: Heads,
}

/// What all layers read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pass<'a> {
    pub(crate) shapes: Shapes,
    pub(crate) eps: f32,
    pub(crate) parameters: &'a [f32],
    pub(crate) rotation: &'a Rotation,
    pub(crate) positions: &'a [u32],
    pub(crate) segments: &'a [Range<usize>],
    pub(crate) multiplier: Multiplier,
}

/// What a layer keeps from its way forward. The outputs of norms and of the gate are cheaper to make again.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    pub(crate) input_scales: Vec<f32>,
    pub(crate) projected: Vec<f32>,
    pub(crate) head_scales: Vec<f32>,
    pub(crate) rotated: Vec<f32>,
    pub(crate) attended: Vec<f32>,
    pub(crate) normalizers: Vec<f32>,
    pub(crate) middle: Vec<f32>,
    pub(crate) middle_scales: Vec<f32>,
    pub(crate) gate_up: Vec<f32>,
}

impl Kept {
    /// Makes room for `tokens`.
    pub(crate) fn fit(&mut self, shapes: Shapes, tokens: usize) {
        let heads = shapes.heads;
        self.input_scales.resize(tokens, 0.0);
        self.projected.resize(tokens * heads.projected_width(), 0.0);
        self.head_scales
            .resize(tokens * (heads.queries + heads.keys), 0.0);
        self.rotated.resize(tokens * heads.rotated_width(), 0.0);
        self.attended.resize(tokens * heads.query_width(), 0.0);
        self.normalizers.resize(tokens * heads.queries, 0.0);
        self.middle.resize(tokens * shapes.hidden, 0.0);
        self.middle_scales.resize(tokens, 0.0);
        self.gate_up.resize(tokens * 2 * shapes.intermediate, 0.0);
    }
}

/// Memory that layers work in, one after the other.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    pub(crate) normed: Vec<f32>,
    pub(crate) dnormed: Vec<f32>,
    pub(crate) activations: Vec<f32>,
    pub(crate) dattended: Vec<f32>,
    pub(crate) drotated: Vec<f32>,
    pub(crate) dprojected: Vec<f32>,
    pub(crate) attention: attention::Scratch,
    pub(crate) linear: linear::Scratch,
}
