//! Programs and candidate solutions.

use serde::{Deserialize, Serialize};

/// A program in a language of the verifier's table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    /// For example `python3` or `cpp17`.
    pub language: String,
    pub source: String,
}

/// A candidate solution that passed the filters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Solution {
    /// The sample number, from 0.
    pub index: u32,
    pub program: Program,
    /// Empty where the model gave none.
    pub reasoning: String,
}

/// Why a candidate was filtered out before it was voted on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CandidateRejection {
    NoCode,
    SeveralCodeBlocks,
    Truncated,
    WrongLanguage,
    TooLarge,
    ModelRefused,
}

// === impl CandidateRejection ===

impl CandidateRejection {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoCode => "no_code",
            Self::SeveralCodeBlocks => "several_code_blocks",
            Self::Truncated => "truncated",
            Self::WrongLanguage => "wrong_language",
            Self::TooLarge => "too_large",
            Self::ModelRefused => "model_refused",
        }
    }
}
