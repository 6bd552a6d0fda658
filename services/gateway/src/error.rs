//! Why there is no answer.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use synthsmith_rpc::{ErrorCode, RpcError, Violations};

/// What the gateway could not do. Cheap to clone, since several callers may wait for one answer.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    #[error("the request is invalid: {0}")]
    Invalid(Violations),
    #[error("{waiting} questions wait already; ask again later")]
    QueueFull { waiting: usize },
    #[error("the endpoint does not take the key ({status}): {message}")]
    KeyWrong { status: u16, message: String },
    #[error("the endpoint's quota or credit is spent: {message}")]
    QuotaSpent { message: String },
    #[error("the endpoint has no model '{model}': {message}")]
    ModelUnknown { model: String, message: String },
    #[error("the endpoint refused the request ({status}): {message}")]
    RequestRefused { status: u16, message: String },
    #[error("the endpoint answered {what}, is the base URL right? ({url})")]
    NotAnApi { what: String, url: String },
    #[error("the endpoint's answer is larger than {limit_bytes} bytes")]
    AnswerTooLarge { limit_bytes: usize },
    #[error("the endpoint's answer is no chat completion: {message}")]
    AnswerUnreadable { message: String },
    #[error("the endpoint gave no answer in {attempts} attempts, at last: {message}")]
    EndpointUnavailable { attempts: u32, message: String },
    #[error("the endpoint stayed busy until the deadline")]
    EndpointBusy { retry_after: Duration },
    #[error("the environment variable {name}, which should hold the endpoint's key, is not set")]
    KeyMissing { name: String },
    #[error("the endpoint's settings are wrong: {message}")]
    EndpointConfig { message: String },
    #[error("'{path}' is in use by another gateway; stop it, or set another store_path")]
    StoreInUse { path: PathBuf },
    #[error("cannot open the store '{path}'")]
    StoreOpen {
        path: PathBuf,
        #[source]
        source: Arc<dyn std::error::Error + Send + Sync>,
    },
    #[error("cannot read or write the store")]
    Store(#[source] Arc<sqlx::Error>),
    #[error("the store is closed")]
    StoreClosed,
    #[error("the request broke off inside the gateway")]
    BrokeOff,
}

// === impl Error ===

impl Error {
    pub(crate) fn store(source: sqlx::Error) -> Self {
        Self::Store(Arc::new(source))
    }
}

impl RpcError for Error {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Invalid(_) | Self::RequestRefused { .. } => ErrorCode::InvalidArgument,
            Self::QueueFull { .. } => ErrorCode::ResourceExhausted,
            Self::KeyWrong { .. }
            | Self::QuotaSpent { .. }
            | Self::ModelUnknown { .. }
            | Self::NotAnApi { .. }
            | Self::AnswerTooLarge { .. }
            | Self::AnswerUnreadable { .. }
            | Self::KeyMissing { .. }
            | Self::EndpointConfig { .. }
            | Self::StoreInUse { .. } => ErrorCode::FailedPrecondition,
            Self::EndpointUnavailable { .. } | Self::EndpointBusy { .. } | Self::StoreClosed => {
                ErrorCode::Unavailable
            }
            Self::StoreOpen { .. } | Self::Store(_) | Self::BrokeOff => ErrorCode::Internal,
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "REQUEST_INVALID",
            Self::QueueFull { .. } => "QUEUE_FULL",
            Self::KeyWrong { .. } => "ENDPOINT_KEY_WRONG",
            Self::QuotaSpent { .. } => "ENDPOINT_QUOTA_SPENT",
            Self::ModelUnknown { .. } => "MODEL_UNKNOWN",
            Self::RequestRefused { .. } => "ENDPOINT_REFUSED_REQUEST",
            Self::NotAnApi { .. } => "ENDPOINT_NOT_AN_API",
            Self::AnswerTooLarge { .. } => "ANSWER_TOO_LARGE",
            Self::AnswerUnreadable { .. } => "ANSWER_UNREADABLE",
            Self::EndpointUnavailable { .. } => "ENDPOINT_UNAVAILABLE",
            Self::EndpointBusy { .. } => "ENDPOINT_BUSY",
            Self::KeyMissing { .. } => "ENDPOINT_KEY_MISSING",
            Self::EndpointConfig { .. } => "ENDPOINT_CONFIG_WRONG",
            Self::StoreInUse { .. } => "STORE_IN_USE",
            Self::StoreOpen { .. } => "STORE_NOT_OPENED",
            Self::Store(_) => "STORE_FAILED",
            Self::StoreClosed => "STORE_CLOSED",
            Self::BrokeOff => "REQUEST_BROKE_OFF",
        }
    }

    fn service(&self) -> &'static str {
        "gateway"
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::QueueFull { .. } => Some(Duration::from_secs(1)),
            Self::EndpointUnavailable { .. } => Some(Duration::from_secs(5)),
            Self::EndpointBusy { retry_after } => Some(*retry_after),
            _ => None,
        }
    }

    fn violations(&self) -> Option<&Violations> {
        match self {
            Self::Invalid(violations) => Some(violations),
            _ => None,
        }
    }
}
