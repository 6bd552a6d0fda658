//! The HTTP edge: OpenAI's chat completions.

mod chat;
mod stream;

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest, Request, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::json;
use synthsmith_sampling::{Event, Ready, completed};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::config::Config;
use crate::error::Error;
use chat::ChatRequest;

const BODY_LIMIT: usize = 8 << 20;

/// A model that is served.
#[derive(Debug)]
pub(crate) struct Served {
    pub(crate) name: String,
    pub(crate) ready: Ready,
    pub(crate) config: Config,
}

pub(crate) fn router(served: Served) -> Router {
    Router::new()
        .route("/v1/chat/completions", post(complete))
        .route("/v1/models", get(models))
        .route("/healthz", get(|| async { "ok" }))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(Arc::new(served))
}

async fn models(State(served): State<Arc<Served>>, headers: HeaderMap) -> Result<Response, Error> {
    served.authorize(&headers)?;
    let model =
        json!({"id": served.name, "object": "model", "created": 0, "owned_by": "synthsmith"});
    Ok(Json(json!({"object": "list", "data": [model]})).into_response())
}

async fn complete(State(served): State<Arc<Served>>, request: Request) -> Result<Response, Error> {
    served.authorize(request.headers())?;
    let body = Bytes::from_request(request, &()).await;
    let body = body.map_err(|_| Error::TooLarge { limit: BODY_LIMIT })?;
    let request = chat::read(&body)?;
    served.know(&request)?;
    let listening = served.ask(&request)?;
    let head = chat::Head {
        model: served.name.clone(),
        created: now(),
        prompt_tokens: listening.prompt_tokens,
    };
    if request.streams {
        return Ok(stream::response(&head, listening.events));
    }
    let mut completions = Vec::new();
    for events in listening.events {
        completions.push(completed(events).await?);
    }
    Ok(Json(chat::body(&head, &completions)?).into_response())
}

/// Sequences that were asked for.
struct Listening {
    prompt_tokens: usize,
    /// One per choice.
    events: Vec<UnboundedReceiver<Event>>,
}

impl Served {
    fn authorize(&self, headers: &HeaderMap) -> Result<(), Error> {
        let Some(key) = &self.config.api_key else {
            return Ok(());
        };
        let given = headers.get(header::AUTHORIZATION);
        let given = given.and_then(|value| value.to_str().ok());
        let given = given.and_then(|value| value.strip_prefix("Bearer "));
        // Digests compare in constant time.
        let digest = |text: &str| blake3::hash(text.as_bytes());
        if digest(given.unwrap_or("")) == digest(key) {
            Ok(())
        } else {
            Err(Error::WrongKey)
        }
    }

    /// Whether the request is for this model, or for any.
    fn know(&self, request: &ChatRequest) -> Result<(), Error> {
        match &request.model {
            Some(asked) if *asked != self.name => Err(Error::NoSuchModel {
                asked: asked.chars().take(80).collect(),
                served: self.name.clone(),
            }),
            _ => Ok(()),
        }
    }

    fn ask(&self, request: &ChatRequest) -> Result<Listening, Error> {
        let Ready { text, engine, .. } = &self.ready;
        let prompt = text.encode_chat(&request.messages);
        let prompt = prompt.map_err(synthsmith_sampling::Error::Unfit)?;
        let prompt_tokens = prompt.len();
        let end_tokens = &text.end_tokens;
        let most = self.config.max_tokens as usize;
        let sequences = request.sequences(prompt, end_tokens, most);
        Ok(Listening {
            prompt_tokens,
            events: engine.ask(sequences.collect())?,
        })
    }
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}
