//! What jobs work on: rows to learn from, and problems to be evaluated on.

pub(crate) mod chats;
mod lines;
pub(crate) mod problems;

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::IgnoredAny;
use synthsmith_evaluation::Benchmark;

/// What is wrong with data.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("cannot read {}", path.display())]
    Read {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("line {line}: {problem}")]
    Line { line: u64, problem: String },
    #[error("there is no row in the data")]
    Empty,
    #[error("there is no problem that can be read")]
    Problems(#[source] synthsmith_evaluation::Error),
    #[error("no problem lies in the window")]
    NoneInWindow,
    #[error(
        "{left_out} tasks or tests cannot be read or do not belong together; put tasks.jsonl and tests.jsonl of the same run"
    )]
    Unpaired { left_out: u64 },
    #[error("an evaluation may have {samples} samples, and problems of {bytes} bytes; take fewer")]
    TooMany { samples: u64, bytes: u64 },
}

/// What data are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Chats,
    /// Of the benchmark, or of the one that the first record tells.
    Problems(Option<Benchmark>),
    /// A part of a data set of ours, which is read with its other part only.
    Part,
}

/// A task, or a test of one.
#[derive(Deserialize)]
struct PartLine {
    #[serde(rename = "task_id")]
    _task_id: IgnoredAny,
}

/// What is in data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counted {
    pub(crate) rows: u64,
    /// That cannot be read.
    pub(crate) left_out: u64,
}

impl Kind {
    /// Reads through a file, which may take as long as it is large.
    pub(crate) fn count(self, path: &Path) -> Result<Counted, Error> {
        let rows = match self {
            Self::Chats => chats::count(path)?,
            Self::Problems(benchmark) => return problems::count(path, benchmark),
            Self::Part => lines::each(path, |line| {
                let read = serde_json::from_slice::<PartLine>(line);
                read.map(drop).map_err(|error| error.to_string())
            })?,
        };
        Ok(Counted { rows, left_out: 0 })
    }
}
