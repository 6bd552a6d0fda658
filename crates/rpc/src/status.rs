//! Reading a status that another service answered with.

use std::time::Duration;

use tonic::{Code, Status};
use tonic_types::StatusExt as _;

/// Whether the same call may succeed later.
pub fn is_retryable(status: &Status) -> bool {
    matches!(
        status.code(),
        Code::Unavailable | Code::ResourceExhausted | Code::Aborted | Code::DeadlineExceeded
    )
}

/// When the service asked to be called again.
pub fn retry_delay(status: &Status) -> Option<Duration> {
    status.get_details_retry_info()?.retry_delay
}

/// The stable reason of a status, where it carries one.
pub fn reason(status: &Status) -> Option<String> {
    status.get_details_error_info().map(|info| info.reason)
}
