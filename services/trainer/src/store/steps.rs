//! What steps measured.

use sqlx::Row as _;

use super::{Store, StoreError};
use crate::backend::StepMetrics;

impl Store {
    pub(crate) async fn add_steps(
        &self,
        job_id: &str,
        steps: &[StepMetrics],
    ) -> Result<(), StoreError> {
        let mut transaction = self.database.write().await?;
        for step in steps {
            sqlx::query("INSERT OR REPLACE INTO steps VALUES (?, ?, ?, ?, ?, ?, ?)")
                .bind(job_id)
                .bind(step.step as i64)
                .bind(step.loss)
                .bind(step.grad_norm)
                .bind(step.learning_rate)
                .bind(step.tokens as i64)
                .bind(step.seconds)
                .execute(&mut *transaction)
                .await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Steps behind `after`, at most so many.
    pub(crate) async fn steps(
        &self,
        job_id: &str,
        after: u64,
        count: u32,
    ) -> Result<Vec<StepMetrics>, StoreError> {
        let rows = sqlx::query(
            "SELECT step, loss, grad_norm, learning_rate, tokens, seconds FROM steps
             WHERE job_id = ? AND step > ? ORDER BY step LIMIT ?",
        )
        .bind(job_id)
        .bind(after as i64)
        .bind(count)
        .fetch_all(self.database.pool())
        .await?;
        let metrics = rows.iter().map(|row| StepMetrics {
            step: row.get::<i64, _>(0) as u64,
            loss: row.get(1),
            grad_norm: row.get(2),
            learning_rate: row.get(3),
            tokens: row.get::<i64, _>(4) as u64,
            seconds: row.get(5),
        });
        Ok(metrics.collect())
    }
}
