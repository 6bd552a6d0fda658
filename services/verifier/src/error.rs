//! What keeps this service from deciding. What a program does wrong is no error but an outcome.

use std::time::Duration;

use synthsmith_rpc::{ErrorCode, RpcError, Violations};

/// Long enough for an engine that is started again.
const ENGINE_DELAY: Duration = Duration::from_secs(2);

/// About what building the image takes where its base is there, and often enough to ask whether a disk was cleared.
const LONG_DELAY: Duration = Duration::from_mins(1);

const INTAKE_DELAY: Duration = Duration::from_secs(1);

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("invalid request: {0}")]
    InvalidRequest(Violations),
    /// The fields whose digests name nothing that is kept.
    #[error(
        "{0}; put it and ask again (programs and suites are kept in memory up to max_kept_bytes, those not used for \
         longest go first)"
    )]
    DigestUnknown(Violations),
    #[error("the queue is full")]
    QueueFull { come_back_in: Duration },
    #[error("the queue is full, and a client with fewer requests in it took this one's place")]
    Displaced { come_back_in: Duration },
    #[error("more is being received than fits into memory")]
    IntakeFull,
    #[error("cannot open the sandbox")]
    OpenSandbox(#[source] synthsmith_sandbox::Error),
    #[error("cannot run the program")]
    RunProgram(#[source] synthsmith_sandbox::Error),
    #[error("cannot finish the run")]
    FinishRun(#[source] tokio::task::JoinError),
    #[error("nobody took the next outcome for {} s", .0.as_secs())]
    ListenerStalled(Duration),
    #[error("the request brought next to nothing for {} s", .0.as_secs())]
    SenderStalled(Duration),
    #[error("not finished within {0:?}, which the call or the setting max_turn_seconds grants")]
    DeadlinePassed(Duration),
}

impl RpcError for Error {
    fn code(&self) -> ErrorCode {
        match self {
            Self::InvalidRequest(_) => ErrorCode::InvalidArgument,
            Self::DigestUnknown(_) => ErrorCode::FailedPrecondition,
            Self::QueueFull { .. } | Self::Displaced { .. } | Self::IntakeFull => {
                ErrorCode::ResourceExhausted
            }
            Self::OpenSandbox(error) | Self::RunProgram(error) => match Fault::of(error) {
                Fault::Passing | Fault::ImageGone | Fault::DiskFull => ErrorCode::Unavailable,
                Fault::ImageMissing | Fault::ImageUnfit | Fault::NoCells => {
                    ErrorCode::FailedPrecondition
                }
            },
            Self::FinishRun(_) => ErrorCode::Internal,
            Self::ListenerStalled(_) | Self::SenderStalled(_) | Self::DeadlinePassed(_) => {
                ErrorCode::DeadlineExceeded
            }
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::InvalidRequest(_) => "REQUEST_INVALID",
            Self::DigestUnknown(_) => "DIGEST_UNKNOWN",
            Self::QueueFull { .. } | Self::Displaced { .. } | Self::IntakeFull => "QUEUE_FULL",
            Self::OpenSandbox(error) | Self::RunProgram(error) => match Fault::of(error) {
                Fault::Passing => "SANDBOX_UNAVAILABLE",
                Fault::ImageGone | Fault::ImageMissing => "SANDBOX_IMAGE_MISSING",
                Fault::ImageUnfit => "SANDBOX_IMAGE_UNFIT",
                Fault::NoCells => "CELLS_UNAVAILABLE",
                Fault::DiskFull => "HOST_DISK_FULL",
            },
            Self::FinishRun(_) => "RUN_BROKEN",
            Self::ListenerStalled(_) => "LISTENER_STALLED",
            Self::SenderStalled(_) => "SENDER_STALLED",
            Self::DeadlinePassed(_) => "DEADLINE_PASSED",
        }
    }

    fn service(&self) -> &'static str {
        "verifier"
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::QueueFull { come_back_in } | Self::Displaced { come_back_in } => {
                Some(*come_back_in)
            }
            Self::IntakeFull => Some(INTAKE_DELAY),
            Self::OpenSandbox(error) | Self::RunProgram(error) => match Fault::of(error) {
                Fault::Passing => Some(ENGINE_DELAY),
                Fault::ImageGone | Fault::DiskFull => Some(LONG_DELAY),
                Fault::ImageMissing | Fault::ImageUnfit | Fault::NoCells => None,
            },
            Self::InvalidRequest(_)
            | Self::DigestUnknown(_)
            | Self::FinishRun(_)
            | Self::ListenerStalled(_)
            | Self::SenderStalled(_)
            | Self::DeadlinePassed(_) => None,
        }
    }

    fn violations(&self) -> Option<&Violations> {
        match self {
            Self::InvalidRequest(violations) | Self::DigestUnknown(violations) => Some(violations),
            _ => None,
        }
    }
}

/// What a fault of the sandbox asks of the operator.
enum Fault {
    /// Nothing, or to start the engine.
    Passing,
    /// Nothing: the sandbox builds its own image again.
    ImageGone,
    ImageMissing,
    ImageUnfit,
    /// Isolation CELL is not there.
    NoCells,
    DiskFull,
}

impl Fault {
    fn of(error: &synthsmith_sandbox::Error) -> Self {
        use synthsmith_sandbox::Error;
        match error {
            Error::ImageMissing { .. } => Self::ImageGone,
            Error::OperatorImageMissing { .. } | Error::LanguageImageMissing { .. } => {
                Self::ImageMissing
            }
            Error::ImageUnfit { .. } | Error::ImageBuild { .. } => Self::ImageUnfit,
            Error::CellsOff | Error::CellRefused { .. } => Self::NoCells,
            Error::DiskFull { .. } => Self::DiskFull,
            _ => Self::Passing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_of_the_sandbox_say_what_is_missing() {
        use synthsmith_sandbox::Error::{Closed, DiskFull, ImageMissing, LanguageImageMissing};
        let (language, image) = ("ruby".to_owned(), "ruby:3".to_owned());
        let said = "no space left on device".to_owned();
        let table = [
            (DiskFull { said }, ErrorCode::Unavailable, "HOST_DISK_FULL"),
            (Closed, ErrorCode::Unavailable, "SANDBOX_UNAVAILABLE"),
            (
                ImageMissing {
                    image: image.clone(),
                },
                ErrorCode::Unavailable,
                "SANDBOX_IMAGE_MISSING",
            ),
            (
                LanguageImageMissing { language, image },
                ErrorCode::FailedPrecondition,
                "SANDBOX_IMAGE_MISSING",
            ),
        ];
        for (fault, code, reason) in table {
            let error = Error::RunProgram(fault);
            assert_eq!((error.code(), error.reason()), (code, reason));
            let comes_back = error.retry_after().is_some();
            assert_eq!(comes_back, code == ErrorCode::Unavailable, "{reason}");
        }
    }
}
