//! Where it is written how far a job is, and where those who watch it are told.

use tokio::sync::watch;

use crate::store::{JobState, Store, StoreError};

/// The desk of one job.
#[derive(Debug, Clone)]
pub(crate) struct Desk {
    pub(crate) id: String,
    pub(crate) store: Store,
    /// Counts up with each change.
    pub(crate) revision: std::sync::Arc<watch::Sender<u64>>,
}

impl Desk {
    pub(crate) async fn set_state(&self, state: JobState, error: &str) -> Result<(), StoreError> {
        self.store.set_state(&self.id, state, error).await?;
        self.changed();
        Ok(())
    }

    pub(crate) fn changed(&self) {
        self.revision.send_modify(|revision| *revision += 1);
    }
}
