//! The rows of the store and the statements that read and write them.

use std::time::{SystemTime, UNIX_EPOCH};

use sqlx::{Row as _, SqliteConnection, SqlitePool};
use synthsmith_corpus::Origin;

use super::{Ending, IntentId};
use crate::chat::{Answer, FinishReason, Tokens};
use crate::key::Key;

/// An answer and all that is kept beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    pub key: Key,
    /// The chat as text, for people.
    pub prompt: String,
    pub answer: Answer,
    pub origin: Origin,
    pub sample_index: u32,
    pub cost_usd: f64,
}

/// A question of a run, for people.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    pub stage: String,
    pub prompt: String,
    pub prompt_tokens: u64,
    pub completion_tokens: u64,
    pub cost_usd: f64,
}

/// What a run sums up to.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Usage {
    pub answers: u64,
    pub requests: u64,
    /// Requests that may have been paid though their answer was lost.
    pub lost: u64,
    pub prompt_tokens: u64,
    pub completion_tokens: u64,
    pub cost_usd: f64,
}

pub(super) async fn find(readers: &SqlitePool, key: &Key) -> Result<Option<Answer>, sqlx::Error> {
    let query = sqlx::query(
        "SELECT model, content, reasoning, finish_reason, prompt_tokens, completion_tokens, \
         tokens_estimated FROM answers WHERE key = ?1",
    );
    let Some(row) = query.bind(key.as_str()).fetch_optional(readers).await? else {
        return Ok(None);
    };
    Ok(Some(Answer {
        model: row.try_get(0)?,
        content: row.try_get(1)?,
        reasoning: row.try_get(2)?,
        finish_reason: FinishReason::from_name(row.try_get(3)?),
        tokens: Tokens {
            prompt: row.try_get::<i64, _>(4)? as u64,
            completion: row.try_get::<i64, _>(5)? as u64,
            are_estimated: row.try_get(6)?,
        },
    }))
}

/// What was asked in a run and what it took, by task, stage and sample.
pub(super) async fn asked(readers: &SqlitePool, run_id: &str) -> Result<Vec<Asked>, sqlx::Error> {
    let query = sqlx::query(
        "SELECT stage, prompt, prompt_tokens, completion_tokens, cost_usd FROM answers \
         WHERE run_id = ?1 ORDER BY task_id, stage, sample_index, key",
    );
    let rows = query.bind(run_id).fetch_all(readers).await?;
    let asked = rows.iter().map(|row| {
        Ok(Asked {
            stage: row.try_get(0)?,
            prompt: row.try_get(1)?,
            prompt_tokens: row.try_get::<i64, _>(2)? as u64,
            completion_tokens: row.try_get::<i64, _>(3)? as u64,
            cost_usd: row.try_get(4)?,
        })
    });
    asked.collect()
}

pub(super) async fn usage(readers: &SqlitePool, run_id: &str) -> Result<Usage, sqlx::Error> {
    let query = sqlx::query(
        "SELECT COUNT(*), COALESCE(SUM(prompt_tokens), 0), COALESCE(SUM(completion_tokens), 0), \
         COALESCE(SUM(cost_usd), 0.0), \
         (SELECT COUNT(*) FROM intents WHERE run_id = ?1), \
         (SELECT COUNT(*) FROM intents WHERE run_id = ?1 AND state = 'lost') \
         FROM answers WHERE run_id = ?1",
    );
    let row = query.bind(run_id).fetch_one(readers).await?;
    Ok(Usage {
        answers: row.try_get::<i64, _>(0)? as u64,
        prompt_tokens: row.try_get::<i64, _>(1)? as u64,
        completion_tokens: row.try_get::<i64, _>(2)? as u64,
        cost_usd: row.try_get(3)?,
        requests: row.try_get::<i64, _>(4)? as u64,
        lost: row.try_get::<i64, _>(5)? as u64,
    })
}

pub(super) async fn insert_intent(
    connection: &mut SqliteConnection,
    key: &Key,
    run_id: &str,
) -> Result<i64, sqlx::Error> {
    let query = sqlx::query(
        "INSERT INTO intents (key, run_id, state, created_ms) VALUES (?1, ?2, 'open', ?3)",
    );
    let query = query.bind(key.as_str()).bind(run_id).bind(now_ms());
    Ok(query.execute(connection).await?.last_insert_rowid())
}

pub(super) async fn insert_answer(
    connection: &mut SqliteConnection,
    intent: IntentId,
    record: &Record,
) -> Result<(), sqlx::Error> {
    let Record {
        key,
        prompt,
        answer,
        origin,
        sample_index,
        cost_usd,
    } = record;
    sqlx::query(
        "INSERT INTO answers (key, prompt, model, content, reasoning, finish_reason, prompt_tokens, \
         completion_tokens, tokens_estimated, run_id, task_id, stage, sample_index, created_ms, \
         cost_usd) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
    )
    .bind(key.as_str())
    .bind(prompt.as_str())
    .bind(answer.model.as_str())
    .bind(answer.content.as_str())
    .bind(answer.reasoning.as_str())
    .bind(answer.finish_reason.as_str())
    .bind(answer.tokens.prompt as i64)
    .bind(answer.tokens.completion as i64)
    .bind(answer.tokens.are_estimated)
    .bind(origin.run_id.as_str())
    .bind(origin.task_id.as_str())
    .bind(origin.stage.as_str())
    .bind(sample_index)
    .bind(now_ms())
    .bind(cost_usd)
    .execute(&mut *connection)
    .await?;
    set_state(connection, intent, "answered").await
}

pub(super) async fn end_intent(
    connection: &mut SqliteConnection,
    intent: IntentId,
    ending: Ending,
) -> Result<(), sqlx::Error> {
    let state = match ending {
        Ending::Failed => "failed",
        Ending::Lost => "lost",
    };
    set_state(connection, intent, state).await
}

async fn set_state(
    connection: &mut SqliteConnection,
    intent: IntentId,
    state: &'static str,
) -> Result<(), sqlx::Error> {
    let query = sqlx::query("UPDATE intents SET state = ?1 WHERE id = ?2");
    query.bind(state).bind(intent.0).execute(connection).await?;
    Ok(())
}

pub(super) async fn lose_open_intents(
    connection: &mut SqliteConnection,
) -> Result<u64, sqlx::Error> {
    let query = sqlx::query("UPDATE intents SET state = 'lost' WHERE state = 'open'");
    Ok(query.execute(connection).await?.rows_affected())
}

/// For people who look at the store; no decision reads it.
fn now_ms() -> i64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH);
    since_epoch.map_or(0, |elapsed| elapsed.as_millis() as i64)
}
