//! The one task that writes: changes that arrive while a transaction runs share the next one.

use std::sync::{Arc, Mutex, PoisonError};

use sqlx::{Connection as _, SqliteConnection};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::lock::StoreLock;
use super::record::{self, Record};
use super::{Ending, IntentId};
use crate::Error;
use crate::key::Key;

/// Changes waiting; more wait in their callers.
const MAX_WAITING: usize = 1024;
/// Changes of one transaction.
const MAX_BATCH: usize = 256;

#[derive(Debug)]
pub(super) enum Change {
    Intent {
        key: Key,
        run_id: String,
    },
    Answer {
        intent: IntentId,
        record: Box<Record>,
    },
    Ending {
        intent: IntentId,
        ending: Ending,
    },
}

/// A change, and who waits for its commit. The number told is the id of a new intent.
struct Entry {
    change: Change,
    committed: oneshot::Sender<Result<i64, Error>>,
}

#[derive(Debug)]
pub(super) struct Writer {
    running: Mutex<Option<Running>>,
}

#[derive(Debug)]
struct Running {
    entries: mpsc::Sender<Entry>,
    task: JoinHandle<()>,
}

// === impl Writer ===

impl Writer {
    pub(super) fn start(connection: SqliteConnection, lock: StoreLock) -> Self {
        let (entries, received) = mpsc::channel(MAX_WAITING);
        let task = tokio::spawn(run(connection, lock, received));
        let running = Mutex::new(Some(Running { entries, task }));
        Self { running }
    }

    /// Returns once `change` is committed.
    pub(super) async fn write(&self, change: Change) -> Result<i64, Error> {
        let entries = self.entries().ok_or(Error::StoreClosed)?;
        let (committed, commit) = oneshot::channel();
        let sent = entries.send(Entry { change, committed }).await;
        // The task ends when the last sender is gone.
        drop(entries);
        sent.map_err(|_| Error::StoreClosed)?;
        commit.await.map_err(|_| Error::StoreClosed)?
    }

    /// Takes no more changes, and returns once those taken are committed.
    pub(super) async fn stop(&self) {
        let running = self
            .running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Some(Running { entries, task }) = running else {
            return;
        };
        drop(entries);
        if let Err(error) = task.await {
            tracing::error!(%error, "the writer of the store broke off");
        }
    }

    fn entries(&self) -> Option<mpsc::Sender<Entry>> {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.as_ref().map(|running| running.entries.clone())
    }
}

async fn run(
    mut connection: SqliteConnection,
    lock: StoreLock,
    mut entries: mpsc::Receiver<Entry>,
) {
    let mut batch = Vec::with_capacity(MAX_BATCH);
    while entries.recv_many(&mut batch, MAX_BATCH).await > 0 {
        let outcome = commit(&mut connection, &batch).await;
        let outcome = outcome.map_err(|error| Error::Store(Arc::new(error)));
        for (position, entry) in batch.drain(..).enumerate() {
            let id = outcome.as_ref().map(|ids| ids[position]);
            // A caller that went away no longer needs to know.
            let _ = entry.committed.send(id.map_err(Clone::clone));
        }
    }
    if let Err(error) = connection.close().await {
        tracing::warn!(%error, "the store did not close cleanly");
    }
    drop(lock);
}

async fn commit(
    connection: &mut SqliteConnection,
    batch: &[Entry],
) -> Result<Vec<i64>, sqlx::Error> {
    let mut transaction = connection.begin().await?;
    let mut ids = Vec::with_capacity(batch.len());
    for entry in batch {
        ids.push(write(&mut transaction, &entry.change).await?);
    }
    transaction.commit().await?;
    Ok(ids)
}

async fn write(connection: &mut SqliteConnection, change: &Change) -> Result<i64, sqlx::Error> {
    match change {
        Change::Intent { key, run_id } => record::insert_intent(connection, key, run_id).await,
        Change::Answer { intent, record } => {
            record::insert_answer(connection, *intent, record).await?;
            Ok(0)
        }
        Change::Ending { intent, ending } => {
            record::end_intent(connection, *intent, *ending).await?;
            Ok(0)
        }
    }
}
