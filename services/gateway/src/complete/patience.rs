//! How long to wait after a fault, and when to stop.

use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBackoff, ExponentialBuilder};

use crate::Error;
use crate::config::EndpointConfig;
use crate::endpoint::Fault;

const MAX_BACKOFF: Duration = Duration::from_secs(30);
/// What a busy endpoint gets that names no time.
const BUSY_PAUSE: Duration = Duration::from_secs(1);
const MIN_BUSY_PAUSE: Duration = Duration::from_millis(250);

/// The patience of one question.
#[derive(Debug)]
pub(super) struct Patience {
    backoff: ExponentialBackoff,
    failures: u32,
    max_failures: u32,
    max_retry_after: Duration,
    deadline: Duration,
}

// === impl Patience ===

impl Patience {
    pub(super) fn new(config: &EndpointConfig) -> Self {
        let backoff = ExponentialBuilder::default()
            .with_min_delay(config.first_retry())
            .with_max_delay(MAX_BACKOFF.max(config.first_retry()))
            .without_max_times()
            // Many questions fail together; they must not come back together.
            .with_jitter()
            .build();
        Self {
            backoff,
            failures: 0,
            max_failures: config.max_attempts,
            max_retry_after: config.max_retry_after(),
            deadline: config.deadline(),
        }
    }

    /// How long to wait after `fault`, `elapsed` after the first attempt began; or the error to
    /// end with.
    pub(super) fn after(&mut self, fault: Fault, elapsed: Duration) -> Result<Duration, Error> {
        match fault {
            Fault::Final { error, .. } => Err(error),
            Fault::Busy { retry_after } => {
                // Some endpoints ask for no wait at all; doing so would only be noise.
                let asked = retry_after.unwrap_or(BUSY_PAUSE).max(MIN_BUSY_PAUSE);
                let wait = asked.min(self.max_retry_after);
                let is_late = elapsed + wait > self.deadline;
                if is_late {
                    Err(Error::EndpointBusy { retry_after: wait })
                } else {
                    Ok(wait)
                }
            }
            Fault::Passing { message, .. } => {
                self.failures += 1;
                let attempts = self.failures;
                let wait = self.backoff.next().unwrap_or(MAX_BACKOFF);
                let is_over = attempts >= self.max_failures || elapsed + wait > self.deadline;
                if is_over {
                    Err(Error::EndpointUnavailable { attempts, message })
                } else {
                    Ok(wait)
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Ending;

    fn patience() -> Patience {
        Patience::new(&EndpointConfig {
            max_attempts: 3,
            first_retry_seconds: 1.0,
            max_retry_after_seconds: 10.0,
            deadline_seconds: 100.0,
            ..EndpointConfig::default()
        })
    }

    fn passing() -> Fault {
        Fault::Passing {
            message: "down".into(),
            ending: Ending::Failed,
        }
    }

    #[test]
    fn ends_after_as_many_failures_as_are_allowed() {
        let mut patience = patience();
        let first = patience.after(passing(), Duration::ZERO).unwrap();
        let second = patience.after(passing(), Duration::ZERO).unwrap();
        assert!((1..=2).contains(&first.as_secs()) && (2..=4).contains(&second.as_secs()));
        let last = patience.after(passing(), Duration::ZERO);
        assert!(matches!(
            last,
            Err(Error::EndpointUnavailable { attempts: 3, .. })
        ));
    }

    #[test]
    fn waits_as_long_as_a_busy_endpoint_asks_within_bounds() {
        let mut patience = patience();
        for (asked, waited) in [(Some(3), 3), (Some(600), 10), (None, 1)] {
            let retry_after = asked.map(Duration::from_secs);
            let wait = patience
                .after(Fault::Busy { retry_after }, Duration::ZERO)
                .unwrap();
            assert_eq!(wait, Duration::from_secs(waited));
        }
        assert_eq!(patience.failures, 0);
    }

    #[test]
    fn never_waits_beyond_the_deadline() {
        let late = Duration::from_secs(99);
        let retry_after = Some(Duration::from_secs(5));
        let busy = patience().after(Fault::Busy { retry_after }, late);
        assert!(matches!(busy, Err(Error::EndpointBusy { .. })));
        assert!(matches!(
            patience().after(passing(), late + Duration::from_secs(1)),
            Err(Error::EndpointUnavailable { .. })
        ));
    }
}
