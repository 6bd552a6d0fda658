//! Opens a database, and keeps others out of it.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Sqlite, SqlitePool, Transaction};

/// What kept a database closed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("cannot make the folder {}", path.display())]
    Folder {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("another process works on {}; stop it, or use another folder", .0.display())]
    Locked(PathBuf),
    #[error("cannot lock {}", path.display())]
    Lock {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("cannot open {}; is the disk full, or the file damaged?", path.display())]
    Open {
        path: PathBuf,
        #[source]
        source: sqlx::Error,
    },
    #[error("cannot bring {} up to date", path.display())]
    Migrate {
        path: PathBuf,
        #[source]
        source: MigrateError,
    },
}

/// An open database. Cheap to clone; it is locked until the last clone is gone, or the process.
#[derive(Debug, Clone)]
pub struct Database {
    pool: SqlitePool,
    _lock: Arc<File>,
}

impl Database {
    /// Opens `folder/name.db`, and makes it where there is none. The lock is `folder/lock.lock`, by the name given.
    pub async fn open(
        folder: &Path,
        name: &str,
        lock: &str,
        migrations: &Migrator,
    ) -> Result<Self, Error> {
        std::fs::create_dir_all(folder).map_err(|source| Error::Folder {
            path: folder.to_owned(),
            source,
        })?;
        let lock = locked(&folder.join(format!("{lock}.lock")))?;
        let path = folder.join(format!("{name}.db"));
        let options = SqliteConnectOptions::new()
            .filename(&path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // Survives the death of the process; a power cut may undo the last transactions, whose
            // work is then done again.
            .synchronous(SqliteSynchronous::Normal)
            .busy_timeout(Duration::from_secs(30));
        let pool = SqlitePoolOptions::new().max_connections(4);
        let pool = pool.connect_with(options).await;
        let pool = pool.map_err(|source| Error::Open {
            path: path.clone(),
            source,
        })?;
        let migrated = migrations.run(&pool).await;
        migrated.map_err(|source| Error::Migrate { path, source })?;
        Ok(Self {
            pool,
            _lock: Arc::new(lock),
        })
    }

    pub fn pool(&self) -> &SqlitePool {
        &self.pool
    }

    /// A transaction that writes; it takes the write lock at once, so that it never has to start over.
    pub async fn write(&self) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
        self.pool.begin_with("BEGIN IMMEDIATE").await
    }

    pub async fn close(&self) {
        self.pool.close().await;
    }
}

fn locked(path: &Path) -> Result<File, Error> {
    let error = |source| Error::Lock {
        path: path.to_owned(),
        source,
    };
    let file = File::create(path).map_err(error)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::Locked(path.to_owned())),
        Err(TryLockError::Error(source)) => Err(error(source)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_process_works_on_a_database_and_finds_what_it_wrote() {
        let folder = tempfile::tempdir().unwrap();
        let open =
            async || Database::open(folder.path(), "rows", "owner", &Migrator::DEFAULT).await;
        let database = open().await.unwrap();
        sqlx::query("CREATE TABLE rows (name TEXT)")
            .execute(database.pool())
            .await
            .unwrap();
        assert!(matches!(open().await, Err(Error::Locked(_))));
        database.close().await;
        drop(database);
        let again = open().await.unwrap();
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM rows")
            .fetch_one(again.pool())
            .await
            .unwrap();
        assert_eq!(count, 0);
    }

    #[tokio::test]
    async fn what_is_no_database_is_said_with_its_path() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("rows.db"), vec![7; 4096]).unwrap();
        let opened = Database::open(folder.path(), "rows", "owner", &Migrator::DEFAULT).await;
        assert!(opened.unwrap_err().to_string().contains("rows.db"));
    }
}
