//! What the trainer could not do.

use std::path::PathBuf;
use std::time::Duration;

use synthsmith_rpc::{ErrorCode, RpcError, Violations};

use crate::store::StoreError;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the request is not valid: {0}")]
    Invalid(Violations),
    #[error("there is no job '{0}'")]
    NoSuchJob(String),
    #[error("there is a job '{0}' already; resume it, or take another id")]
    JobExists(String),
    #[error("job '{0}' is an evaluation, which makes no model")]
    NoModel(String),
    #[error("job '{0}' has not succeeded; it has made nothing yet")]
    NotDone(String),
    #[error("job '{0}' has succeeded; there is nothing to go on with")]
    HasSucceeded(String),
    #[error("there are no data blake3:{0}; put them and ask again")]
    NoData(String),
    #[error("there is no model '{name}' in {}", folder.display())]
    NoBase { name: String, folder: PathBuf },
    #[error("the data cannot be used")]
    Data(#[source] crate::inputs::Error),
    #[error("the data are larger than {max_bytes} bytes")]
    DataTooLarge { max_bytes: u64 },
    #[error("{waiting} jobs wait already")]
    QueueFull { waiting: usize },
    #[error("cannot write {}; is the disk full?", path.display())]
    Write {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("what job '{0}' made is not in the store of artifacts any more")]
    Gone(String),
    #[error(transparent)]
    Artifacts(#[from] synthsmith_artifacts::Error),
    #[error("cannot read or write the job table")]
    Store(#[from] StoreError),
}

impl RpcError for Error {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Invalid(_) | Self::Data(_) | Self::DataTooLarge { .. } => {
                ErrorCode::InvalidArgument
            }
            Self::NoSuchJob(_) => ErrorCode::NotFound,
            Self::JobExists(_) => ErrorCode::AlreadyExists,
            Self::NoModel(_)
            | Self::NotDone(_)
            | Self::HasSucceeded(_)
            | Self::NoData(_)
            | Self::NoBase { .. } => ErrorCode::FailedPrecondition,
            Self::QueueFull { .. } => ErrorCode::ResourceExhausted,
            Self::Write { .. } | Self::Gone(_) | Self::Artifacts(_) | Self::Store(_) => {
                ErrorCode::Internal
            }
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "REQUEST_INVALID",
            Self::NoSuchJob(_) => "JOB_NOT_FOUND",
            Self::JobExists(_) => "JOB_EXISTS",
            Self::NoModel(_) => "JOB_HAS_NO_MODEL",
            Self::NotDone(_) => "JOB_NOT_DONE",
            Self::HasSucceeded(_) => "JOB_HAS_SUCCEEDED",
            Self::NoData(_) => "DATA_UNKNOWN",
            Self::NoBase { .. } => "MODEL_UNKNOWN",
            Self::Data(_) => "DATA_INVALID",
            Self::DataTooLarge { .. } => "DATA_TOO_LARGE",
            Self::QueueFull { .. } => "JOB_QUEUE_FULL",
            Self::Write { .. } | Self::Gone(_) | Self::Artifacts(_) => "ARTIFACT_FAILED",
            Self::Store(_) => "JOB_STORE_FAILED",
        }
    }

    fn service(&self) -> &'static str {
        "trainer"
    }

    fn retry_after(&self) -> Option<Duration> {
        matches!(self, Self::QueueFull { .. }).then(|| Duration::from_secs(10))
    }

    fn violations(&self) -> Option<&Violations> {
        match self {
            Self::Invalid(violations) => Some(violations),
            _ => None,
        }
    }
}
