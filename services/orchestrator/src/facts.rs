//! What each stage found out, as it is stored. Decisions are made from these alone.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use synthsmith_corpus::{
    CandidateRejection, FeatureTree, InputSource, OutcomeStatus, Rejection, Solution, Task,
};

/// Facts are small text; more effort gains little.
const ZSTD_LEVEL: i32 = 3;
/// More than any fact may hold, so that a damaged row cannot take all memory.
const MAX_FACT_BYTES: usize = 256 << 20;

/// What came of extraction or of one evolution step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Features {
    /// `None` where nothing came of it.
    pub tree: Option<FeatureTree>,
}

/// What came of synthesis.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Synthesized {
    Task(Box<Task>),
    Rejected { reason: Rejection, detail: String },
}

/// What came of sampling solutions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Solved {
    /// In index order.
    pub solutions: Vec<Solution>,
    /// In index order.
    pub rejected: Vec<(u32, CandidateRejection)>,
}

/// A test input, its bytes kept apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredInput {
    pub blob: String,
    pub size_bytes: u64,
    pub source: InputSource,
    pub description: String,
}

/// What came of making test inputs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestsGenerated {
    pub inputs: Vec<StoredInput>,
}

/// What one candidate did: on the statement's samples first, then on the test inputs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Executed {
    pub compiled: bool,
    /// Empty where the program does not compile.
    pub outcomes: Vec<StoredOutcome>,
}

/// What one run printed; measures are left out, since nothing may depend on them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredOutcome {
    pub fate: Fate,
    /// Digest of the canonical output; empty unless the run ended well.
    pub digest: String,
    /// The output's bytes; `None` where they are too many to be a label.
    pub blob: Option<String>,
}

/// How a run ended, as far as that is the same on every machine: which clock ran out first, or
/// whether a program that lacks memory is killed or crashes, depends on how busy the machine is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    Ok,
    TimeExceeded,
    Failed,
    NotRun,
}

impl From<OutcomeStatus> for Fate {
    fn from(status: OutcomeStatus) -> Self {
        match status {
            OutcomeStatus::Ok => Self::Ok,
            OutcomeStatus::CpuTimeExceeded | OutcomeStatus::WallTimeExceeded => Self::TimeExceeded,
            OutcomeStatus::MemoryExceeded
            | OutcomeStatus::RuntimeError
            | OutcomeStatus::OutputExceeded => Self::Failed,
            OutcomeStatus::NotRun => Self::NotRun,
        }
    }
}

/// What was decided, with all that led to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decided {
    pub ruling: Ruling,
    pub votes: Vec<Vote>,
    pub suite: Vec<LabelledTest>,
    pub scores: Vec<Score>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ruling {
    /// The golden candidate's position among the solutions.
    Accepted {
        golden: usize,
    },
    Rejected {
        reason: Rejection,
        detail: String,
    },
}

/// The vote on one test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    /// Digest of the label; empty where the vote decided nothing.
    pub label: String,
    pub votes: usize,
    pub runner_up: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelledTest {
    pub test: usize,
    pub weight: u8,
    pub held_out: bool,
}

/// How one candidate did against the labels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    pub golden: u64,
    pub held_out: u64,
}

/// A row that is not what this version writes.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    #[error("cannot unpack a stored fact")]
    Unpack(#[source] std::io::Error),
    #[error("cannot read a stored fact")]
    Read(#[source] serde_json::Error),
}

pub fn pack<T: Serialize>(fact: &T) -> Vec<u8> {
    let json = serde_json::to_vec(fact).expect("facts are plain data");
    zstd::bulk::compress(&json, ZSTD_LEVEL).expect("memory is the only thing that can be missing")
}

pub fn unpack<T: DeserializeOwned>(packed: &[u8]) -> Result<T, Unreadable> {
    let json = zstd::bulk::decompress(packed, MAX_FACT_BYTES.min(capacity(packed)))
        .map_err(Unreadable::Unpack)?;
    serde_json::from_slice(&json).map_err(Unreadable::Read)
}

/// The size that a packed fact says it has.
fn capacity(packed: &[u8]) -> usize {
    let stated = zstd::zstd_safe::get_frame_content_size(packed);
    stated.ok().flatten().unwrap_or(0) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_survive_the_store() {
        let fact = TestsGenerated {
            inputs: vec![StoredInput {
                blob: "b".repeat(64),
                size_bytes: 3,
                source: InputSource::Generator,
                description: "größte".to_owned(),
            }],
        };
        assert_eq!(unpack::<TestsGenerated>(&pack(&fact)).unwrap(), fact);
    }

    #[test]
    fn damaged_facts_are_errors() {
        assert!(unpack::<TestsGenerated>(b"nonsense").is_err());
        let mut cut = pack(&Features { tree: None });
        cut.pop();
        assert!(unpack::<Features>(&cut).is_err());
    }
}
