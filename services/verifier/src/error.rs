//! What keeps this service from deciding. What a program does wrong is no error but an outcome.

use std::time::Duration;

use synthsmith_rpc::{ErrorCode, RpcError, Violations};

/// Long enough for a typical program to end and leave its slot.
const COME_BACK_IN: Duration = Duration::from_secs(1);

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("invalid request: {0}")]
    InvalidRequest(Violations),
    #[error("the queue is full")]
    QueueFull,
    #[error("cannot open the sandbox")]
    OpenSandbox(#[source] synthsmith_sandbox::Error),
    #[error("cannot run the program")]
    RunProgram(#[source] synthsmith_sandbox::Error),
    #[error("cannot finish the run")]
    FinishRun(#[source] tokio::task::JoinError),
    #[error("the sandbox told fewer outcomes than there are tests")]
    OutcomesMissing,
}

impl RpcError for Error {
    fn code(&self) -> ErrorCode {
        match self {
            Self::InvalidRequest(_) => ErrorCode::InvalidArgument,
            Self::QueueFull => ErrorCode::ResourceExhausted,
            Self::OpenSandbox(_) | Self::RunProgram(_) => ErrorCode::Unavailable,
            Self::FinishRun(_) | Self::OutcomesMissing => ErrorCode::Internal,
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::InvalidRequest(_) => "REQUEST_INVALID",
            Self::QueueFull => "QUEUE_FULL",
            Self::OpenSandbox(_) | Self::RunProgram(_) => "SANDBOX_UNAVAILABLE",
            Self::FinishRun(_) => "RUN_BROKEN",
            Self::OutcomesMissing => "OUTCOMES_MISSING",
        }
    }

    fn service(&self) -> &'static str {
        "verifier"
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::QueueFull | Self::OpenSandbox(_) | Self::RunProgram(_) => Some(COME_BACK_IN),
            Self::InvalidRequest(_) | Self::FinishRun(_) | Self::OutcomesMissing => None,
        }
    }

    fn violations(&self) -> Option<&Violations> {
        match self {
            Self::InvalidRequest(violations) => Some(violations),
            _ => None,
        }
    }
}
