//! Why a path gave no samples at all.

use std::io;
use std::path::PathBuf;

use crate::Skips;

/// What could not be read; every message says what, where, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("there is nothing at {path:?}; give a folder of programs, a program, or a .jsonl file")]
    Missing { path: PathBuf },
    #[error("could not read {path:?}; check its permissions and that it is whole")]
    Unreadable {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error(
        "{path:?} is no kind of samples; give a folder, a .jsonl or .jsonl.zst file, or a .py, .cpp, .cc or .cxx file"
    )]
    UnknownKind { path: PathBuf },
    #[error(
        "no usable code sample in {path:?}: {skipped}; give Python or C++ programs of a fitting size, as files or as rows with id, language and code"
    )]
    NoSample { path: PathBuf, skipped: Skips },
    #[error("{path:?} holds more than {limit_bytes} bytes, unpacked; split it into smaller files")]
    TooLarge { path: PathBuf, limit_bytes: u64 },
    #[error("there are more than {limit} files below {path:?}; give a smaller folder")]
    TooManyEntries { path: PathBuf, limit: usize },
}
