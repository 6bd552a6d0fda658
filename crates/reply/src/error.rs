//! Why a reply does not hold what it was asked for.

use std::fmt;

use crate::Language;

/// What could not be taken out of a reply.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the reply holds no answer beside the reasoning")]
    NoAnswer,
    #[error("the model refused")]
    Refused,
    #[error("{0} breaks off")]
    Truncated(Part),
    #[error("the answer holds no program")]
    NoCode,
    #[error("the answer holds {count} code blocks, not one")]
    SeveralBlocks { count: usize },
    #[error("the code block is tagged {found:?}, not {expected}")]
    WrongLanguage { expected: Language, found: String },
    #[error("the answer holds no JSON object")]
    NoObject,
    #[error("the answer holds more than one JSON object")]
    SeveralObjects,
    #[error("the JSON object stands inside an array")]
    InsideArray,
    #[error("the JSON object is nested deeper than {limit}")]
    TooDeep { limit: usize },
    #[error("{part} has {bytes} bytes, more than {limit}")]
    TooLarge {
        part: Part,
        bytes: usize,
        limit: usize,
    },
    #[error("the JSON object is malformed")]
    Malformed(#[source] serde_json::Error),
}

/// A part of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Reasoning,
    /// What stands between `<answer>` and `</answer>`.
    Answer,
    CodeBlock,
    JsonObject,
}

// === impl Error ===

impl Error {
    /// A stable name, for metrics and rejections.
    pub fn name(&self) -> &'static str {
        match self {
            Self::NoAnswer => "no_answer",
            Self::Refused => "refused",
            Self::Truncated(_) => "truncated",
            Self::NoCode => "no_code",
            Self::SeveralBlocks { .. } => "several_blocks",
            Self::WrongLanguage { .. } => "wrong_language",
            Self::NoObject => "no_object",
            Self::SeveralObjects => "several_objects",
            Self::InsideArray => "inside_array",
            Self::TooDeep { .. } => "too_deep",
            Self::TooLarge { .. } => "too_large",
            Self::Malformed(_) => "malformed",
        }
    }
}

// === impl Part ===

impl fmt::Display for Part {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Reasoning => "the reasoning",
            Self::Answer => "the answer",
            Self::CodeBlock => "the code block",
            Self::JsonObject => "the JSON object",
        })
    }
}
