//! What a sandbox is asked.

use bytes::Bytes;
pub use synthsmith_runner_protocol::{MAX_GIVEN_BYTES, MAX_WORKING_FILES, is_plain_path};

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
    pub working_files: WorkingFiles,
    pub isolation: Isolation,
}

/// Files of the directory that a program runs in, by plain paths in it ([`is_plain_path`]).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkingFiles {
    /// Every run finds them as they are here. At most [`MAX_WORKING_FILES`] with [`MAX_GIVEN_BYTES`] together, none below
    /// another.
    pub given: Vec<(String, Bytes)>,
    /// What is read back after each run; at most [`MAX_WORKING_FILES`].
    pub wanted: Vec<String>,
    /// What the wanted files may hold together.
    pub wanted_bytes: u64,
}

/// What a run left of a file that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeftFile {
    Whole(Bytes),
    /// There is no such file that the program itself could read.
    Missing,
    /// It is larger than may come back.
    TooLarge,
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

impl WorkingFiles {
    pub(crate) fn given_bytes(&self) -> u64 {
        self.given.iter().map(|(_, file)| file.len() as u64).sum()
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
