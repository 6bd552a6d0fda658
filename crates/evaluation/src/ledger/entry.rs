//! A finished sample.

use serde::{Deserialize, Serialize};

use crate::grade::{Failure, Grade};

/// A line of a ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    pub problem: String,
    /// The sample's number, from 0.
    pub sample: u32,
    /// See [`reply_digest`].
    pub reply_digest: String,
    pub grade: Finished,
    /// Of the reply, reasoning included; null where nobody counted.
    pub tokens: Option<u64>,
}

/// A grade that stays: why a sample failed, or that it passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finished {
    Passed,
    #[serde(untagged)]
    Failed(Failure),
}

/// BLAKE3 in hex of a reply: of its reasoning and its content, each after its length.
pub fn reply_digest(content: &str, reasoning: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in [reasoning, content] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

impl Entry {
    /// The entry of a sample; `None` where it was not graded, since it is then tried again.
    pub fn new(
        problem: &str,
        sample: u32,
        reply_digest: String,
        grade: Grade,
        tokens: Option<u64>,
    ) -> Option<Self> {
        let grade = match grade {
            Grade::Passed => Finished::Passed,
            Grade::Failed(failure) => Finished::Failed(failure),
            Grade::NotGraded => return None,
        };
        Some(Self {
            problem: problem.to_owned(),
            sample,
            reply_digest,
            grade,
            tokens,
        })
    }
}

impl From<Finished> for Grade {
    fn from(finished: Finished) -> Self {
        match finished {
            Finished::Passed => Self::Passed,
            Finished::Failed(failure) => Self::Failed(failure),
        }
    }
}
