//! Until when a call may go on.
//!
//! The chassis bounds how long an answer may take to begin. A stream begins at once, and a turn belongs to the others,
//! too: so the work itself is bounded here.

use std::time::Duration;

use http::HeaderMap;
use tokio::time::{Instant, sleep_until};

use crate::Error;

/// The largest amount that the header may state has eight digits.
const MAX_DIGITS: usize = 8;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline {
    at: Instant,
    granted: Duration,
}

impl Deadline {
    pub fn after(granted: Duration) -> Self {
        Self {
            at: Instant::now() + granted,
            granted,
        }
    }

    /// What the caller grants, from now on; `None` where it does not say.
    pub fn of_call(headers: &HeaderMap) -> Option<Self> {
        let granted = headers.get("grpc-timeout")?.to_str().ok()?;
        asked(granted).map(Self::after)
    }

    #[must_use]
    pub fn earlier(self, other: Option<Self>) -> Self {
        other.filter(|other| other.at < self.at).unwrap_or(self)
    }

    /// Waits until it passes.
    pub async fn passed(self) -> Error {
        sleep_until(self.at).await;
        Error::DeadlinePassed(self.granted)
    }
}

fn asked(text: &str) -> Option<Duration> {
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let is_amount = digits.len() <= MAX_DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
    let amount: u64 = digits.parse().ok().filter(|_| is_amount)?;
    Some(match unit {
        "H" => Duration::from_hours(amount),
        "M" => Duration::from_mins(amount),
        "S" => Duration::from_secs(amount),
        "m" => Duration::from_millis(amount),
        "u" => Duration::from_micros(amount),
        "n" => Duration::from_nanos(amount),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_a_caller_grants() {
        let table = [
            ("1H", Some(Duration::from_hours(1))),
            ("99999999S", Some(Duration::from_secs(99_999_999))),
            ("2000m", Some(Duration::from_secs(2))),
            ("7u", Some(Duration::from_micros(7))),
            ("7n", Some(Duration::from_nanos(7))),
            ("100000000S", None),
            ("+1S", None),
            ("1", None),
            ("S", None),
            ("", None),
            ("1é", None),
        ];
        for (text, granted) in table {
            assert_eq!(asked(text), granted, "{text}");
        }
    }

    #[tokio::test]
    async fn the_earlier_one_passes() {
        let hour = Deadline::after(Duration::from_hours(1));
        let now = Deadline::after(Duration::ZERO);
        assert_eq!(hour.earlier(None), hour);
        assert_eq!(hour.earlier(Some(now)), now);
        assert_eq!(now.earlier(Some(hour)), now);
        assert!(matches!(
            now.passed().await,
            Error::DeadlinePassed(Duration::ZERO)
        ));
    }
}
