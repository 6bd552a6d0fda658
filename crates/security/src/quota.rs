//! How much a principal may ask for.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use governor::RateLimiter;
use governor::clock::{Clock as _, MonotonicClock};
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use serde::{Deserialize, Serialize};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What a caller with all its calls in work is told to wait.
const BUSY_DELAY: Duration = Duration::from_millis(500);

/// How much a principal may ask for; what is absent is not bounded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Quota {
    /// Calls that may begin in a minute, in whatever rhythm.
    pub calls_per_minute: Option<NonZeroU32>,
    /// Calls in work at a time.
    pub max_calls: Option<NonZeroU32>,
}

/// A quota that is used up, and when to ask again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Exhausted {
    pub(crate) what: &'static str,
    pub(crate) retry_after: Duration,
}

type Limiter =
    RateLimiter<NotKeyed, InMemoryState, MonotonicClock, NoOpMiddleware<std::time::Instant>>;

/// What one principal has used of its quota.
#[derive(Debug)]
struct Meter {
    quota: Quota,
    rate: Option<Limiter>,
    calls: Option<Arc<Semaphore>>,
}

/// What each principal has used of its quota; outlives a change of the keys.
#[derive(Debug, Default)]
pub(crate) struct Meters(Mutex<HashMap<Arc<str>, Arc<Meter>>>);

// === impl Meter ===

impl Meter {
    fn new(quota: Quota) -> Self {
        let rate = quota.calls_per_minute.map(|calls| {
            Limiter::direct_with_clock(governor::Quota::per_minute(calls), MonotonicClock)
        });
        let calls = quota
            .max_calls
            .map(|calls| Arc::new(Semaphore::new(calls.get() as usize)));
        Self { quota, rate, calls }
    }

    fn enter(&self) -> Result<Option<OwnedSemaphorePermit>, Exhausted> {
        let permit = match &self.calls {
            Some(calls) => Some(
                Arc::clone(calls)
                    .try_acquire_owned()
                    .map_err(|_| Exhausted {
                        what: "max_calls",
                        retry_after: BUSY_DELAY,
                    })?,
            ),
            None => None,
        };
        if let Some(rate) = &self.rate {
            rate.check().map_err(|not_until| Exhausted {
                what: "calls_per_minute",
                retry_after: not_until.wait_time_from(MonotonicClock.now()),
            })?;
        }
        Ok(permit)
    }
}

// === impl Meters ===

impl Meters {
    /// Counts a call of the principal; it is in work for as long as the permit is held.
    pub(crate) fn enter(
        &self,
        principal: &Arc<str>,
        quota: Quota,
    ) -> Result<Option<OwnedSemaphorePermit>, Exhausted> {
        if quota == Quota::default() {
            return Ok(None);
        }
        self.meter(principal, quota).enter()
    }

    fn meter(&self, principal: &Arc<str>, quota: Quota) -> Arc<Meter> {
        let mut meters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match meters.get(principal) {
            Some(meter) if meter.quota == quota => Arc::clone(meter),
            _ => {
                let meter = Arc::new(Meter::new(quota));
                meters.insert(Arc::clone(principal), Arc::clone(&meter));
                meter
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quota(calls_per_minute: u32, max_calls: u32) -> Quota {
        Quota {
            calls_per_minute: NonZeroU32::new(calls_per_minute),
            max_calls: NonZeroU32::new(max_calls),
        }
    }

    #[test]
    fn as_many_calls_are_in_work_as_the_quota_says() {
        let (meters, team) = (Meters::default(), Arc::from("team"));
        let first = meters.enter(&team, quota(0, 2)).unwrap();
        let second = meters.enter(&team, quota(0, 2)).unwrap();
        assert_eq!(
            meters.enter(&team, quota(0, 2)).unwrap_err().what,
            "max_calls"
        );
        drop(first);
        assert!(meters.enter(&team, quota(0, 2)).unwrap().is_some());
        drop(second);
    }

    #[test]
    fn a_minutes_calls_may_come_at_once_and_then_wait() {
        let (meters, team, other) = (Meters::default(), Arc::from("team"), Arc::from("other"));
        for _ in 0..3 {
            meters.enter(&team, quota(3, 0)).unwrap();
        }
        let refused = meters.enter(&team, quota(3, 0)).unwrap_err();
        assert_eq!(refused.what, "calls_per_minute");
        assert!(
            refused.retry_after > Duration::ZERO && refused.retry_after <= Duration::from_secs(20)
        );
        assert!(meters.enter(&other, quota(3, 0)).is_ok());
    }

    #[test]
    fn a_refused_call_is_not_in_work() {
        let (meters, team) = (Meters::default(), Arc::from("team"));
        drop(meters.enter(&team, quota(1, 1)).unwrap());
        for _ in 0..3 {
            let refused = meters.enter(&team, quota(1, 1)).unwrap_err();
            assert_eq!(refused.what, "calls_per_minute");
        }
    }

    #[test]
    fn a_changed_quota_holds_from_the_next_call() {
        let (meters, team) = (Meters::default(), Arc::from("team"));
        let _one = meters.enter(&team, quota(0, 1)).unwrap();
        assert!(meters.enter(&team, quota(0, 1)).is_err());
        assert!(meters.enter(&team, quota(0, 2)).is_ok());
        assert!(meters.enter(&team, Quota::default()).unwrap().is_none());
    }
}
