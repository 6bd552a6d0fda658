//! Lets a run be measured while nothing else is under way, and bounds what others wait for that.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedRwLockReadGuard, RwLock};
use tokio::time::timeout;

#[derive(Debug, Default)]
pub(super) struct Quiet(Arc<RwLock<()>>);

impl Quiet {
    /// Held by every compilation and every run.
    pub(super) async fn among_others(&self) -> OwnedRwLockReadGuard<()> {
        Arc::clone(&self.0).read_owned().await
    }

    /// Works once everything else has ended, and keeps new work waiting meanwhile. `None`: after `patience` it had not
    /// ended. Work that itself takes longer than that goes on among others.
    pub(super) async fn alone<T>(
        &self,
        patience: Duration,
        work: impl Future<Output = T>,
    ) -> Option<T> {
        let alone = timeout(patience, self.0.write()).await.ok()?;
        let mut work = pin!(work);
        if let Ok(done) = timeout(patience, &mut work).await {
            return Some(done);
        }
        drop(alone);
        Some(work.await)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn works_alone_or_not_at_all() {
        let quiet = Quiet::default();
        let impatient = async || {
            let work = async { quiet.0.try_read().is_err() };
            quiet.alone(Duration::ZERO, work).await
        };
        assert_eq!(impatient().await, Some(true));
        let other = quiet.among_others().await;
        assert_eq!(impatient().await, None);
        drop(other);
        assert_eq!(impatient().await, Some(true));
    }

    #[tokio::test]
    async fn long_work_goes_on_and_keeps_nobody_waiting() {
        let quiet = Quiet::default();
        let waits_for_another = async { drop(quiet.among_others().await) };
        let done = quiet.alone(Duration::ZERO, waits_for_another).await;
        assert_eq!(done, Some(()));
    }
}
