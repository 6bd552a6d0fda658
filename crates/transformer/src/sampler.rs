//! Many sequences that grow together, token by token.
//!
//! Sequences join and leave at any step. What a sequence gets depends on its request alone, to the
//! last bit, not on what else is sampled beside it or on the number of threads.

mod choice;
mod lanes;
mod request;
mod sequence;
mod stop;

use std::collections::VecDeque;
use std::sync::Arc;

use crate::error::Error;
use crate::forward::{BlockSize, FreeBlocks, Model, POSITIONS};
use crate::tokenizer::Tokenizer;

pub use choice::Choice;
use lanes::Lanes;
pub use request::{Completion, Finish, Progress, Request, SequenceId, Settings};
use sequence::Sequence;

/// Samples from a model.
#[derive(Debug)]
pub struct Sampler {
    model: Arc<Model>,
    tokenizer: Option<Tokenizer>,
    settings: Settings,
    lanes: Lanes,
    size: BlockSize,
    free: FreeBlocks,
    /// Blocks that running sequences may come to need.
    reserved: usize,
    running: Vec<Sequence>,
    waiting: VecDeque<Sequence>,
    next_id: u64,
}

// === impl Sampler ===

impl Sampler {
    /// Without a tokenizer there are no texts and no stop strings.
    pub fn new(
        model: Arc<Model>,
        tokenizer: Option<Tokenizer>,
        settings: Settings,
    ) -> Result<Self, Error> {
        Ok(Self {
            lanes: Lanes::new(settings.threads)?,
            size: BlockSize::new(model.config()),
            model,
            tokenizer,
            settings,
            free: FreeBlocks::default(),
            reserved: 0,
            running: Vec::new(),
            waiting: VecDeque::new(),
            next_id: 0,
        })
    }

    /// Takes a request, to begin as soon as the cache has room for the whole of it.
    pub fn add(&mut self, request: Request) -> Result<SequenceId, Error> {
        request.check(self.tokenizer.is_some())?;
        self.model.check(&request.prompt)?;
        let limit = self.model.config().max_position_embeddings;
        // The last token is not read any more.
        let most = (request.prompt.len() - 1).saturating_add(request.max_tokens);
        let most = most.min(limit);
        let blocks = most.div_ceil(POSITIONS);
        if blocks > self.capacity() {
            let problem = format!(
                "{most} tokens take {} bytes of cache, of {}",
                blocks * self.size.bytes(),
                self.settings.cache_bytes
            );
            return Err(Error::Request(problem));
        }
        let id = SequenceId(self.next_id);
        self.next_id += 1;
        let sequence = Sequence::new(id, request, most, self.tokenizer.clone());
        self.waiting.push_back(sequence);
        Ok(id)
    }

    /// Ends a sequence early; gives what it has so far, or none if it is not there.
    pub fn remove(&mut self, id: SequenceId) -> Option<Completion> {
        if let Some(index) = self.waiting.iter().position(|it| it.id == id) {
            return self.waiting.remove(index).map(Sequence::complete);
        }
        let index = self.running.iter().position(|it| it.id == id)?;
        let sequence = self.running.remove(index);
        Some(self.release(sequence))
    }

    /// Whether there is nothing to do.
    pub fn is_idle(&self) -> bool {
        self.running.is_empty() && self.waiting.is_empty()
    }

    /// One token more for each sequence that has room; what is finished leaves.
    pub fn step(&mut self) -> Result<Vec<Progress>, Error> {
        self.admit();
        for sequence in &mut self.running {
            let length = sequence.length_after_step();
            sequence.cache.grow(length, self.size, &mut self.free);
        }
        let chosen = self.lanes.step(&self.model, &mut self.running);
        let mut progress = Vec::with_capacity(chosen.len());
        for (sequence, chosen) in self.running.iter_mut().zip(chosen) {
            progress.push(sequence.take(chosen)?);
        }
        let (finished, running): (Vec<_>, Vec<_>) = std::mem::take(&mut self.running)
            .into_iter()
            .partition(Sequence::is_finished);
        self.running = running;
        for (sequence, progress) in finished.into_iter().zip(
            progress
                .iter_mut()
                .filter(|progress| progress.finish.is_some()),
        ) {
            progress.completion = Some(self.release(sequence));
        }
        Ok(progress)
    }

    /// Samples all of `requests` to their ends; the completions are in the same order.
    ///
    /// Sequences that were there before go on beside them; their progress is lost.
    pub fn run(&mut self, requests: Vec<Request>) -> Result<Vec<Completion>, Error> {
        let ids: Result<Vec<SequenceId>, Error> =
            requests.into_iter().map(|it| self.add(it)).collect();
        let ids = ids?;
        let mut done: Vec<Option<Completion>> = ids.iter().map(|_| None).collect();
        let mut left = ids.len();
        while left > 0 {
            for progress in self.step()? {
                let place = ids.binary_search(&progress.id);
                if let (Ok(place), Some(completion)) = (place, progress.completion) {
                    done[place] = Some(completion);
                    left -= 1;
                }
            }
        }
        Ok(done.into_iter().flatten().collect())
    }

    /// Lets those in that have room to their ends, in the order in which they came.
    fn admit(&mut self) {
        while let Some(sequence) = self.waiting.front() {
            let blocks = sequence.blocks();
            let has_room = self.reserved + blocks <= self.capacity()
                && self.running.len() < self.settings.max_sequences;
            if !has_room {
                return;
            }
            self.reserved += blocks;
            self.running.extend(self.waiting.pop_front());
        }
    }

    fn release(&mut self, mut sequence: Sequence) -> Completion {
        self.reserved -= sequence.blocks();
        sequence.cache.release(&mut self.free);
        sequence.complete()
    }

    fn capacity(&self) -> usize {
        self.settings.cache_bytes / self.size.bytes()
    }
}

#[cfg(test)]
mod tests;
