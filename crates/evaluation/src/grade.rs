//! What became of a sample.

use serde::{Deserialize, Serialize};

/// The grade of one sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Grade {
    Passed,
    Failed(Failure),
    /// Nobody knows, by a fault of ours. It counts neither for nor against the model, and is tried again.
    NotGraded,
}

/// Why a sample did not pass: the classes of the paper's table of failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// The answer holds no program, for example since the reasoning never came to its end.
    NoCodeBlock,
    /// The last block is not closed: the reply was cut at the limit of tokens.
    IncompleteBlock,
    SyntaxError,
    /// The function is not there, or takes other arguments.
    SignatureMismatch,
    WrongAnswer,
    TimeLimit,
    MemoryLimit,
    /// It crashed, or printed more than it may.
    RuntimeError,
}

// === impl Failure ===

impl Failure {
    pub const ALL: [Self; 8] = [
        Self::NoCodeBlock,
        Self::IncompleteBlock,
        Self::SyntaxError,
        Self::SignatureMismatch,
        Self::WrongAnswer,
        Self::TimeLimit,
        Self::MemoryLimit,
        Self::RuntimeError,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoCodeBlock => "no_code_block",
            Self::IncompleteBlock => "incomplete_block",
            Self::SyntaxError => "syntax_error",
            Self::SignatureMismatch => "signature_mismatch",
            Self::WrongAnswer => "wrong_answer",
            Self::TimeLimit => "time_limit",
            Self::MemoryLimit => "memory_limit",
            Self::RuntimeError => "runtime_error",
        }
    }
}

// === impl Grade ===

impl Grade {
    pub fn is_passed(self) -> bool {
        self == Self::Passed
    }

    pub fn is_graded(self) -> bool {
        self != Self::NotGraded
    }
}
