//! Tasks, and the closed list of reasons for which an item of a run is not accepted.

use serde::{Deserialize, Serialize};

use crate::FeatureTree;

/// A competitive-programming task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    pub id: String,
    pub style: Style,
    /// Markdown.
    pub statement: String,
    pub features: FeatureTree,
    /// Why the features make one coherent task, in the model's words.
    pub strategy: String,
    pub samples: Vec<Sample>,
}

/// An example of a statement, as the bytes a program reads and prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    pub input: String,
    pub output: String,
}

/// The platform whose manner a statement follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Style {
    Codeforces,
    Leetcode,
    Atcoder,
}

/// Why an item of a run was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rejection {
    FeaturesIncompatible,
    ReplyUnreadable,
    ModelRefused,
    StatementMalformed,
    HintLeaked,
    Duplicate,
    TooFewCandidates,
    TooFewInputs,
    TooFewLabels,
    GoldenNotConfirmed,
    SampleDisagrees,
}

// === impl Style ===

impl Style {
    pub const ALL: [Self; 3] = [Self::Codeforces, Self::Leetcode, Self::Atcoder];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Codeforces => "codeforces",
            Self::Leetcode => "leetcode",
            Self::Atcoder => "atcoder",
        }
    }
}

// === impl Rejection ===

impl Rejection {
    pub const ALL: [Self; 11] = [
        Self::FeaturesIncompatible,
        Self::ReplyUnreadable,
        Self::ModelRefused,
        Self::StatementMalformed,
        Self::HintLeaked,
        Self::Duplicate,
        Self::TooFewCandidates,
        Self::TooFewInputs,
        Self::TooFewLabels,
        Self::GoldenNotConfirmed,
        Self::SampleDisagrees,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::FeaturesIncompatible => "features_incompatible",
            Self::ReplyUnreadable => "reply_unreadable",
            Self::ModelRefused => "model_refused",
            Self::StatementMalformed => "statement_malformed",
            Self::HintLeaked => "hint_leaked",
            Self::Duplicate => "duplicate",
            Self::TooFewCandidates => "too_few_candidates",
            Self::TooFewInputs => "too_few_inputs",
            Self::TooFewLabels => "too_few_labels",
            Self::GoldenNotConfirmed => "golden_not_confirmed",
            Self::SampleDisagrees => "sample_disagrees",
        }
    }
}
