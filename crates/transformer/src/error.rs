//! What this crate could not do.

use std::io;
use std::path::{Path, PathBuf};

use crate::config::Unusable;
use crate::weights::Mismatch;

/// A cause from a library that has no type for it.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{folder} is no model folder: it has no config.json")]
    NoConfig { folder: PathBuf },
    #[error("{folder} has neither model.safetensors nor model.safetensors.index.json")]
    NoWeights { folder: PathBuf },
    #[error("cannot read {path}")]
    Read {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("{path} is larger than {limit} bytes, too large for what it is")]
    TooLarge { path: PathBuf, limit: u64 },
    #[error("{path} is not the JSON it should be")]
    ParseJson {
        path: PathBuf,
        #[source]
        source: serde_json::Error,
    },
    #[error("{path} cannot be used")]
    Config {
        path: PathBuf,
        #[source]
        source: Unusable,
    },
    #[error("{path} names the file {name:?}, which is not a name of a safetensors file beside it")]
    FileName { path: PathBuf, name: String },
    #[error("{path} has no header of a safetensors file")]
    Header {
        path: PathBuf,
        #[source]
        source: Cause,
    },
    #[error("{path} has {found} bytes where its header asks for {expected}: copy it again")]
    Length {
        path: PathBuf,
        found: u64,
        expected: u64,
    },
    #[error("the tensor {name} in {path} is of the type {dtype}; only F32, F16 and BF16 are read")]
    Dtype {
        path: PathBuf,
        name: String,
        dtype: String,
    },
    #[error("the weights in {path} do not fit its config.json")]
    Weights {
        path: PathBuf,
        #[source]
        source: Mismatch,
    },
    #[error("{path} is not a tokenizer that can be used")]
    Tokenizer {
        path: PathBuf,
        #[source]
        source: Cause,
    },
    #[error("the tokenizer of {folder} does not fit the model: {problem}")]
    TokenizerMisfit { folder: PathBuf, problem: String },
    #[error("cannot train a tokenizer of {vocab_size} tokens: {problem}")]
    TrainTokenizer { vocab_size: usize, problem: String },
    #[error("cannot turn text into tokens")]
    Encode(#[source] Cause),
    #[error("cannot turn tokens into text")]
    Decode(#[source] Cause),
    #[error("the chat template cannot be used")]
    Template(#[source] minijinja::Error),
    #[error("the chat template cannot be used for training: {0}")]
    Turns(&'static str),
    #[error("no space left to write {path}: free some, what was there before is untouched")]
    NoSpace {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("cannot write {path}")]
    Write {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("{folder} holds {name:?}, which is no file of a model: name another folder")]
    NotAModel { folder: PathBuf, name: String },
    #[error("the sizes of the model cannot be used")]
    Sizes(#[source] Unusable),
    #[error("the weights are not those of the model")]
    Unfit(#[source] Mismatch),
    #[error("cannot start {threads} threads for sampling")]
    Threads {
        threads: usize,
        #[source]
        source: rayon::ThreadPoolBuildError,
    },
    #[error("the request cannot be sampled: {0}")]
    Request(String),
}

// === impl Error ===

impl Error {
    pub(crate) fn read(path: &Path) -> impl FnOnce(io::Error) -> Self {
        |source| Self::Read {
            path: path.to_owned(),
            source,
        }
    }

    pub(crate) fn write(path: &Path) -> impl FnOnce(io::Error) -> Self {
        |source| {
            let path = path.to_owned();
            match source.kind() {
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                    Self::NoSpace { path, source }
                }
                _ => Self::Write { path, source },
            }
        }
    }
}
