//! What a sandbox is asked.

use bytes::Bytes;

use crate::{Language, Limits};

/// What lies between a program and those that ran before it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Isolation {
    /// A container of its own, which is never used again.
    #[default]
    Container,
    /// Namespaces and file systems of its own, inside a container in which only programs of the same batch run.
    Cell { batch: String },
}

impl Isolation {
    /// A cell among programs that name no batch.
    pub fn default_cell() -> Self {
        Self::Cell {
            batch: String::new(),
        }
    }
}

/// One program and the conditions it runs under.
#[derive(Debug, Clone)]
pub struct Job {
    pub language: Language,
    pub source: Bytes,
    /// What each run may use, before the factors of the language.
    pub limits: Limits,
    /// How much of each output to return; 0 returns digests only.
    pub returned_output_bytes: u64,
    /// Files beside standard input that every run gets, as read-only files whose paths follow the arguments (a
    /// checker's input, output, answer); at most 8.
    pub attached_files: u8,
    pub isolation: Isolation,
}

/// What one run is given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Input {
    pub stdin: Bytes,
    pub files: Vec<Bytes>,
}

impl Input {
    pub(crate) fn size_bytes(&self) -> u64 {
        let files: usize = self.files.iter().map(Bytes::len).sum();
        (self.stdin.len() + files) as u64
    }
}

impl From<Bytes> for Input {
    fn from(stdin: Bytes) -> Self {
        Self {
            stdin,
            files: Vec::new(),
        }
    }
}
