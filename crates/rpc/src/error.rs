//! Errors of services, and the one way they become a gRPC status.

use std::time::Duration;

use tonic::Status;
use tonic_types::{ErrorDetails, StatusExt as _};

/// The closed list of codes a service may answer with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorCode {
    InvalidArgument,
    NotFound,
    AlreadyExists,
    FailedPrecondition,
    Aborted,
    ResourceExhausted,
    DeadlineExceeded,
    Unavailable,
    Internal,
}

/// An error that a service may answer with.
///
/// `reason` is stable and in `UPPER_SNAKE_CASE`; callers match on it. The text of an
/// [`ErrorCode::Internal`] stays in the log, the caller gets the reason alone.
pub trait RpcError: std::error::Error + 'static {
    fn code(&self) -> ErrorCode;

    fn reason(&self) -> &'static str;

    /// The service that answers, for example `verifier`; part of the error's domain.
    fn service(&self) -> &'static str;

    /// When to ask again, for overload and passing faults.
    fn retry_after(&self) -> Option<Duration> {
        None
    }

    /// The fields that are wrong, for an invalid argument.
    fn violations(&self) -> Option<&Violations> {
        None
    }
}

/// The fields of a request that do not hold what they must; all are reported at once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Violations(Vec<(String, String)>);

// === impl ErrorCode ===

impl From<ErrorCode> for tonic::Code {
    fn from(code: ErrorCode) -> Self {
        match code {
            ErrorCode::InvalidArgument => Self::InvalidArgument,
            ErrorCode::NotFound => Self::NotFound,
            ErrorCode::AlreadyExists => Self::AlreadyExists,
            ErrorCode::FailedPrecondition => Self::FailedPrecondition,
            ErrorCode::Aborted => Self::Aborted,
            ErrorCode::ResourceExhausted => Self::ResourceExhausted,
            ErrorCode::DeadlineExceeded => Self::DeadlineExceeded,
            ErrorCode::Unavailable => Self::Unavailable,
            ErrorCode::Internal => Self::Internal,
        }
    }
}

// === impl Violations ===

impl Violations {
    pub fn add(&mut self, field: impl Into<String>, description: impl Into<String>) {
        self.0.push((field.into(), description.into()));
    }

    /// Adds a violation unless `holds`.
    pub fn require(&mut self, holds: bool, field: &str, description: impl Into<String>) {
        if !holds {
            self.add(field, description);
        }
    }

    /// Takes the value of a conversion, or notes why there is none.
    pub fn take<T>(&mut self, field: &str, result: Result<T, impl std::fmt::Display>) -> Option<T> {
        result
            .map_err(|error| self.add(field, error.to_string()))
            .ok()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn details(&self) -> ErrorDetails {
        let mut details = ErrorDetails::new();
        for (field, description) in &self.0 {
            details.add_bad_request_violation(field.as_str(), description.as_str());
        }
        details
    }
}

impl std::fmt::Display for Violations {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (i, (field, description)) in self.0.iter().enumerate() {
            let separator = if i == 0 { "" } else { "; " };
            write!(f, "{separator}{field} {description}")?;
        }
        Ok(())
    }
}

/// The status that tells `error` to a caller; what the caller may not see is logged here.
pub fn into_status<E: RpcError>(error: &E) -> Status {
    let code = error.code();
    let mut details = error
        .violations()
        .map_or_else(ErrorDetails::new, Violations::details);
    details.set_error_info(
        error.reason(),
        format!("{}.synthsmith", error.service()),
        std::collections::HashMap::<String, String>::new(),
    );
    if let Some(delay) = error.retry_after() {
        details.set_retry_info(Some(delay));
    }
    let chain = chain(error);
    let message = if code == ErrorCode::Internal {
        tracing::error!(error = chain, reason = error.reason(), "internal error");
        format!(
            "internal error {}; the log of {} tells more",
            error.reason(),
            error.service()
        )
    } else {
        chain
    };
    Status::with_error_details(code.into(), message, details)
}

/// An error and its causes, outermost first.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    enum Error {
        #[error("queue is full")]
        Full,
        #[error("cannot read the secret store at /etc/secret")]
        Broken,
        #[error("invalid request: {0}")]
        Invalid(Violations),
    }

    impl RpcError for Error {
        fn code(&self) -> ErrorCode {
            match self {
                Self::Full => ErrorCode::ResourceExhausted,
                Self::Broken => ErrorCode::Internal,
                Self::Invalid(_) => ErrorCode::InvalidArgument,
            }
        }

        fn reason(&self) -> &'static str {
            "QUEUE_FULL"
        }

        fn service(&self) -> &'static str {
            "verifier"
        }

        fn retry_after(&self) -> Option<Duration> {
            matches!(self, Self::Full).then_some(Duration::from_secs(2))
        }

        fn violations(&self) -> Option<&Violations> {
            match self {
                Self::Invalid(violations) => Some(violations),
                _ => None,
            }
        }
    }

    #[test]
    fn overload_tells_reason_domain_and_when_to_ask_again() {
        let status = into_status(&Error::Full);
        assert_eq!(status.code(), tonic::Code::ResourceExhausted);
        let info = status.get_details_error_info().unwrap();
        assert_eq!(
            (info.reason.as_str(), info.domain.as_str()),
            ("QUEUE_FULL", "verifier.synthsmith")
        );
        assert_eq!(crate::retry_delay(&status), Some(Duration::from_secs(2)));
    }

    #[test]
    fn internal_errors_do_not_leak_their_text() {
        let status = into_status(&Error::Broken);
        assert!(!status.message().contains("secret"));
    }

    #[test]
    fn all_violations_are_reported_at_once() {
        let mut violations = Violations::default();
        violations.require(false, "program", "is required");
        violations.require(true, "limits", "never seen");
        violations.require(false, "inputs", "must not be empty");
        let status = into_status(&Error::Invalid(violations));
        let request = status.get_details_bad_request().unwrap();
        assert_eq!(request.field_violations.len(), 2);
    }
}
