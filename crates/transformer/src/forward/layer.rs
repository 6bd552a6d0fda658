//! One layer: attention and the gated feed-forward, each on top of its input.

use pulp::{Arch, Simd, WithSimd};

use super::cache::BlockSize;
use super::elementwise::{RmsNorm, rms_norm_in_place};
use super::gated::Gated;
use super::heads::{Heads, HeadsScratch};
use super::linear::Linear;
use super::memory::Arena;
use super::model::Piece;
use super::rotary;
use crate::config::{Architecture, Config};
use crate::weights::{Array, Weights};

#[derive(Debug)]
pub(super) struct Layer {
    input_norm: Vec<f32>,
    /// Queries, keys and values side by side.
    attention_inputs: Linear,
    query_norm: Option<Vec<f32>>,
    key_norm: Option<Vec<f32>>,
    attention_output: Linear,
    feed_norm: Vec<f32>,
    feed_inputs: Gated,
    feed_output: Linear,
}

/// The sizes that a layer works with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sizes {
    pub(super) heads: usize,
    pub(super) key_value_heads: usize,
    pub(super) head_dim: usize,
    pub(super) inner: usize,
    pub(super) eps: f32,
    pub(super) block: BlockSize,
}

/// The rows that are asked for after a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    All,
    /// That of the last token of each piece; the others only leave keys and values behind.
    Last,
}

/// Room for the values between, used again at each pass.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    /// The stream that layers add to.
    pub(super) hidden: Vec<f32>,
    pub(super) normed: Vec<f32>,
    /// Cosines and sines of each row's position.
    pub(super) turns: Vec<f32>,
    wide: Vec<f32>,
    aside: Vec<f32>,
    inner: Vec<f32>,
    attended: Vec<f32>,
    heads: HeadsScratch,
}

// === impl Sizes ===

impl Sizes {
    pub(super) fn new(config: &Config) -> Self {
        Self {
            heads: config.num_attention_heads,
            key_value_heads: config.num_key_value_heads,
            head_dim: config.head_dim,
            inner: config.intermediate_size,
            eps: config.rms_norm_eps as f32,
            block: BlockSize::new(config),
        }
    }

    pub(super) fn group(&self) -> usize {
        self.heads / self.key_value_heads
    }
}

// === impl Wanted ===

impl Wanted {
    fn count(self, tokens: usize) -> usize {
        match self {
            Self::All => tokens,
            Self::Last => tokens.min(1),
        }
    }
}

// === impl Layer ===

impl Layer {
    /// Lays out the weights, which are known to be there.
    pub(super) fn new(config: &Config, weights: &Weights, layer: usize, arena: &mut Arena) -> Self {
        let array = |name: &str| -> &Array { &weights.0[&format!("model.layers.{layer}.{name}")] };
        let values = |name: &str| array(name).values.clone();
        let (biases, has_norms) = match config.architecture {
            Architecture::Qwen2 => {
                let names = ["q_proj", "k_proj", "v_proj"];
                let bias = names.map(|it| array(&format!("self_attn.{it}.bias")));
                (Some(bias), false)
            }
            Architecture::Qwen3 => (None, true),
        };
        let inputs = ["q_proj", "k_proj", "v_proj"];
        let inputs = inputs.map(|it| array(&format!("self_attn.{it}.weight")));
        Self {
            input_norm: values("input_layernorm.weight"),
            attention_inputs: Linear::new(
                &inputs,
                biases.as_ref().map(<[&Array; 3]>::as_slice),
                arena,
            ),
            query_norm: has_norms.then(|| values("self_attn.q_norm.weight")),
            key_norm: has_norms.then(|| values("self_attn.k_norm.weight")),
            attention_output: Linear::new(&[array("self_attn.o_proj.weight")], None, arena),
            feed_norm: values("post_attention_layernorm.weight"),
            feed_inputs: Gated::new(
                array("mlp.gate_proj.weight"),
                array("mlp.up_proj.weight"),
                arena,
            ),
            feed_output: Linear::new(&[array("mlp.down_proj.weight")], None, arena),
        }
    }

