//! A program that is to be run, and what it may use.

use bytes::Bytes;
use synthsmith_sandbox::{Job, Language, Limits};

/// A program and what it may use on each input.
#[derive(Debug, Clone)]
pub struct Program {
    pub language: Language,
    pub source: Bytes,
    pub limits: Limits,
}

impl Program {
    /// The work for a sandbox.
    pub(crate) fn job(self, returned_output_bytes: u64) -> Job {
        Job {
            language: self.language,
            source: self.source,
            limits: self.limits,
            returned_output_bytes,
            attached_files: 0,
        }
    }
}
