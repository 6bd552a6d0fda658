//! The job table: claim, complete with what follows, put off, release.

use std::time::Duration;

use sqlx::{Row as _, Sqlite, Transaction};

use super::{Blob, Settlement, Store, StoreError, blobs, items, now_ms};
use crate::stage::Stage;

/// Which job of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct JobKey {
    pub stage: Stage,
    pub item: u64,
    /// Which of several jobs on one item: a sample, an evolution step, a candidate.
    pub part: u32,
}

/// A claimed job.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    pub run_id: String,
    pub key: JobKey,
    /// How often it was claimed before.
    pub attempts: u32,
    pub input: Option<Vec<u8>>,
}

/// A job to be.
#[derive(Debug, Clone)]
pub(crate) struct NewJob {
    pub key: JobKey,
    pub input: Option<Vec<u8>>,
}

/// A job that is added as soon as no job of the named groups is left to do.
#[derive(Debug, Clone)]
pub(crate) struct Join {
    pub waits_for: Vec<(Stage, u64)>,
    pub then: NewJob,
}

/// What a job came to; all of it is written in one transaction.
#[derive(Debug, Default)]
pub(crate) struct Completion {
    pub result: Vec<u8>,
    /// Why nothing came of it; empty where something did.
    pub rejected: &'static str,
    pub blobs: Vec<Blob>,
    pub next: Vec<NewJob>,
    /// Items that begin their life with this.
    pub new_items: Vec<u64>,
    pub join: Option<Join>,
    pub settlement: Option<Settlement>,
}

impl NewJob {
    pub(crate) fn new(stage: Stage, item: u64, part: u32) -> Self {
        Self {
            key: JobKey { stage, item, part },
            input: None,
        }
    }

    #[must_use]
    pub(crate) fn with_input(mut self, input: Vec<u8>) -> Self {
        self.input = Some(input);
        self
    }
}

impl Store {
    /// Takes up to `count` jobs of a stage, the lowest items first, none beyond `last_item`.
    pub(crate) async fn claim_jobs(
        &self,
        run_id: &str,
        stage: Stage,
        last_item: u64,
        count: usize,
        owner: &str,
    ) -> Result<Vec<Job>, StoreError> {
        let rows = sqlx::query(
            "UPDATE jobs SET state = 'leased', owner = ?, attempts = attempts + 1
             WHERE rowid IN (
                 SELECT rowid FROM jobs
                 WHERE run_id = ? AND state = 'ready' AND stage = ? AND item <= ? AND due_ms <= ?
                 ORDER BY item, part LIMIT ?)
             RETURNING item, part, attempts, input",
        )
        .bind(owner)
        .bind(run_id)
        .bind(stage.as_str())
        .bind(i64::try_from(last_item).unwrap_or(i64::MAX))
        .bind(now_ms())
        .bind(count as i64)
        .fetch_all(self.database.pool())
        .await?;
        let job = |row: sqlx::sqlite::SqliteRow| Job {
            run_id: run_id.to_owned(),
            key: JobKey {
                stage,
                item: row.get::<i64, _>(0) as u64,
                part: row.get::<i64, _>(1) as u32,
            },
            attempts: (row.get::<i64, _>(2) - 1) as u32,
            input: row.get(3),
        };
        let mut jobs: Vec<Job> = rows.into_iter().map(job).collect();
        jobs.sort_by_key(|job| (job.key.item, job.key.part));
        Ok(jobs)
    }

