//! Why a model gave no answer.

use std::time::Duration;

/// What kept a model from answering; what it answered is never an error here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// An outage, an overload or a lost connection: the same request may succeed later.
    #[error("the model cannot be reached now: {message}")]
    Unavailable {
        message: String,
        /// When the other side says it is worth asking again.
        retry_after: Option<Duration>,
    },
    /// A wrong key, an unknown model, a request that does not fit: asking again does not help.
    #[error("the model cannot be asked this: {message}")]
    Refused {
        message: String,
        /// The gateway's stable name for it, for example `ENDPOINT_KEY_WRONG`; may be empty.
        reason: String,
    },
    /// The gateway answered something that is no answer.
    #[error("the gateway's answer cannot be read: {message}")]
    Unreadable { message: String },
}

// === impl Error ===

impl Error {
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Unavailable { .. })
    }
}
