//! A program that is to be run, and what it may use.

use bytes::Bytes;
use synthsmith_sandbox::{Isolation, Job, Language, Limits, WorkingFiles};

/// A program and what it may use on each input.
#[derive(Debug, Clone)]
pub struct Program {
    pub language: Language,
    pub source: Bytes,
    pub limits: Limits,
    pub isolation: Isolation,
}

impl Program {
    pub(crate) fn at(self, isolation: Isolation) -> Self {
        Self { isolation, ..self }
    }

    /// The work for a sandbox.
    pub(crate) fn job(self, returned_output_bytes: u64) -> Job {
        Job {
            language: self.language,
            source: self.source,
            limits: self.limits,
            returned_output_bytes,
            attached_files: 0,
            working_files: WorkingFiles::default(),
            isolation: self.isolation,
        }
    }
}