    /// Adds to the stream of all rows what this layer, the `index`th, has to say.
    pub(super) fn run(
        &self,
        arch: Arch,
        sizes: Sizes,
        index: usize,
        wanted: Wanted,
        pieces: &mut [Piece<'_>],
        scratch: &mut Scratch,
    ) {
        let width = self.input_norm.len();
        let rows = scratch.hidden.len() / width;
        scratch.normed.resize(scratch.hidden.len(), 0.0);
        let (hidden, normed) = (&mut scratch.hidden, &mut scratch.normed);
        arch.dispatch(RmsNorm {
            rows: hidden,
            weight: &self.input_norm,
            eps: sizes.eps,
            out: normed,
        });
        let wide = room(&mut scratch.wide, rows * self.attention_inputs.outputs());
        self.attention_inputs.apply(arch, normed, wide, false);
        self.attend(arch, sizes, index, wanted, pieces, scratch);
        if wanted == Wanted::Last {
            keep_last(pieces, width, &mut scratch.hidden);
        }
        let rows = scratch.hidden.len() / width;
        scratch.normed.resize(scratch.hidden.len(), 0.0);
        let (hidden, normed) = (&mut scratch.hidden, &mut scratch.normed);
        self.attention_output
            .apply(arch, &scratch.attended, hidden, true);
        arch.dispatch(RmsNorm {
            rows: hidden,
            weight: &self.feed_norm,
            eps: sizes.eps,
            out: normed,
        });
        let inner = room(&mut scratch.inner, rows * sizes.inner);
        self.feed_inputs
            .apply(arch, normed, inner, &mut scratch.aside);
        self.feed_output.apply(arch, inner, hidden, true);
    }

    /// From queries, keys and values in `wide` to what the heads have seen in `attended`.
    fn attend(
        &self,
        arch: Arch,
        sizes: Sizes,
        index: usize,
        wanted: Wanted,
        pieces: &mut [Piece<'_>],
        scratch: &mut Scratch,
    ) {
        let dim = sizes.head_dim;
        let (width, query_width) = (self.attention_inputs.outputs(), sizes.heads * dim);
        arch.dispatch(Place {
            layer: self,
            sizes,
            rows: room(&mut scratch.wide, scratch.turns.len() / dim * width),
            turns: &scratch.turns,
        });
        let rows_of = |piece: &Piece<'_>| wanted.count(piece.tokens.len());
        let count: usize = pieces.iter().map(rows_of).sum();
        // Not a room: its length is the number of rows that go on.
        scratch.attended.resize(count * query_width, 0.0);
        let mut attended = scratch.attended.as_mut_slice();
        let mut rest = scratch.wide.as_slice();
        for piece in pieces {
            let count = piece.tokens.len();
            let (rows, others) = rest.split_at(count * width);
            rest = others;
            store(sizes, index, piece, rows);
            let first = count - wanted.count(count);
            let rows = &rows[first * width..];
            let (out, others) = attended.split_at_mut((count - first) * query_width);
            attended = others;
            let mut heads = Heads {
                cache: piece.cache,
                sizes,
                layer: index,
                start: piece.start + first,
                rows,
                width,
                out,
                scratch: &mut scratch.heads,
            };
            heads.look(arch);
        }
    }
}

/// So much of a buffer, which only ever grows; what is in it is old.
pub(super) fn room(buffer: &mut Vec<f32>, length: usize) -> &mut [f32] {
    if buffer.len() < length {
        buffer.resize(length, 0.0);
    }
    &mut buffer[..length]
}

/// Moves the last row of each piece to the front, and drops the others.
fn keep_last(pieces: &[Piece<'_>], width: usize, rows: &mut Vec<f32>) {
    let mut end = 0;
    for (index, piece) in pieces.iter().enumerate() {
        end += piece.tokens.len() * width;
        rows.copy_within(end - width..end, index * width);
    }
    rows.truncate(pieces.len() * width);
}

/// Norms the heads of queries and keys, where the model does, and turns them to their places.
struct Place<'a> {
    layer: &'a Layer,
    sizes: Sizes,
    rows: &'a mut [f32],
    turns: &'a [f32],
}

impl WithSimd for Place<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { layer, sizes, .. } = self;
        let (dim, width) = (sizes.head_dim, layer.attention_inputs.outputs());
        let turned = (sizes.heads + sizes.key_value_heads) * dim;
        let rows = self.rows.chunks_exact_mut(width);
        for (row, turns) in rows.zip(self.turns.chunks_exact(dim)) {
            for (head, values) in row[..turned].chunks_exact_mut(dim).enumerate() {
                let is_query = head < sizes.heads;
                let norm = if is_query {
                    &layer.query_norm
                } else {
                    &layer.key_norm
                };
                if let Some(norm) = norm {
                    rms_norm_in_place(values, norm, sizes.eps);
                }
                rotary::turn(values, turns);
            }
        }
    }
}

/// Puts keys and values of a piece into its cache.
fn store(sizes: Sizes, layer: usize, piece: &mut Piece<'_>, rows: &[f32]) {
    let dim = sizes.head_dim;
    let width = (sizes.heads + 2 * sizes.key_value_heads) * dim;
    for (position, row) in (piece.start..).zip(rows.chunks_exact(width)) {
        let rest = &row[sizes.heads * dim..];
        let (keys, values) = rest.split_at(sizes.key_value_heads * dim);
        let heads = keys.chunks_exact(dim).zip(values.chunks_exact(dim));
        for (head, (key, value)) in heads.enumerate() {
            let place = (layer, head);
            piece.cache.put(sizes.block, position, place, key, value);
        }
    }
}
