//! Items: their fate, and what is done in index order.

use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, Sqlite, Transaction};
use synthsmith_corpus::Rejection;

use super::jobs::insert;
use super::{NewJob, Store, StoreError};
use crate::stage::Stage;

/// An item's fate, known before it is its turn to be committed.
#[derive(Debug, Clone)]
pub(crate) struct Settlement {
    pub item: u64,
    pub stage: Stage,
    /// `None` for an accepted item.
    pub rejection: Option<Rejection>,
    /// What exactly, for a person to read.
    pub detail: String,
}

/// A settled item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ItemRow {
    pub item: u64,
    pub accepted: bool,
    pub stage: String,
    pub reason: String,
    pub detail: String,
}

/// Items that ended at a stage for a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StageCount {
    pub stage: String,
    /// Empty for accepted items.
    pub reason: String,
    pub count: u64,
}

impl Store {
    /// Lets a screened item go on, or ends it as a duplicate of an earlier one.
    pub(crate) async fn screen_item(
        &self,
        run_id: &str,
        item: u64,
        statement_digest: &str,
        next: &[NewJob],
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        sqlx::query("INSERT OR IGNORE INTO statements (run_id, digest, item) VALUES (?, ?, ?)")
            .bind(run_id)
            .bind(statement_digest)
            .bind(item as i64)
            .execute(&mut *transaction)
            .await?;
        let first: i64 =
            sqlx::query_scalar("SELECT item FROM statements WHERE run_id = ? AND digest = ?")
                .bind(run_id)
                .bind(statement_digest)
                .fetch_one(&mut *transaction)
                .await?;
        if first as u64 == item {
            insert(&mut transaction, run_id, next).await?;
        } else {
            let settlement = Settlement {
                item,
                stage: Stage::Screen,
                rejection: Some(Rejection::Duplicate),
                detail: format!("same statement as item {first}"),
            };
            settle(&mut transaction, run_id, &settlement).await?;
        }
        advance_screened(&mut transaction, run_id, item).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Passes over an item that synthesis ended.
    pub(crate) async fn pass_screen(&self, run_id: &str, item: u64) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        advance_screened(&mut transaction, run_id, item).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Commits settled items from the cursor on, until one is open or `accepted_count` are accepted.
    ///
    /// Returns how many items are committed and how many of them accepted.
    pub(crate) async fn commit_items(
        &self,
        run_id: &str,
        accepted_count: u64,
    ) -> Result<(u64, u64), StoreError> {
        let mut transaction = self.write().await?;
        let cursor = sqlx::query("SELECT committed, accepted FROM runs WHERE id = ?")
            .bind(run_id)
            .fetch_one(&mut *transaction)
            .await?;
        let before = cursor.get::<i64, _>(0);
        let (mut committed, mut accepted) = (before, cursor.get::<i64, _>(1));
        while accepted_count == 0 || (accepted as u64) < accepted_count {
            let state: Option<String> =
                sqlx::query_scalar("SELECT state FROM items WHERE run_id = ? AND item = ?")
                    .bind(run_id)
                    .bind(committed)
                    .fetch_optional(&mut *transaction)
                    .await?;
            match state.as_deref() {
                Some("accepted") => accepted += 1,
                Some("rejected") => {}
                _ => break,
            }
            committed += 1;
        }
        if committed != before {
            sqlx::query("UPDATE runs SET committed = ?, accepted = ? WHERE id = ?")
                .bind(committed)
                .bind(accepted)
                .bind(run_id)
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok((committed as u64, accepted as u64))
    }

    /// Committed items from `first` on, in index order.
    pub(crate) async fn committed_items(
        &self,
        run_id: &str,
        first: u64,
        count: u32,
    ) -> Result<Vec<ItemRow>, StoreError> {
        let rows = sqlx::query(
            "SELECT item, state, stage, reason, detail FROM items
             WHERE run_id = ?1 AND item >= ?2
               AND item < (SELECT committed FROM runs WHERE id = ?1)
             ORDER BY item LIMIT ?3",
        )
        .bind(run_id)
        .bind(first as i64)
        .bind(count)
        .fetch_all(self.database.pool())
        .await?;
        let item = |row: SqliteRow| ItemRow {
            item: row.get::<i64, _>(0) as u64,
            accepted: row.get::<&str, _>(1) == "accepted",
            stage: row.get(2),
            reason: row.get(3),
            detail: row.get(4),
        };
        Ok(rows.into_iter().map(item).collect())
    }

    /// Committed items by where and why they ended.
    pub(crate) async fn count_items(&self, run_id: &str) -> Result<Vec<StageCount>, StoreError> {
        let rows = sqlx::query(
            "SELECT stage, reason, COUNT(*) FROM items
             WHERE run_id = ?1 AND item < (SELECT committed FROM runs WHERE id = ?1)
             GROUP BY stage, reason ORDER BY stage, reason",
        )
        .bind(run_id)
        .fetch_all(self.database.pool())
        .await?;
        Ok(rows.iter().map(stage_count).collect())
    }

    /// Jobs that are done, by stage and by why nothing came of them.
    pub(crate) async fn count_jobs(&self, run_id: &str) -> Result<Vec<StageCount>, StoreError> {
        let rows = sqlx::query(
            "SELECT stage, rejected, COUNT(*) FROM jobs WHERE run_id = ? AND state = 'done'
             GROUP BY stage, rejected ORDER BY stage, rejected",
        )
        .bind(run_id)
        .fetch_all(self.database.pool())
        .await?;
        Ok(rows.iter().map(stage_count).collect())
    }

    /// Seconds that work on each stage took, added up over its jobs.
    pub(crate) async fn busy_seconds(
        &self,
        run_id: &str,
    ) -> Result<Vec<(String, f64)>, StoreError> {
        let rows = sqlx::query(
            "SELECT stage, SUM(busy_ms) FROM jobs WHERE run_id = ? GROUP BY stage ORDER BY stage",
        )
        .bind(run_id)
        .fetch_all(self.database.pool())
        .await?;
        let seconds = |row: SqliteRow| (row.get(0), row.get::<i64, _>(1) as f64 / 1000.0);
        Ok(rows.into_iter().map(seconds).collect())
    }
}

fn stage_count(row: &SqliteRow) -> StageCount {
    StageCount {
        stage: row.get(0),
        reason: row.get(1),
        count: row.get::<i64, _>(2) as u64,
    }
}

pub(super) async fn open(
    transaction: &mut Transaction<'_, Sqlite>,
    run_id: &str,
    items: &[u64],
) -> Result<(), StoreError> {
    for item in items {
        sqlx::query("INSERT OR IGNORE INTO items (run_id, item) VALUES (?, ?)")
            .bind(run_id)
            .bind(*item as i64)
            .execute(&mut **transaction)
            .await?;
    }
    Ok(())
}

pub(super) async fn settle(
    transaction: &mut Transaction<'_, Sqlite>,
    run_id: &str,
    settlement: &Settlement,
) -> Result<(), StoreError> {
    let state = settlement.rejection.map_or("accepted", |_| "rejected");
    sqlx::query(
        "UPDATE items SET state = ?, stage = ?, reason = ?, detail = ?
         WHERE run_id = ? AND item = ? AND state = 'open'",
    )
    .bind(state)
    .bind(settlement.stage.as_str())
    .bind(settlement.rejection.map_or("", Rejection::as_str))
    .bind(&settlement.detail)
    .bind(run_id)
    .bind(settlement.item as i64)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

async fn advance_screened(
    transaction: &mut Transaction<'_, Sqlite>,
    run_id: &str,
    item: u64,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE runs SET screened = ? WHERE id = ? AND screened = ?")
        .bind(item as i64 + 1)
        .bind(run_id)
        .bind(item as i64)
        .execute(&mut **transaction)
        .await?;
    Ok(())
}
