//! What a job shall do.

mod evaluation;
mod model_name;
mod sft;

use serde::{Deserialize, Serialize};

pub use evaluation::{EvaluationSpec, Subject};
pub use model_name::ModelName;
pub use sft::{Base, Lora, NewModel, SftSpec};

/// Of any kind of job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spec {
    Sft(SftSpec),
    Evaluation(EvaluationSpec),
}

/// Of a job: letters, digits, '-' and '_'.
pub(crate) fn is_id(id: &str) -> bool {
    const MAX_ID_BYTES: usize = 64;
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    (1..=MAX_ID_BYTES).contains(&id.len()) && id.chars().all(is_allowed)
}

// === impl Spec ===

impl Spec {
    /// The digests of the data that it needs, in hexadecimal.
    pub(crate) fn data(&self) -> impl Iterator<Item = &str> {
        let (data, tests) = match self {
            Self::Sft(spec) => (&spec.data, None),
            Self::Evaluation(spec) => (&spec.data, spec.tests.as_deref()),
        };
        [data.as_str()].into_iter().chain(tests)
    }

    /// The trainer's model that it needs.
    pub(crate) fn model(&self) -> Option<&ModelName> {
        match self {
            Self::Sft(SftSpec {
                base: Base::Model(name),
                ..
            })
            | Self::Evaluation(EvaluationSpec {
                subject: Subject::Model(name),
                ..
            }) => Some(name),
            Self::Sft(_) | Self::Evaluation(_) => None,
        }
    }
}
