//! The job table.

mod jobs;
mod steps;

use std::path::Path;

use synthsmith_store::Database;

pub(crate) use jobs::{JobRow, JobState};

/// What the database could not do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error(transparent)]
    Open(#[from] synthsmith_store::Error),
    #[error("the job table failed; is the disk full?")]
    Query(#[from] sqlx::Error),
    #[error("the job table holds a specification this version cannot read")]
    Spec(#[source] serde_json::Error),
}

/// The open table. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    database: Database,
}

impl Store {
    pub(crate) async fn open(folder: &Path) -> Result<Self, StoreError> {
        let migrations = sqlx::migrate!();
        let database = Database::open(folder, "jobs", "trainer", &migrations).await?;
        Ok(Self { database })
    }

    pub(crate) async fn close(&self) {
        self.database.close().await;
    }
}
