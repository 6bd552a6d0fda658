//! Runs and their samples.

use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::jobs::insert;
use super::{NewJob, Store, StoreError, now_ms};
use crate::facts::{pack, unpack};
use crate::spec::{CodeSample, RunSpec};
use crate::stage::Stage;

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RunState {
    Pending,
    Running,
    Succeeded,
    Failed,
    Cancelled,
}

/// A run as it is stored.
#[derive(Debug, Clone)]
pub(crate) struct RunRow {
    pub id: String,
    pub spec: RunSpec,
    pub fingerprint: String,
    pub state: RunState,
    pub error: String,
    pub created_ms: i64,
    pub ended_ms: Option<i64>,
    pub screened: u64,
    pub committed: u64,
    pub accepted: u64,
}

impl RunState {
    const NAMES: [(Self, &'static str); 5] = [
        (Self::Pending, "pending"),
        (Self::Running, "running"),
        (Self::Succeeded, "succeeded"),
        (Self::Failed, "failed"),
        (Self::Cancelled, "cancelled"),
    ];

    pub(crate) fn as_str(self) -> &'static str {
        Self::NAMES
            .iter()
            .find(|(state, _)| *state == self)
            .map_or("", |(_, name)| name)
    }

    fn from_name(name: &str) -> Self {
        Self::NAMES
            .iter()
            .find(|(_, known)| *known == name)
            .map_or(Self::Failed, |(state, _)| *state)
    }

    pub(crate) fn has_ended(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Cancelled)
    }
}

const COLUMNS: &str =
    "id, spec, fingerprint, state, error, created_ms, ended_ms, screened, committed, accepted";

impl Store {
    /// Makes a run with its samples and its first jobs; false where the id is taken.
    pub(crate) async fn create_run(
        &self,
        id: &str,
        spec: &RunSpec,
        fingerprint: &str,
        samples: &[CodeSample],
    ) -> Result<bool, StoreError> {
        let mut transaction = self.write().await?;
        let made = sqlx::query(
            "INSERT OR IGNORE INTO runs (id, spec, fingerprint, state, sample_count, created_ms)
             VALUES (?, ?, ?, 'pending', ?, ?)",
        )
        .bind(id)
        .bind(serde_json::to_string(spec).map_err(StoreError::Spec)?)
        .bind(fingerprint)
        .bind(samples.len() as i64)
        .bind(now_ms())
        .execute(&mut *transaction)
        .await?;
        if made.rows_affected() == 0 {
            return Ok(false);
        }
        for (position, sample) in samples.iter().enumerate() {
            sqlx::query("INSERT INTO samples (run_id, position, sample) VALUES (?, ?, ?)")
                .bind(id)
                .bind(position as i64)
                .bind(pack(sample))
                .execute(&mut *transaction)
                .await?;
        }
        let first: Vec<NewJob> = (0..samples.len())
            .map(|position| NewJob::new(Stage::Extract, 0, position as u32))
            .collect();
        insert(&mut transaction, id, &first).await?;
        transaction.commit().await?;
        Ok(true)
    }

    pub(crate) async fn run(&self, id: &str) -> Result<Option<RunRow>, StoreError> {
        let statement = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM runs WHERE id = ?"));
        let row = sqlx::query(statement)
            .bind(id)
            .fetch_optional(self.database.pool())
            .await?;
        row.as_ref().map(run_row).transpose()
    }

    /// Runs made before the one with the given id, the newest first.
    pub(crate) async fn runs(
        &self,
        before: Option<&str>,
        count: u32,
    ) -> Result<Vec<RunRow>, StoreError> {
        let statement = sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM runs
             WHERE ?1 IS NULL OR (created_ms, id) < (SELECT created_ms, id FROM runs WHERE id = ?1)
             ORDER BY created_ms DESC, id DESC LIMIT ?2"
        ));
        let rows = sqlx::query(statement)
            .bind(before)
            .bind(count)
            .fetch_all(self.database.pool())
            .await?;
        rows.iter().map(run_row).collect()
    }

    pub(crate) async fn set_run_state(
        &self,
        id: &str,
        state: RunState,
        error: &str,
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE runs SET state = ?, error = ?, ended_ms = ? WHERE id = ?")
            .bind(state.as_str())
            .bind(error)
            .bind(state.has_ended().then(now_ms))
            .bind(id)
            .execute(self.database.pool())
            .await?;
        Ok(())
    }

    /// A sample of a run; the row is there, since it was written with the job that asks for it.
    pub(crate) async fn sample(
        &self,
        run_id: &str,
        position: u32,
    ) -> Result<CodeSample, StoreError> {
        let packed: Vec<u8> =
            sqlx::query_scalar("SELECT sample FROM samples WHERE run_id = ? AND position = ?")
                .bind(run_id)
                .bind(position)
                .fetch_one(self.database.pool())
                .await?;
        Ok(unpack(&packed)?)
    }
}

fn run_row(row: &SqliteRow) -> Result<RunRow, StoreError> {
    Ok(RunRow {
        id: row.get(0),
        spec: serde_json::from_str(row.get(1)).map_err(StoreError::Spec)?,
        fingerprint: row.get(2),
        state: RunState::from_name(row.get(3)),
        error: row.get(4),
        created_ms: row.get(5),
        ended_ms: row.get(6),
        screened: row.get::<i64, _>(7) as u64,
        committed: row.get::<i64, _>(8) as u64,
        accepted: row.get::<i64, _>(9) as u64,
    })
}
