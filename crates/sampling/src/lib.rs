//! One sampler for all callers: a thread that samples what they ask for together.

mod engine;
mod open;

pub use engine::{Engine, Event, completed};
pub use open::{Ready, open};

/// Why nothing is sampled.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the request cannot be sampled")]
    Unfit(#[source] synthsmith_transformer::Error),
    #[error("too many requests are waiting; try again later")]
    Busy,
    #[error("sampling ended; the log tells more")]
    Ended,
    #[error("the model has no tokenizer.json; put the one it was made with into its folder")]
    NoTokenizer,
    #[error("the model cannot be sampled")]
    Unusable(#[from] synthsmith_transformer::Error),
    #[error("the thread that samples cannot be started")]
    Thread(#[from] std::io::Error),
}
