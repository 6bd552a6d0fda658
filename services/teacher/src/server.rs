//! The HTTP edge: OpenAI's chat completions over the pure content of `reply`.

mod chat;
mod refusal;
mod trouble;

use crate::config::Config;
use crate::error::Error;
use crate::reply::{self, Asked, Reply};
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, FromRequest, Request, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router, body::Bytes};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use tokio::sync::Semaphore;
use trouble::Trouble;

const MODEL: &str = "synthsmith-teacher";
const BODY_LIMIT: usize = 2 * 1024 * 1024;

#[derive(Debug)]
struct Teacher {
    config: Config,
    places: Semaphore,
    /// Attempts so far; only transport faults look at it.
    attempts: AtomicU64,
}

/// The whole service; it holds no state that an answer depends on.
pub fn router(config: Config) -> Router {
    let places = Semaphore::new(config.max_in_flight.clamp(1, Semaphore::MAX_PERMITS));
    let teacher = Arc::new(Teacher {
        config,
        places,
        attempts: AtomicU64::new(0),
    });
    Router::new()
        .route("/v1/chat/completions", post(complete))
        .route("/v1/models", get(models))
        .route("/healthz", get(|| async { "ok" }))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(teacher)
}

async fn models(
    State(teacher): State<Arc<Teacher>>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    authorize(&teacher.config, &headers)?;
    let model = json!({"id": MODEL, "object": "model", "created": 0, "owned_by": "synthsmith"});
    Ok(Json(json!({"object": "list", "data": [model]})).into_response())
}

async fn complete(
    State(teacher): State<Arc<Teacher>>,
    request: Request,
) -> Result<Response, Error> {
    authorize(&teacher.config, request.headers())?;
    let body = Bytes::from_request(request, &())
        .await
        .map_err(|_| Error::TooLarge { limit: BODY_LIMIT })?;
    let request = chat::read(&body)?;
    let trouble = trouble::next(&teacher);
    trouble.wait().await;
    match trouble.outcome {
        Trouble::None | Trouble::Drop => {}
        Trouble::Busy => {
            return Err(Error::Busy {
                retry_after_seconds: teacher.config.faults.retry_after_seconds,
            });
        }
        Trouble::Broken => return Err(Error::Broken),
        Trouble::Hang => return Err(Error::Hung),
    }
    let body = answered(&teacher, request).await?;
    if trouble.outcome == Trouble::Drop {
        return Ok(trouble::broken_off(body));
    }
    Ok((
        [(header::CONTENT_TYPE, "application/json")],
        Body::from(body),
    )
        .into_response())
}

async fn answered(teacher: &Arc<Teacher>, request: chat::Request) -> Result<String, Error> {
    let _place = teacher.places.acquire().await.map_err(|_| Error::Broken)?;
    let teacher = Arc::clone(teacher);
    // Some answers run the interpreter for milliseconds, too long for a thread that serves connections.
    let made = tokio::task::spawn_blocking(move || {
        let reply = reply(&teacher.config, &request);
        tracing::debug!(
            content.bytes = reply.content.len(),
            sample = request.sample,
            "answered"
        );
        chat::body(MODEL, &request, reply)
    });
    made.await.map_err(|_| Error::Broken)
}

fn reply(config: &Config, request: &chat::Request) -> Reply {
    reply::answer(&Asked {
        config,
        conversation: &request.conversation,
        prompt: &request.prompt,
        sample: request.sample,
    })
}

fn authorize(config: &Config, headers: &HeaderMap) -> Result<(), Error> {
    let Some(key) = &config.api_key else {
        return Ok(());
    };
    let given = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let given = given
        .and_then(|value| value.strip_prefix("Bearer "))
        .unwrap_or("");
    // Digests compare in constant time.
    if blake3::hash(given.as_bytes()) == blake3::hash(key.as_bytes()) {
        Ok(())
    } else {
        Err(Error::WrongKey)
    }
}
