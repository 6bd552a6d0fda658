//! What keeps this service from answering. A method that gives no inputs is no error but a rejection.

use std::time::Duration;

use synthsmith_prompt::Error as PromptError;
use synthsmith_rpc::client::InvalidAddress;
use synthsmith_rpc::{ErrorCode, RpcError, Violations};

use crate::runner::RunnerFault;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("invalid request: {0}")]
    InvalidRequest(Violations),
    #[error(transparent)]
    FillPrompt(#[from] PromptError),
    #[error("cannot ask the model")]
    AskModel(#[source] synthsmith_models::Error),
    #[error("cannot run the generator program")]
    RunGenerator(#[source] RunnerFault),
    #[error("cannot reach the gateway")]
    InvalidGatewayAddress(#[source] InvalidAddress),
    #[error("cannot reach the verifier")]
    InvalidVerifierAddress(#[source] InvalidAddress),
}

impl RpcError for Error {
    fn code(&self) -> ErrorCode {
        match self {
            Self::InvalidRequest(_) | Self::FillPrompt(PromptError::ClosesItsTag { .. }) => {
                ErrorCode::InvalidArgument
            }
            Self::AskModel(error) if error.is_retryable() => ErrorCode::Unavailable,
            Self::RunGenerator(RunnerFault::Unavailable { .. }) => ErrorCode::Unavailable,
            Self::AskModel(_) | Self::RunGenerator(RunnerFault::Refused { .. }) => {
                ErrorCode::FailedPrecondition
            }
            Self::FillPrompt(PromptError::Template(_))
            | Self::InvalidGatewayAddress(_)
            | Self::InvalidVerifierAddress(_) => ErrorCode::Internal,
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::InvalidRequest(_) => "REQUEST_INVALID",
            Self::FillPrompt(PromptError::ClosesItsTag { .. }) => "TEXT_CLOSES_PROMPT_TAG",
            Self::FillPrompt(PromptError::Template(_)) => "PROMPT_BROKEN",
            Self::AskModel(error) if error.is_retryable() => "MODEL_UNAVAILABLE",
            Self::AskModel(_) => "MODEL_REQUEST_REFUSED",
            Self::RunGenerator(RunnerFault::Unavailable { .. }) => "VERIFIER_UNAVAILABLE",
            Self::RunGenerator(RunnerFault::Refused { .. }) => "VERIFIER_REFUSED",
            Self::InvalidGatewayAddress(_) | Self::InvalidVerifierAddress(_) => "CONFIG_INVALID",
        }
    }

    fn service(&self) -> &'static str {
        "test-gen"
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::AskModel(synthsmith_models::Error::Unavailable { retry_after, .. })
            | Self::RunGenerator(RunnerFault::Unavailable { retry_after, .. }) => *retry_after,
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
