//! Evaluates: has problems answered, has the answers graded by the verifier, and keeps the ledger.
//!
//! What is asked, what counts as passed and what the grades say is decided in `synthsmith-evaluation`; here is what asks and
//! waits. [`Answers`] is the port to whoever answers.

mod answers;
mod grader;
mod work;

pub use answers::{Answered, Answers, ModelAnswers};
pub use grader::Grader;
pub use work::{Progress, Trouble, Work};

/// Why a sample, or all, could not be graded. Never the fault of whoever answered.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Model(#[from] synthsmith_models::Error),
    #[error("the model that is sampled here gave no answer")]
    Sampling(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("the verifier failed: {}", .0.message())]
    Verifier(Box<tonic::Status>),
    #[error("the verifier's answer cannot be read")]
    Unreadable(#[from] synthsmith_corpus::wire::InvalidField),
    #[error("the verifier gave no verdict on the program")]
    NoVerdict,
    #[error(transparent)]
    Evaluation(#[from] synthsmith_evaluation::Error),
}
