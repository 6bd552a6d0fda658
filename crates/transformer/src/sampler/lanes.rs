//! Threads, each with sequences of its own through the whole model.

use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::choice::{ChoiceScratch, Chosen};
use super::sequence::Sequence;
use crate::error::Error;
use crate::forward::{HeadBuffer, MAX_ROWS, Model, Piece, Scratch};

#[derive(Debug)]
pub(super) struct Lanes {
    /// Absent for one thread, which is the caller's.
    pool: Option<ThreadPool>,
    lanes: Vec<Lane>,
}

/// What one thread works with.
#[derive(Debug, Default)]
struct Lane {
    scratch: Scratch,
    choice: ChoiceScratch,
    head: HeadBuffer,
    /// The rows that logits are made from.
    rows: Vec<f32>,
}

// === impl Lanes ===

impl Lanes {
    pub(super) fn new(threads: usize) -> Result<Self, Error> {
        let build = || {
            ThreadPoolBuilder::new()
                .num_threads(threads)
                .thread_name(|index| format!("sampler-{index}"))
                .build()
                .map_err(|source| Error::Threads { threads, source })
        };
        Ok(Self {
            pool: if threads > 1 { Some(build()?) } else { None },
            lanes: (0..threads.max(1)).map(|_| Lane::default()).collect(),
        })
    }

    /// A token for each sequence, whose unread tokens are read on the way.
    pub(super) fn step(
        &mut self,
        model: &Model,
        sequences: &mut [Sequence],
    ) -> Vec<Option<Chosen>> {
        let Some(pool) = &self.pool else {
            return self.lanes[0].step(model, sequences);
        };
        let shares = shares(sequences, self.lanes.len());
        let lanes = &mut self.lanes;
        pool.install(|| {
            let work = lanes.par_iter_mut().zip(shares);
            let chosen = work.map(|(lane, share)| lane.step(model, share));
            chosen.flatten_iter().collect()
        })
    }
}

/// Cuts sequences into as many runs, with about the same number of unread tokens.
fn shares(mut sequences: &mut [Sequence], count: usize) -> Vec<&mut [Sequence]> {
    let unread = |it: &mut Sequence| it.unread().0.len();
    let mut left: usize = sequences.iter_mut().map(unread).sum();
    let mut shares = Vec::with_capacity(count);
    for lanes_left in (1..=count).rev() {
        let fair = left.div_ceil(lanes_left);
        let mut tokens = 0;
        let mut length = 0;
        for sequence in sequences.iter_mut() {
            if tokens >= fair {
                break;
            }
            tokens += unread(sequence);
            length += 1;
        }
        left -= tokens;
        let (share, rest) = sequences.split_at_mut(length);
        shares.push(share);
        sequences = rest;
    }
    shares
}

// === impl Lane ===

impl Lane {
    fn step(&mut self, model: &Model, sequences: &mut [Sequence]) -> Vec<Option<Chosen>> {
        self.rows.clear();
        self.read(model, sequences);
        let width = model.config().hidden_size;
        let size = model.config().vocab_size;
        let mut chosen = Vec::with_capacity(sequences.len());
        let rows = self.rows.chunks(MAX_ROWS * width);
        for (rows, sequences) in rows.zip(sequences.chunks_mut(MAX_ROWS)) {
            let logits = model.head(rows, &mut self.head);
            for (logits, sequence) in logits.chunks_exact(size).zip(sequences) {
                chosen.push(sequence.request.choice.choose(
                    model.arch(),
                    logits,
                    &mut sequence.random,
                    &mut self.choice,
                    sequence.request.logprobs,
                ));
            }
        }
        chosen
    }

    /// Reads what is unread, a bounded number of tokens at a time, into a row for each sequence.
    fn read(&mut self, model: &Model, sequences: &mut [Sequence]) {
        let mut batch: Vec<Piece<'_>> = Vec::new();
        let mut count = 0;
        for sequence in sequences {
            let (mut tokens, cache) = sequence.unread();
            // What does not end in a batch leaves no row behind.
            while tokens.len() > MAX_ROWS {
                let (first, rest) = tokens.split_at(MAX_ROWS);
                let piece = Piece {
                    tokens: first,
                    start: cache.length,
                    cache,
                };
                model.last_rows(&mut [piece], &mut self.scratch);
                cache.length += MAX_ROWS;
                tokens = rest;
            }
            if count + tokens.len() > MAX_ROWS {
                self.finish(model, &mut batch);
                count = 0;
            }
            count += tokens.len();
            batch.push(Piece {
                tokens,
                start: cache.length,
                cache,
            });
        }
        self.finish(model, &mut batch);
    }

    fn finish(&mut self, model: &Model, batch: &mut Vec<Piece<'_>>) {
        if batch.is_empty() {
            return;
        }
        let rows = model.last_rows(batch, &mut self.scratch);
        self.rows.extend_from_slice(rows);
        for piece in batch.drain(..) {
            piece.cache.length += piece.tokens.len();
        }
    }
}
