//! The run database: SQLite, one file, one orchestrator at a time.

mod blobs;
mod items;
mod jobs;
mod runs;

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Sqlite, SqlitePool, Transaction};

pub(crate) use blobs::Blob;
pub(crate) use items::{ItemRow, Settlement, StageCount};
pub(crate) use jobs::{Completion, Job, JobKey, Join, NewJob};
pub(crate) use runs::{RunRow, RunState};

/// What the database could not do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("cannot make the folder {}", path.display())]
    Folder {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("another orchestrator works on {}; stop it, or use another folder", .0.display())]
    Locked(PathBuf),
    #[error("cannot lock {}", path.display())]
    Lock {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("the run database failed; is the disk full?")]
    Query(#[from] sqlx::Error),
    #[error("cannot bring the run database up to date")]
    Migrate(#[source] sqlx::migrate::MigrateError),
    #[error(transparent)]
    Fact(#[from] crate::facts::Unreadable),
    #[error("the run database holds a specification this version cannot read")]
    Spec(#[source] serde_json::Error),
}

/// The open database.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    pool: SqlitePool,
    /// Held for as long as the store is open.
    _lock: std::sync::Arc<File>,
}

impl Store {
    /// Opens the database in `folder`, makes it where there is none, and takes back what an
    /// orchestrator that died had in work.
    pub(crate) async fn open(folder: &Path) -> Result<Self, StoreError> {
        std::fs::create_dir_all(folder).map_err(|source| StoreError::Folder {
            path: folder.to_owned(),
            source,
        })?;
        let lock = lock(&folder.join("orchestrator.lock"))?;
        let options = SqliteConnectOptions::new()
            .filename(folder.join("runs.db"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // Survives the death of the process; a power cut may undo the last transactions, whose
            // work is then done again from stored answers.
            .synchronous(SqliteSynchronous::Normal)
            .busy_timeout(Duration::from_secs(30));
        let pool = SqlitePoolOptions::new()
            .max_connections(4)
            .connect_with(options)
            .await?;
        sqlx::migrate!()
            .run(&pool)
            .await
            .map_err(StoreError::Migrate)?;
        let store = Self {
            pool,
            _lock: std::sync::Arc::new(lock),
        };
        store.release_jobs().await?;
        Ok(store)
    }

    /// A transaction that writes; it takes the write lock at once, so that it never has to start over.
    async fn write(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        Ok(self.pool.begin_with("BEGIN IMMEDIATE").await?)
    }

    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }
}

fn lock(path: &Path) -> Result<File, StoreError> {
    let error = |source| StoreError::Lock {
        path: path.to_owned(),
        source,
    };
    let file = File::create(path).map_err(error)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::Locked(path.to_owned())),
        Err(TryLockError::Error(source)) => Err(error(source)),
    }
}

/// Milliseconds since 1970, for due times and for people; no decision depends on it.
pub(crate) fn now_ms() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |elapsed| elapsed.as_millis() as i64)
}
