//! What is asked of a sampler, and what it gives.

use super::Choice;
use crate::error::Error;

/// What a sampler may use.
#[derive(Debug, Clone)]
pub struct Settings {
    pub threads: usize,
    /// For keys and values. A sequence begins once its whole length has room.
    pub cache_bytes: usize,
    /// Sequences that run at once.
    pub max_sequences: usize,
}

/// A text to go on with.
#[derive(Debug, Clone)]
pub struct Request {
    /// At least one token.
    pub prompt: Vec<u32>,
    /// At least 1. The model's `max_position_embeddings` ends a sequence as well.
    pub max_tokens: usize,
    pub choice: Choice,
    /// Texts that end the sequence; they are not part of its text.
    pub stop: Vec<String>,
    /// Tokens that end the sequence.
    pub end_tokens: Vec<u32>,
    /// Asks for the log-probability of each token.
    pub logprobs: bool,
}

/// The name of a sequence in its sampler, in the order of their coming.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SequenceId(pub(super) u64);

/// Why a sequence ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finish {
    /// By an end token.
    End,
    /// By a stop string.
    Stop,
    /// By its number of tokens.
    Length,
    /// The model gave no number for any token: its values have become too large.
    NotFinite,
}

/// What one step gave one sequence.
#[derive(Debug, Clone)]
pub struct Progress {
    pub id: SequenceId,
    /// Absent where the model gave no numbers.
    pub token: Option<u32>,
    /// Text that is certain now: no half characters, no beginnings of stop strings.
    pub text: String,
    pub finish: Option<Finish>,
    /// The whole of it, once it is finished.
    pub completion: Option<Completion>,
}

/// A finished sequence.
#[derive(Debug, Clone, PartialEq)]
pub struct Completion {
    pub id: SequenceId,
    /// Without the prompt; an end token is the last.
    pub tokens: Vec<u32>,
    /// Without special tokens and stop strings. Empty without a tokenizer.
    pub text: String,
    /// For each token, its log-probability among all tokens, before temperature, top-k and top-p.
    /// Empty unless asked for.
    pub logprobs: Vec<f32>,
    /// None where the sequence was removed.
    pub finish: Option<Finish>,
}

const MAX_STOPS: usize = 16;
const MAX_STOP_BYTES: usize = 1024;

// === impl Settings ===

impl Default for Settings {
    fn default() -> Self {
        Self {
            threads: 1,
            cache_bytes: 1 << 30,
            max_sequences: 256,
        }
    }
}

// === impl Request ===

impl Default for Request {
    fn default() -> Self {
        Self {
            prompt: Vec::new(),
            max_tokens: 256,
            choice: Choice::default(),
            stop: Vec::new(),
            end_tokens: Vec::new(),
            logprobs: false,
        }
    }
}

impl Request {
    pub(super) fn check(&self, has_tokenizer: bool) -> Result<(), Error> {
        let problem = if self.prompt.is_empty() {
            "its prompt has no tokens"
        } else if self.max_tokens == 0 {
            "it asks for 0 tokens"
        } else if !self.stop.is_empty() && !has_tokenizer {
            "stop strings need a tokenizer"
        } else if self.stop.len() > MAX_STOPS {
            "it has more than 16 stop strings"
        } else if self.stop.iter().any(String::is_empty) {
            "a stop string is empty"
        } else if self.stop.iter().any(|it| it.len() > MAX_STOP_BYTES) {
            "a stop string has more than 1024 bytes"
        } else {
            return self.choice.check();
        };
        Err(Error::Request(problem.to_owned()))
    }
}
