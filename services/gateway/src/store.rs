//! The memory of the gateway: every answer, and every request that was meant to bring one.
//!
//! All writing goes through one task that commits what has gathered in one transaction; reading
//! uses connections of its own. A killed process loses nothing that was reported as stored.

mod lock;
mod record;
mod writer;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection as _, SqliteConnection, SqlitePool};
use synthsmith_corpus::Origin;

use crate::Error;
use crate::chat::Answer;
use crate::key::Key;
use lock::StoreLock;
pub use record::{Asked, Record, Usage};
use writer::{Change, Writer};

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();
const READERS: u32 = 4;
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// An open store; the file is locked until [`Store::close`] or the end of the process.
#[derive(Debug)]
pub struct Store {
    writer: Writer,
    readers: SqlitePool,
}

/// A request that was meant to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IntentId(i64);

/// How a request ended that brought no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// It certainly was not paid.
    Failed,
    /// It was sent, and its answer may have been made and paid.
    Lost,
}

// === impl Store ===

impl Store {
    /// Opens or makes the store at `path`. Requests that were in flight when its last user died
    /// become lost.
    pub async fn open(path: &Path) -> Result<Self, Error> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|source| not_opened(path, source))?;
        }
        let lock = StoreLock::take(path)?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .busy_timeout(BUSY_TIMEOUT);
        let pool = SqlitePoolOptions::new().max_connections(READERS);
        let readers = pool.connect_lazy_with(options.clone());
        let migrated = MIGRATIONS.run(&readers).await;
        migrated.map_err(|source| not_opened(path, source))?;
        let connection = writing(&options)
            .await
            .map_err(|source| not_opened(path, source))?;
        let writer = Writer::start(connection, lock);
        Ok(Self { writer, readers })
    }

    pub async fn find(&self, key: &Key) -> Result<Option<Answer>, Error> {
        record::find(&self.readers, key).await.map_err(Error::store)
    }

    /// What the answers and requests of a run sum up to.
    pub async fn usage(&self, run_id: &str) -> Result<Usage, Error> {
        record::usage(&self.readers, run_id)
            .await
            .map_err(Error::store)
    }

    /// What was asked in a run, all of it in memory: for small runs.
    pub async fn asked(&self, run_id: &str) -> Result<Vec<Asked>, Error> {
        record::asked(&self.readers, run_id)
            .await
            .map_err(Error::store)
    }

    /// Notes that a request is about to be sent; returns once that is committed.
    pub async fn intend(&self, key: &Key, origin: &Origin) -> Result<IntentId, Error> {
        let (key, run_id) = (key.clone(), origin.run_id.clone());
        self.writer
            .write(Change::Intent { key, run_id })
            .await
            .map(IntentId)
    }

    /// Stores an answer and closes its intent, together; returns once that is committed.
    pub async fn record(&self, intent: IntentId, record: Record) -> Result<(), Error> {
        let record = Box::new(record);
        self.writer
            .write(Change::Answer { intent, record })
            .await
            .map(|_| ())
    }

    pub async fn give_up(&self, intent: IntentId, ending: Ending) -> Result<(), Error> {
        self.writer
            .write(Change::Ending { intent, ending })
            .await
            .map(|_| ())
    }

    /// Writes what is waiting, closes the files and gives the lock back.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.stop().await;
    }
}

fn not_opened<E>(path: &Path, source: E) -> Error
where
    E: std::error::Error + Send + Sync + 'static,
{
    Error::StoreOpen {
        path: path.to_owned(),
        source: Arc::new(source),
    }
}

async fn writing(options: &SqliteConnectOptions) -> Result<SqliteConnection, sqlx::Error> {
    let mut connection = SqliteConnection::connect_with(options).await?;
    let lost = record::lose_open_intents(&mut connection).await?;
    if lost > 0 {
        tracing::warn!(
            lost,
            "requests were in flight when the last gateway stopped; they may be paid twice"
        );
    }
    Ok(connection)
}
