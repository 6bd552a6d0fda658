//! What a sandbox is asked, and what it answers.

use std::num::NonZeroU32;

use bytes::Bytes;
use synthsmith_corpus::{Compilation, Outcome};

use crate::{Language, Limits};

/// One program and the inputs to run it on.
#[derive(Debug, Clone)]
pub struct Job {
    pub language: Language,
    pub source: Bytes,
    pub inputs: Vec<Bytes>,
    pub limits: Limits,
    /// How much of each output to return; 0 returns digests only.
    pub returned_output_bytes: u64,
    /// After so many runs that exceed their time the rest is not run.
    pub stop_after_timeouts: Option<NonZeroU32>,
}

/// What happened: first one compilation, then one outcome per input, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Compiled(Compilation),
    Finished(Outcome),
}