    /// Writes a job's result and all that follows from it; doing so twice changes nothing.
    pub(crate) async fn complete_job(
        &self,
        job: &Job,
        completion: &Completion,
        busy: Duration,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let done = sqlx::query(
            "UPDATE jobs SET state = 'done', owner = '', result = ?, rejected = ?, busy_ms = busy_ms + ?
             WHERE run_id = ? AND stage = ? AND item = ? AND part = ? AND state = 'leased'",
        )
        .bind(&completion.result)
        .bind(completion.rejected)
        .bind(busy.as_millis() as i64)
        .bind(&job.run_id)
        .bind(job.key.stage.as_str())
        .bind(job.key.item as i64)
        .bind(job.key.part)
        .execute(&mut *transaction)
        .await?;
        if done.rows_affected() == 1 {
            follow(&mut transaction, &job.run_id, completion).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Gives a job back, to be claimed again after `delay`, with so many attempts behind it.
    pub(crate) async fn put_off_job(
        &self,
        job: &Job,
        delay: Duration,
        busy: Duration,
        attempts: u32,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE jobs SET state = 'ready', owner = '', due_ms = ?, busy_ms = busy_ms + ?, attempts = ?
             WHERE run_id = ? AND stage = ? AND item = ? AND part = ? AND state = 'leased'",
        )
        .bind(now_ms() + delay.as_millis() as i64)
        .bind(busy.as_millis() as i64)
        .bind(attempts)
        .bind(&job.run_id)
        .bind(job.key.stage.as_str())
        .bind(job.key.item as i64)
        .bind(job.key.part)
        .execute(self.database.pool())
        .await?;
        Ok(())
    }

    /// Takes back the jobs of an orchestrator that died; the file's lock proves that it did.
    pub(super) async fn release_jobs(&self) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE jobs SET state = 'ready', owner = '', due_ms = 0 WHERE state = 'leased'",
        )
        .execute(self.database.pool())
        .await?;
        Ok(())
    }

    /// Takes back the jobs of one run, whose loop has ended, with a fresh count of attempts.
    pub(crate) async fn release_jobs_of(&self, run_id: &str) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE jobs SET state = 'ready', owner = '', due_ms = 0, attempts = 0
             WHERE run_id = ? AND state != 'done'",
        )
        .bind(run_id)
        .execute(self.database.pool())
        .await?;
        Ok(())
    }

    /// When the next job that waits is due, in milliseconds from now.
    pub(crate) async fn next_due(&self, run_id: &str) -> Result<Option<Duration>, StoreError> {
        let due: Option<i64> = sqlx::query_scalar(
            "SELECT MIN(due_ms) FROM jobs WHERE run_id = ? AND state = 'ready' AND due_ms > ?",
        )
        .bind(run_id)
        .bind(now_ms())
        .fetch_one(self.database.pool())
        .await?;
        Ok(due.map(|due| Duration::from_millis((due - now_ms()).max(0) as u64)))
    }

    /// The result of a job that is done.
    pub(crate) async fn result(
        &self,
        run_id: &str,
        key: JobKey,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let result: Option<Vec<u8>> = sqlx::query_scalar(
            "SELECT result FROM jobs
             WHERE run_id = ? AND stage = ? AND item = ? AND part = ? AND state = 'done'",
        )
        .bind(run_id)
        .bind(key.stage.as_str())
        .bind(key.item as i64)
        .bind(key.part)
        .fetch_optional(self.database.pool())
        .await?;
        Ok(result)
    }

    /// The results of all parts of a stage's work on an item, in part order.
    pub(crate) async fn results(
        &self,
        run_id: &str,
        stage: Stage,
        item: u64,
    ) -> Result<Vec<Vec<u8>>, StoreError> {
        let results = sqlx::query_scalar(
            "SELECT result FROM jobs
             WHERE run_id = ? AND stage = ? AND item = ? AND state = 'done' ORDER BY part",
        )
        .bind(run_id)
        .bind(stage.as_str())
        .bind(item as i64)
        .fetch_all(self.database.pool())
        .await?;
        Ok(results)
    }
}

/// What follows from a completed job.
pub(super) async fn follow(
    transaction: &mut Transaction<'_, Sqlite>,
    run_id: &str,
    completion: &Completion,
) -> Result<(), StoreError> {
    blobs::insert(transaction, &completion.blobs).await?;
    items::open(transaction, run_id, &completion.new_items).await?;
    insert(transaction, run_id, &completion.next).await?;
    if let Some(join) = &completion.join
        && nothing_left(transaction, run_id, &join.waits_for).await?
    {
        insert(transaction, run_id, std::slice::from_ref(&join.then)).await?;
    }
    if let Some(settlement) = &completion.settlement {
        items::settle(transaction, run_id, settlement).await?;
    }
    Ok(())
}

pub(super) async fn insert(
    transaction: &mut Transaction<'_, Sqlite>,
    run_id: &str,
    jobs: &[NewJob],
) -> Result<(), StoreError> {
    for job in jobs {
        sqlx::query(
            "INSERT OR IGNORE INTO jobs (run_id, stage, item, part, input) VALUES (?, ?, ?, ?, ?)",
        )
        .bind(run_id)
        .bind(job.key.stage.as_str())
        .bind(job.key.item as i64)
        .bind(job.key.part)
        .bind(&job.input)
        .execute(&mut **transaction)
        .await?;
    }
    Ok(())
}

async fn nothing_left(
    transaction: &mut Transaction<'_, Sqlite>,
    run_id: &str,
    groups: &[(Stage, u64)],
) -> Result<bool, StoreError> {
    for (stage, item) in groups {
        let open: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM jobs WHERE run_id = ? AND stage = ? AND item = ? AND state != 'done'",
        )
        .bind(run_id)
        .bind(stage.as_str())
        .bind(*item as i64)
        .fetch_one(&mut **transaction)
        .await?;
        if open > 0 {
            return Ok(false);
        }
    }
    Ok(true)
}
