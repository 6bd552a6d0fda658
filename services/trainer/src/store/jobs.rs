//! Jobs and where they stand.

use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use synthsmith_evaluator::Progress;
use synthsmith_store::now_ms;

use super::{Store, StoreError};
use crate::backend::Prepared;
use crate::spec::Spec;

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JobState {
    Pending,
    Running,
    Paused,
    Succeeded,
    Failed,
    Cancelled,
}

/// A job as it is stored.
#[derive(Debug, Clone)]
pub(crate) struct JobRow {
    pub(crate) id: String,
    pub(crate) spec: Spec,
    pub(crate) state: JobState,
    pub(crate) error: String,
    pub(crate) created_ms: i64,
    pub(crate) ended_ms: Option<i64>,
    pub(crate) rows: u64,
    pub(crate) left_out: u64,
    pub(crate) parameters: u64,
    pub(crate) steps: u64,
    /// Of an evaluation.
    pub(crate) progress: Progress,
}

impl JobState {
    const NAMES: [(Self, &'static str); 6] = [
        (Self::Pending, "pending"),
        (Self::Running, "running"),
        (Self::Paused, "paused"),
        (Self::Succeeded, "succeeded"),
        (Self::Failed, "failed"),
        (Self::Cancelled, "cancelled"),
    ];

    fn as_str(self) -> &'static str {
        let mut names = Self::NAMES.iter();
        names
            .find(|(state, _)| *state == self)
            .map_or("", |(_, name)| name)
    }

    fn from_name(name: &str) -> Self {
        let mut names = Self::NAMES.iter();
        names
            .find(|(_, known)| *known == name)
            .map_or(Self::Failed, |(state, _)| *state)
    }

    /// Whether nothing happens until somebody asks for it.
    pub(crate) fn rests(self) -> bool {
        !matches!(self, Self::Pending | Self::Running)
    }
}

const COLUMNS: &str =
    "id, spec, state, error, created_ms, ended_ms, row_count, left_out, parameters,
    samples, graded, passed, (SELECT coalesce(max(step), 0) FROM steps WHERE job_id = id)";

impl Store {
    /// Makes a job; false where the id is taken.
    pub(crate) async fn create(&self, id: &str, spec: &Spec) -> Result<bool, StoreError> {
        let made = sqlx::query(
            "INSERT OR IGNORE INTO jobs (id, spec, state, created_ms) VALUES (?, ?, 'pending', ?)",
        )
        .bind(id)
        .bind(serde_json::to_string(spec).map_err(StoreError::Spec)?)
        .bind(now_ms())
        .execute(self.database.pool())
        .await?;
        Ok(made.rows_affected() == 1)
    }

    pub(crate) async fn job(&self, id: &str) -> Result<Option<JobRow>, StoreError> {
        let statement = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM jobs WHERE id = ?"));
        let row = sqlx::query(statement)
            .bind(id)
            .fetch_optional(self.database.pool())
            .await?;
        row.as_ref().map(job_row).transpose()
    }

    /// Jobs made before the one with the given id, the newest first.
    pub(crate) async fn jobs(
        &self,
        before: Option<&str>,
        count: u32,
    ) -> Result<Vec<JobRow>, StoreError> {
        let statement = sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM jobs
             WHERE ?1 IS NULL OR (created_ms, id) < (SELECT created_ms, id FROM jobs WHERE id = ?1)
             ORDER BY created_ms DESC, id DESC LIMIT ?2"
        ));
        let rows = sqlx::query(statement)
            .bind(before)
            .bind(count)
            .fetch_all(self.database.pool())
            .await?;
        rows.iter().map(job_row).collect()
    }

    pub(crate) async fn set_state(
        &self,
        id: &str,
        state: JobState,
        error: &str,
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE jobs SET state = ?, error = ?, ended_ms = ? WHERE id = ?")
            .bind(state.as_str())
            .bind(error)
            .bind(state.rests().then(now_ms))
            .bind(id)
            .execute(self.database.pool())
            .await?;
        Ok(())
    }

    /// Notes what an evaluation is made on.
    pub(crate) async fn opened(
        &self,
        id: &str,
        problems: u64,
        left_out: u64,
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE jobs SET row_count = ?, left_out = ? WHERE id = ?")
            .bind(problems as i64)
            .bind(left_out as i64)
            .bind(id)
            .execute(self.database.pool())
            .await?;
        Ok(())
    }

    pub(crate) async fn progressed(&self, id: &str, progress: Progress) -> Result<(), StoreError> {
        sqlx::query("UPDATE jobs SET samples = ?, graded = ?, passed = ? WHERE id = ?")
            .bind(progress.samples as i64)
            .bind(progress.graded as i64)
            .bind(progress.passed as i64)
            .bind(id)
            .execute(self.database.pool())
            .await?;
        Ok(())
    }

    /// Notes what a job found, and takes back the steps that are about to be made again.
    pub(crate) async fn prepared(&self, id: &str, prepared: Prepared) -> Result<(), StoreError> {
        let mut transaction = self.database.write().await?;
        sqlx::query("UPDATE jobs SET row_count = ?, left_out = ?, parameters = ? WHERE id = ?")
            .bind(prepared.rows as i64)
            .bind(prepared.left_out as i64)
            .bind(prepared.parameters as i64)
            .bind(id)
            .execute(&mut *transaction)
            .await?;
        sqlx::query("DELETE FROM steps WHERE job_id = ? AND step > ?")
            .bind(id)
            .bind(prepared.steps_made as i64)
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }
}

fn job_row(row: &SqliteRow) -> Result<JobRow, StoreError> {
    let count = |index: usize| row.get::<i64, _>(index) as u64;
    Ok(JobRow {
        id: row.get(0),
        spec: serde_json::from_str(row.get(1)).map_err(StoreError::Spec)?,
        state: JobState::from_name(row.get(2)),
        error: row.get(3),
        created_ms: row.get(4),
        ended_ms: row.get(5),
        rows: count(6),
        left_out: count(7),
        parameters: count(8),
        progress: Progress {
            samples: count(9),
            graded: count(10),
            passed: count(11),
            ungraded: 0,
        },
        steps: count(12),
    })
}
