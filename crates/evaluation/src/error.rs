//! What could not be done with the files of an evaluation, and with the texts in them.

use std::io;
use std::path::PathBuf;

use crate::Benchmark;
use crate::records::{Flaw, Place};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("cannot open {}", path.display())]
    Open {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("{place}: cannot be read")]
    Read {
        place: Place,
        #[source]
        source: io::Error,
    },
    #[error("{place}: the record is longer than {limit_bytes} bytes")]
    TooLong { place: Place, limit_bytes: usize },
    #[error("{place}: {found}; a record is a JSON object, one a line or in an array")]
    NoRecord { place: Place, found: &'static str },
    #[error("{place}: the record is not UTF-8")]
    NotUtf8 { place: Place },
    #[error("{place}: the record is malformed")]
    Malformed {
        place: Place,
        #[source]
        source: serde_json::Error,
    },
    #[error("{place}: the record is of no known benchmark, it has the fields {fields:?}; name the benchmark if it is one of {}", Benchmark::ALL.map(Benchmark::as_str).join(", "))]
    UnknownBenchmark { place: Place, fields: Vec<String> },
    #[error("{place}: field `{field}` {flaw}")]
    Field {
        place: Place,
        field: String,
        flaw: Flaw,
    },
    #[error("{place}: the id {id:?} is that of the record in line {earlier} already")]
    DuplicateId {
        place: Place,
        id: String,
        earlier: u64,
    },
    #[error(
        "{place}: a test of {task:?}, which is not the next task; the files of a data set have the same order"
    )]
    StrayTest { place: Place, task: String },
    #[error(
        "{place}: a line of tasks.jsonl, whose tests are in another file; give the folder instead"
    )]
    LoneTasks { place: Place },
    #[error("cannot write a prompt for problem {id:?}")]
    Prompt {
        id: String,
        #[source]
        source: synthsmith_prompt::Error,
    },
    #[error("cannot write to {}", path.display())]
    Write {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("{place}: not an entry of a ledger")]
    LedgerEntry {
        place: Place,
        #[source]
        source: serde_json::Error,
    },
    #[error("{place}: not the beginning of a ledger of version {version}")]
    LedgerHeader { place: Place, version: u32 },
    #[error(
        "{place}: the ledger is of another evaluation, its fingerprint is {found} and not {expected}; choose another file, or the settings that it was begun with"
    )]
    OtherEvaluation {
        place: Place,
        found: String,
        expected: String,
    },
    #[error("sample {sample} of problem {id:?} has another reply or grade in the ledger already")]
    Contradiction { id: String, sample: u32 },
    #[error("{} is in use by another evaluation", path.display())]
    LedgerBusy {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
}
