//! One decoder layer, forward and backward:
//! `m = x + O attention(rotate(QKV norm(x)))`, `y = m + D swiglu(GU norm(m))`.

use std::ops::Range;

use super::pass::{Kept, Pass, Scratch};
use crate::ops::attention::{Attended, Inputs, attention, attention_backward};
use crate::ops::heads::{HeadNormGradients, HeadNorms, rotate, rotate_backward};
use crate::ops::linear::Linear;
use crate::ops::product::Write;
use crate::ops::rms_norm::{renormalize, rms_norm, rms_norm_backward};
use crate::ops::swiglu::{swiglu, swiglu_backward};
use crate::parameters::Gradient;

/// Where the values of a layer lie. Maps of the same input are one.
#[derive(Debug, Clone)]
pub(crate) struct Layer {
    pub(crate) input_norm: Range<usize>,
    /// Queries, keys and values.
    pub(crate) projections: Linear,
    /// The norms of queries and of keys.
    pub(crate) head_norms: Option<(Range<usize>, Range<usize>)>,
    pub(crate) output: Linear,
    pub(crate) middle_norm: Range<usize>,
    /// Gates and ups.
    pub(crate) gate_up: Linear,
    pub(crate) down: Linear,
}

impl Layer {
    /// Computes from the input `x` (`tokens x hidden_size`) all that the backward pass needs.
    pub(crate) fn keep(&self, pass: &Pass, scratch: &mut Scratch, x: &[f32], kept: &mut Kept) {
        kept.fit(pass.shapes, x.len() / pass.shapes.hidden);
        scratch.normed.resize(x.len(), 0.0);
        self.attend(pass, scratch, x, kept);
        let values = pass.parameters;
        kept.middle.copy_from_slice(x);
        self.output.residual(
            values,
            pass.multiplier,
            &mut scratch.linear,
            &kept.attended,
            Write::Add,
            &mut kept.middle,
        );
        let normed = &mut scratch.normed;
        rms_norm(
            &kept.middle,
            &values[self.middle_norm.clone()],
            pass.eps,
            normed,
            &mut kept.middle_scales,
        );
        self.gate_up.forward(
            values,
            pass.multiplier,
            &mut scratch.linear,
            normed,
            &mut kept.gate_up,
        );
    }

    /// Attention, from the layer's input to its attended values.
    fn attend(&self, pass: &Pass, scratch: &mut Scratch, x: &[f32], kept: &mut Kept) {
        let values = pass.parameters;
        let normed = &mut scratch.normed;
        rms_norm(
            x,
            &values[self.input_norm.clone()],
            pass.eps,
            normed,
            &mut kept.input_scales,
        );
        self.projections.forward(
            values,
            pass.multiplier,
            &mut scratch.linear,
            normed,
            &mut kept.projected,
        );
        rotate(
            pass.shapes.heads,
            pass.rotation,
            self.norms(values),
            pass.positions,
            &kept.projected,
            &mut kept.rotated,
            &mut kept.head_scales,
        );
        let inputs = Inputs {
            heads: pass.shapes.heads,
            rotated: &kept.rotated,
            projected: &kept.projected,
        };
        attention(
            inputs,
            pass.segments,
            pass.multiplier,
            &mut scratch.attention,
            &mut kept.attended,
            &mut kept.normalizers,
        );
    }

    /// Writes the layer's output.
    pub(crate) fn finish(&self, pass: &Pass, scratch: &mut Scratch, kept: &Kept, y: &mut [f32]) {
        scratch.activations.resize(kept.gate_up.len() / 2, 0.0);
        swiglu(
            &kept.gate_up,
            pass.shapes.intermediate,
            &mut scratch.activations,
        );
        y.copy_from_slice(&kept.middle);
        self.down.residual(
            pass.parameters,
            pass.multiplier,
            &mut scratch.linear,
            &scratch.activations,
            Write::Add,
            y,
        );
    }

