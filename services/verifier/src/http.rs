//! The HTTP edges: two protocols that reward functions already speak, as thin translations onto the same core.
//!
//! A request arrives ([`arriving`]) bounded in size, pace and memory, is read into the shape of its protocol
//! ([`run_code`], [`code_judge`]), waits for turns ([`turn`]) as any other request of its client, and is answered
//! ([`answer`]) after its turns have ended. What is wrong with a request is told in the form that clients of these
//! protocols know ([`refusal`]). A fault of ours is never told as a program that failed.

mod answer;
mod arriving;
mod languages;
mod limits;
mod list;
mod patience;
mod refusal;
mod text;
mod turn;

mod code_judge;
mod run_code;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::routing::{get, post};
use axum::{Json, Router};
use bytes::Bytes;
use synthsmith_sandbox::{Isolation, Sandbox};

use crate::Config;
use crate::config::Level;
use crate::queue::Queue;
use crate::service::intake::Intake;
use patience::Patience;

/// What requests are served with.
#[derive(Debug)]
pub(crate) struct Edges {
    sandbox: Arc<dyn Sandbox>,
    queue: Queue,
    config: Arc<Config>,
    intake: Intake,
    patience: Patience,
}

pub(crate) fn router(edges: Edges) -> Router {
    Router::new()
        .route("/v1/ping", get(pong))
        .route("/run_code", post(run_code::run_code))
        .route("/ping", get(pong))
        .route("/status", get(code_judge::status))
        .route("/judge", post(code_judge::judge))
        .route("/judge/batch", post(code_judge::judge_batch))
        .route("/judge/long-batch", post(code_judge::judge_long_batch))
        .route("/run", post(code_judge::run))
        .route("/run/batch", post(code_judge::run_batch))
        .route("/run/long-batch", post(code_judge::run_long_batch))
        .fallback(refusal::no_such_route)
        .method_not_allowed_fallback(refusal::no_such_method)
        .with_state(Arc::new(edges))
}

async fn pong() -> Json<&'static str> {
    Json("pong")
}

/// A program may be empty; a file of ours has at least one line.
fn source(text: String) -> Bytes {
    match text.as_str() {
        "" => Bytes::from_static(b"\n"),
        _ => Bytes::from(text),
    }
}

impl Edges {
    pub(crate) fn new(sandbox: Arc<dyn Sandbox>, queue: Queue, config: Arc<Config>) -> Self {
        let intake = Intake::new(config.max_http_bytes());
        Self {
            sandbox,
            queue,
            config,
            intake,
            patience: Patience::default(),
        }
    }

    fn isolation(&self) -> Isolation {
        match self.config.default_isolation {
            Level::Container => Isolation::Container,
            Level::Cell => Isolation::Cell {
                batch: String::new(),
            },
        }
    }
}
