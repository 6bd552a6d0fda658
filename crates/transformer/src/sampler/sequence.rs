//! One sequence on its way.

use std::mem;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;

use super::choice::Chosen;
use super::stop::StopWatch;
use super::{Completion, Finish, Progress, Request, SequenceId};
use crate::error::Error;
use crate::forward::{Cache, POSITIONS};
use crate::tokenizer::{TextStream, Tokenizer};

#[derive(Debug)]
pub(super) struct Sequence {
    pub(super) id: SequenceId,
    pub(super) request: Request,
    pub(super) cache: Cache,
    pub(super) random: ChaCha8Rng,
    /// Positions that it may come to fill.
    most: usize,
    tokens: Vec<u32>,
    logprobs: Vec<f32>,
    text: String,
    stream: Option<TextStream>,
    watch: StopWatch,
    finish: Option<Finish>,
}

// === impl Sequence ===

impl Sequence {
    pub(super) fn new(
        id: SequenceId,
        mut request: Request,
        most: usize,
        tokenizer: Option<Tokenizer>,
    ) -> Self {
        Self {
            id,
            cache: Cache::default(),
            random: ChaCha8Rng::seed_from_u64(request.choice.seed),
            most,
            tokens: Vec::new(),
            logprobs: Vec::new(),
            text: String::new(),
            stream: tokenizer.map(TextStream::new),
            watch: StopWatch::new(mem::take(&mut request.stop)),
            finish: None,
            request,
        }
    }

    /// Blocks that it may come to need.
    pub(super) fn blocks(&self) -> usize {
        self.most.div_ceil(POSITIONS)
    }

    /// The tokens that the model has not read yet, and its cache.
    pub(super) fn unread(&mut self) -> (&[u32], &mut Cache) {
        let tokens = match self.tokens.as_slice() {
            [] => self.request.prompt.as_slice(),
            [.., last] => std::slice::from_ref(last),
        };
        (tokens, &mut self.cache)
    }

    /// Positions that are filled once the model has read what is there.
    pub(super) fn length_after_step(&self) -> usize {
        self.request.prompt.len() + self.tokens.len()
    }

    pub(super) fn is_finished(&self) -> bool {
        self.finish.is_some()
    }

    /// Takes the token of a step.
    pub(super) fn take(&mut self, chosen: Option<Chosen>) -> Result<Progress, Error> {
        let mut text = String::new();
        match chosen {
            None => self.finish = Some(Finish::NotFinite),
            Some(chosen) => {
                self.tokens.push(chosen.token);
                self.logprobs.extend(chosen.logprob);
                text = self.read(chosen.token)?;
            }
        }
        if self.finish.is_some() && self.finish != Some(Finish::Stop) {
            text.push_str(&self.rest()?);
        }
        self.text.push_str(&text);
        Ok(Progress {
            id: self.id,
            token: chosen.map(|it| it.token),
            text,
            finish: self.finish,
            completion: None,
        })
    }

    /// The text that a token completes; sets `finish` where it ends the sequence.
    fn read(&mut self, token: u32) -> Result<String, Error> {
        if self.request.end_tokens.contains(&token) {
            self.finish = Some(Finish::End);
            return Ok(String::new());
        }
        let text = match &mut self.stream {
            Some(stream) => self.watch.push(&stream.push(token)?),
            None => String::new(),
        };
        if self.watch.is_stopped() {
            self.finish = Some(Finish::Stop);
        } else if self.tokens.len() >= self.request.max_tokens
            || self.length_after_step() > self.most
        {
            self.finish = Some(Finish::Length);
        }
        Ok(text)
    }

    /// What was held back, at the end; a stop string may still be in it.
    fn rest(&mut self) -> Result<String, Error> {
        let Some(stream) = &mut self.stream else {
            return Ok(String::new());
        };
        let mut text = self.watch.push(&stream.finish()?);
        if self.watch.is_stopped() {
            self.finish = Some(Finish::Stop);
        }
        text.push_str(&self.watch.finish());
        Ok(text)
    }

    pub(super) fn complete(self) -> Completion {
        Completion {
            id: self.id,
            tokens: self.tokens,
            text: self.text,
            logprobs: self.logprobs,
            finish: self.finish,
        }
    }
}