    /// Turns `dy`, the gradient of the output, into that of the input `x`; what was kept is used up.
    pub(crate) fn backward(
        &self,
        pass: &Pass,
        scratch: &mut Scratch,
        x: &[f32],
        kept: &mut Kept,
        gradient: &mut Gradient,
        dy: &mut [f32],
    ) {
        self.transform_backward(pass, scratch, kept, gradient, dy);
        self.attend_backward(pass, scratch, kept, gradient, dy);
        let (values, multiplier) = (pass.parameters, pass.multiplier);
        let Scratch {
            normed,
            dnormed,
            dprojected,
            linear,
            ..
        } = scratch;
        let weight = &values[self.input_norm.clone()];
        renormalize(x, weight, &kept.input_scales, normed);
        self.projections.backward(
            values, multiplier, linear, normed, dprojected, gradient, dnormed,
        );
        let dweight = gradient.of(&self.input_norm);
        rms_norm_backward(x, weight, &kept.input_scales, dnormed, dy, dweight);
    }

    /// The gated half of the layer.
    fn transform_backward(
        &self,
        pass: &Pass,
        scratch: &mut Scratch,
        kept: &mut Kept,
        gradient: &mut Gradient,
        dy: &mut [f32],
    ) {
        let (values, multiplier) = (pass.parameters, pass.multiplier);
        let Scratch {
            normed,
            dnormed,
            activations,
            linear,
            ..
        } = scratch;
        activations.resize(kept.gate_up.len() / 2, 0.0);
        // The map's own gradient needs the activations, which exchanging them below gives back.
        self.down
            .backward_input(values, multiplier, linear, dy, activations);
        swiglu_backward(&mut kept.gate_up, pass.shapes.intermediate, activations);
        self.down
            .backward_weights(values, multiplier, linear, activations, dy, gradient);
        let weight = &values[self.middle_norm.clone()];
        normed.resize(dy.len(), 0.0);
        dnormed.resize(dy.len(), 0.0);
        renormalize(&kept.middle, weight, &kept.middle_scales, normed);
        self.gate_up.backward(
            values,
            multiplier,
            linear,
            normed,
            &kept.gate_up,
            gradient,
            dnormed,
        );
        let dweight = gradient.of(&self.middle_norm);
        rms_norm_backward(
            &kept.middle,
            weight,
            &kept.middle_scales,
            dnormed,
            dy,
            dweight,
        );
    }

    /// Attention, from the gradient after it to that of the projections.
    fn attend_backward(
        &self,
        pass: &Pass,
        scratch: &mut Scratch,
        kept: &Kept,
        gradient: &mut Gradient,
        dy: &[f32],
    ) {
        let (values, multiplier) = (pass.parameters, pass.multiplier);
        scratch.dattended.resize(kept.attended.len(), 0.0);
        scratch.drotated.resize(kept.rotated.len(), 0.0);
        scratch.dprojected.resize(kept.projected.len(), 0.0);
        let Scratch {
            dattended,
            drotated,
            dprojected,
            linear,
            ..
        } = scratch;
        self.output.backward(
            values,
            multiplier,
            linear,
            &kept.attended,
            dy,
            gradient,
            dattended,
        );
        let inputs = Inputs {
            heads: pass.shapes.heads,
            rotated: &kept.rotated,
            projected: &kept.projected,
        };
        let attended = Attended {
            out: &kept.attended,
            normalizers: &kept.normalizers,
            dout: dattended,
        };
        let blocks = &mut scratch.attention;
        attention_backward(
            inputs,
            pass.segments,
            multiplier,
            blocks,
            attended,
            drotated,
            dprojected,
        );
        rotate_backward(
            pass.shapes.heads,
            pass.rotation,
            self.norms(values),
            pass.positions,
            &kept.projected,
            &kept.head_scales,
            drotated,
            dprojected,
            self.norm_gradients(gradient),
        );
    }

    fn norms<'a>(&self, values: &'a [f32]) -> Option<HeadNorms<'a>> {
        let (query, key) = self.head_norms.as_ref()?;
        Some(HeadNorms {
            query: &values[query.clone()],
            key: &values[key.clone()],
        })
    }

    /// The gradients of the norms of heads, which lie side by side.
    fn norm_gradients<'a>(&self, gradient: &'a mut Gradient) -> Option<HeadNormGradients<'a>> {
        let (query, key) = self.head_norms.as_ref()?;
        let both = gradient.of(&(query.start..key.end))?;
        let (query, key) = both.split_at_mut(query.len());
        Some(HeadNormGradients { query, key })
    }
}
