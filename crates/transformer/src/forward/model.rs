//! The whole model.

use pulp::Arch;

use super::cache::{Cache, FreeBlocks};
use super::elementwise::RmsNorm;
use super::layer::{Layer, Scratch, Sizes, Wanted, room};
use super::linear::Linear;
use super::memory::Arena;
use super::rotary::Rotary;
use crate::config::Config;
use crate::error::Error;
use crate::weights::Weights;

/// Rows that go through all layers together; more would only push each other out of the caches.
pub(crate) const MAX_ROWS: usize = 256;

/// A model laid out for inference in `f32`.
#[derive(Debug)]
pub struct Model {
    config: Config,
    arch: Arch,
    sizes: Sizes,
    layers: Vec<Layer>,
    norm: Vec<f32>,
    rotary: Rotary,
    head: Linear,
    /// By token; absent where the head holds the same.
    embeddings: Option<Vec<f32>>,
}

/// Tokens that one sequence goes on with.
pub(crate) struct Piece<'a> {
    pub(crate) tokens: &'a [u32],
    /// The position of the first of them.
    pub(crate) start: usize,
    /// Has room for them.
    pub(crate) cache: &'a mut Cache,
}

/// Room for the last steps.
#[derive(Debug, Default)]
pub(crate) struct HeadBuffer {
    normed: Vec<f32>,
    logits: Vec<f32>,
}

// === impl Model ===

impl Model {
    /// Lays out weights, after a look at whether they are those of `config`.
    pub fn new(config: &Config, weights: &Weights) -> Result<Self, Error> {
        config.check().map_err(Error::Sizes)?;
        weights.check(config).map_err(Error::Unfit)?;
        let layers = 0..config.num_hidden_layers;
        let table = &weights.0["model.embed_tokens.weight"];
        let (head, embeddings) = if config.tie_word_embeddings {
            (table, None)
        } else {
            (&weights.0["lm_head.weight"], Some(table.values.clone()))
        };
        let mut arena = Arena::default();
        Ok(Self {
            config: config.clone(),
            arch: Arch::new(),
            sizes: Sizes::new(config),
            layers: layers
                .map(|it| Layer::new(config, weights, it, &mut arena))
                .collect(),
            norm: weights.0["model.norm.weight"].values.clone(),
            rotary: Rotary::new(config.head_dim, config.rope_theta),
            head: Linear::new(&[head], None, &mut arena),
            embeddings,
        })
    }

    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The logits after each of `tokens`, a row of `vocab_size` each.
    pub fn logits(&self, tokens: &[u32]) -> Result<Vec<f32>, Error> {
        self.check(tokens)?;
        let mut cache = Cache::default();
        cache.grow(tokens.len(), self.sizes.block, &mut FreeBlocks::default());
        let mut scratch = Scratch::default();
        let mut buffer = HeadBuffer::default();
        let mut logits = Vec::with_capacity(tokens.len() * self.config.vocab_size);
        for (index, tokens) in tokens.chunks(MAX_ROWS).enumerate() {
            let piece = Piece {
                tokens,
                start: index * MAX_ROWS,
                cache: &mut cache,
            };
            self.run(&mut [piece], Wanted::All, &mut scratch);
            logits.extend_from_slice(self.head(&scratch.hidden, &mut buffer));
        }
        Ok(logits)
    }

    /// Says which of `tokens` the model does not have, or that they are too many.
    pub(crate) fn check(&self, tokens: &[u32]) -> Result<(), Error> {
        let size = self.config.vocab_size;
        if let Some(token) = tokens.iter().find(|it| **it as usize >= size) {
            let problem = format!("the token {token} is beyond the model's {size}");
            return Err(Error::Request(problem));
        }
        let limit = self.config.max_position_embeddings;
        if tokens.len() > limit {
            let problem = format!("{} tokens, more than the model's {limit}", tokens.len());
            return Err(Error::Request(problem));
        }
        Ok(())
    }

    pub(crate) fn arch(&self) -> Arch {
        self.arch
    }

    /// Takes pieces of at most [`MAX_ROWS`] tokens through all layers; gives the rows of the last
    /// token of each, in `scratch`.
    pub(crate) fn last_rows<'a>(
        &self,
        pieces: &mut [Piece<'_>],
        scratch: &'a mut Scratch,
    ) -> &'a [f32] {
        self.run(pieces, Wanted::Last, scratch);
        &scratch.hidden
    }

    /// Rows of the stream into rows of logits; `buffer` is used again.
    pub(crate) fn head<'a>(&self, rows: &[f32], buffer: &'a mut HeadBuffer) -> &'a [f32] {
        let normed = room(&mut buffer.normed, rows.len());
        self.arch.dispatch(RmsNorm {
            rows,
            weight: &self.norm,
            eps: self.sizes.eps,
            out: normed,
        });
        let count = rows.len() / self.config.hidden_size;
        let logits = room(&mut buffer.logits, count * self.config.vocab_size);
        self.head.apply(self.arch, normed, logits, false);
        logits
    }

    fn run(&self, pieces: &mut [Piece<'_>], wanted: Wanted, scratch: &mut Scratch) {
        self.embed(pieces, scratch);
        for (index, layer) in self.layers.iter().enumerate() {
            // Layers read all rows of the one before.
            let is_last = index + 1 == self.layers.len();
            let wanted = if is_last { wanted } else { Wanted::All };
            layer.run(self.arch, self.sizes, index, wanted, pieces, scratch);
        }
    }

    fn embed(&self, pieces: &[Piece<'_>], scratch: &mut Scratch) {
        let width = self.config.hidden_size;
        scratch.hidden.clear();
        scratch.turns.clear();
        for piece in pieces {
            for (position, token) in (piece.start..).zip(piece.tokens) {
                self.rotary.turns(position, &mut scratch.turns);
                let start = scratch.hidden.len();
                scratch.hidden.resize(start + width, 0.0);
                let row = &mut scratch.hidden[start..];
                let token = *token as usize;
                match &self.embeddings {
                    Some(table) => row.copy_from_slice(&table[token * width..][..width]),
                    None => self.head.row(token, row),
                }
            }
        }
    }
}
