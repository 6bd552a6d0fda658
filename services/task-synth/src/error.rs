//! What keeps this service from answering. A reply that is of no use is no error but a rejection.

use std::time::Duration;

use synthsmith_prompt::Error as PromptError;
use synthsmith_rpc::{ErrorCode, RpcError, Violations};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("invalid request: {0}")]
    InvalidRequest(Violations),
    #[error(transparent)]
    FillPrompt(#[from] PromptError),
    #[error("cannot ask the model")]
    AskModel(#[source] synthsmith_models::Error),
    #[error("cannot reach the gateway")]
    InvalidGatewayAddress(#[source] synthsmith_rpc::client::InvalidAddress),
}

impl RpcError for Error {
    fn code(&self) -> ErrorCode {
        match self {
            Self::InvalidRequest(_) | Self::FillPrompt(PromptError::ClosesItsTag { .. }) => {
                ErrorCode::InvalidArgument
            }
            Self::AskModel(error) if error.is_retryable() => ErrorCode::Unavailable,
            Self::AskModel(_) => ErrorCode::FailedPrecondition,
            Self::FillPrompt(PromptError::Template(_)) | Self::InvalidGatewayAddress(_) => {
                ErrorCode::Internal
            }
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::InvalidRequest(_) => "REQUEST_INVALID",
            Self::FillPrompt(PromptError::ClosesItsTag { .. }) => "TEXT_CLOSES_PROMPT_TAG",
            Self::FillPrompt(PromptError::Template(_)) => "PROMPT_BROKEN",
            Self::AskModel(error) if error.is_retryable() => "MODEL_UNAVAILABLE",
            Self::AskModel(_) => "MODEL_REQUEST_REFUSED",
            Self::InvalidGatewayAddress(_) => "CONFIG_INVALID",
        }
    }

    fn service(&self) -> &'static str {
        "task-synth"
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::AskModel(synthsmith_models::Error::Unavailable { retry_after, .. }) => {
                *retry_after
            }
            _ => None,
        }
    }

    fn violations(&self) -> Option<&Violations> {
        match self {
            Self::InvalidRequest(violations) => Some(violations),
            _ => None,
        }
    }
}
