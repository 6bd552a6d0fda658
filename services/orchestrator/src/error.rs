//! What the orchestrator could not do.

use std::time::Duration;

use synthsmith_rpc::{ErrorCode, RpcError, Violations};
use tonic::Status;

use crate::store::StoreError;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the request is not valid: {0}")]
    Invalid(Violations),
    #[error("there is no run '{0}'; `synthsmith status` lists the runs")]
    NoSuchRun(String),
    #[error("there is a run '{0}' already; resume it, or take another id or folder")]
    RunExists(String),
    #[error(
        "run '{0}' was made with another configuration; resume it with the same one, or start a new run"
    )]
    OtherConfiguration(String),
    #[error("run '{0}' has not ended; wait for it, or cancel it")]
    NotEnded(String),
    #[error("cannot read or write the run database")]
    Store(#[from] StoreError),
    #[error(transparent)]
    Call(#[from] CallError),
}

/// A call to another service that gave no result.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{service}: {message}")]
pub struct CallError {
    pub service: &'static str,
    pub message: String,
    /// How long to wait before the same call may succeed; `None` where it never will.
    pub retry_after: Option<Duration>,
    /// Whether the service only said that it has too much to do.
    pub is_overload: bool,
}

impl CallError {
    /// Waited where a service does not say for how long.
    const DEFAULT_DELAY: Duration = Duration::from_millis(250);

    pub(crate) fn of(service: &'static str, status: &Status) -> Self {
        let passing = synthsmith_rpc::is_retryable(status);
        let delay = synthsmith_rpc::retry_delay(status).unwrap_or(Self::DEFAULT_DELAY);
        Self {
            service,
            message: status.message().to_owned(),
            retry_after: passing.then_some(delay),
            is_overload: status.code() == tonic::Code::ResourceExhausted,
        }
    }

    /// An answer that breaks the contract.
    pub(crate) fn unreadable(service: &'static str, what: impl std::fmt::Display) -> Self {
        Self {
            service,
            message: format!("answered what the contract does not allow: {what}"),
            retry_after: None,
            is_overload: false,
        }
    }
}

impl RpcError for Error {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Invalid(_) => ErrorCode::InvalidArgument,
            Self::NoSuchRun(_) => ErrorCode::NotFound,
            Self::RunExists(_) => ErrorCode::AlreadyExists,
            Self::OtherConfiguration(_) | Self::NotEnded(_) => ErrorCode::FailedPrecondition,
            Self::Store(_) => ErrorCode::Internal,
            Self::Call(_) => ErrorCode::Unavailable,
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "REQUEST_INVALID",
            Self::NoSuchRun(_) => "RUN_NOT_FOUND",
            Self::RunExists(_) => "RUN_EXISTS",
            Self::OtherConfiguration(_) => "RUN_CONFIGURATION_DIFFERS",
            Self::NotEnded(_) => "RUN_NOT_ENDED",
            Self::Store(_) => "RUN_STORE_FAILED",
            Self::Call(_) => "SERVICE_UNAVAILABLE",
        }
    }

    fn service(&self) -> &'static str {
        "orchestrator"
    }

    fn violations(&self) -> Option<&Violations> {
        match self {
            Self::Invalid(violations) => Some(violations),
            _ => None,
        }
    }
}
