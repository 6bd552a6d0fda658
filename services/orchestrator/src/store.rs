//! The run database: SQLite, one file, one orchestrator at a time.

mod blobs;
mod items;
mod jobs;
mod runs;

use std::path::Path;

use sqlx::{Sqlite, Transaction};
use synthsmith_store::Database;
pub(crate) use synthsmith_store::now_ms;

pub(crate) use blobs::Blob;
pub(crate) use items::{ItemRow, Settlement, StageCount};
pub(crate) use jobs::{Completion, Job, JobKey, Join, NewJob};
pub(crate) use runs::{RunRow, RunState};

/// What the database could not do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error(transparent)]
    Open(#[from] synthsmith_store::Error),
    #[error("the run database failed; is the disk full?")]
    Query(#[from] sqlx::Error),
    #[error(transparent)]
    Fact(#[from] crate::facts::Unreadable),
    #[error("the run database holds a specification this version cannot read")]
    Spec(#[source] serde_json::Error),
}

/// The open database.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    database: Database,
}

impl Store {
    /// Opens the database in `folder`, makes it where there is none, and takes back what an
    /// orchestrator that died had in work.
    pub(crate) async fn open(folder: &Path) -> Result<Self, StoreError> {
        let migrations = sqlx::migrate!();
        let database = Database::open(folder, "runs", "orchestrator", &migrations).await?;
        let store = Self { database };
        store.release_jobs().await?;
        Ok(store)
    }

    async fn write(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        Ok(self.database.write().await?)
    }

    pub(crate) async fn close(&self) {
        self.database.close().await;
    }
}
