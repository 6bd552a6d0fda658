//! An endpoint that speaks the real protocol, and fails as it is told to.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Response, StatusCode};
use axum::routing::post;
use futures::StreamExt as _;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

/// What the endpoint does with one request.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    /// Answers `content`, with usage.
    Answer(String),
    /// Answers with this status, header and body.
    Reply(u16, &'static str, String),
    /// Never answers.
    Hang,
    /// Answers a head and half a body, then breaks the connection.
    BreakOff,
    /// Answers a body of so many bytes.
    Huge(usize),
    /// Answers once a permit is given to `Mock::release`.
    AnswerWhenReleased,
}

#[derive(Debug)]
struct Shared {
    acts: Mutex<VecDeque<Act>>,
    asked: Mutex<Vec<(HeaderMap, Value)>>,
    released: Semaphore,
    arrived: Semaphore,
}

/// A running endpoint; it acts in the order of its script, then answers "ok".
#[derive(Debug, Clone)]
pub(crate) struct Mock {
    pub(crate) address: SocketAddr,
    shared: Arc<Shared>,
}

impl Mock {
    pub(crate) async fn start(acts: impl IntoIterator<Item = Act>) -> Self {
        let shared = Arc::new(Shared {
            acts: Mutex::new(acts.into_iter().collect()),
            asked: Mutex::default(),
            released: Semaphore::new(0),
            arrived: Semaphore::new(0),
        });
        let router = axum::Router::new()
            .route("/v1/chat/completions", post(chat))
            .with_state(Arc::clone(&shared));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, shared }
    }

    pub(crate) fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Heads and bodies of the requests so far.
    pub(crate) fn asked(&self) -> Vec<(HeaderMap, Value)> {
        self.shared.asked.lock().unwrap().clone()
    }

    pub(crate) fn release(&self, count: usize) {
        self.shared.released.add_permits(count);
    }

    /// Waits until `count` further requests have arrived.
    pub(crate) async fn arrived(&self, count: u32) {
        self.shared
            .arrived
            .acquire_many(count)
            .await
            .unwrap()
            .forget();
    }
}

async fn chat(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let asked = serde_json::from_slice(&body).unwrap();
    shared.asked.lock().unwrap().push((headers, asked));
    shared.arrived.add_permits(1);
    let act = shared.acts.lock().unwrap().pop_front();
    match act.unwrap_or_else(|| Act::Answer("ok".into())) {
        Act::Answer(content) => answer(&content),
        Act::Reply(status, header, body) => reply(status, header, body),
        Act::Hang => std::future::pending().await,
        Act::BreakOff => break_off(),
        Act::Huge(bytes) => Response::new(Body::from(vec![b' '; bytes])),
        Act::AnswerWhenReleased => {
            shared.released.acquire().await.unwrap().forget();
            answer("released")
        }
    }
}

fn answer(content: &str) -> Response<Body> {
    let body = json!({
        "id": "c-1",
        "object": "chat.completion",
        "model": "mock-1",
        "system_fingerprint": "fp-1",
        "choices": [{
            "index": 0,
            "message": { "role": "assistant", "content": content, "reasoning_content": "hm" },
            "finish_reason": "stop",
        }],
        "usage": { "prompt_tokens": 100, "completion_tokens": 50, "total_tokens": 150 },
    });
    Response::new(Body::from(body.to_string()))
}

/// `header` has the form `name: value`; empty for none.
fn reply(status: u16, header: &str, body: String) -> Response<Body> {
    let mut response = Response::builder().status(StatusCode::from_u16(status).unwrap());
    if let Some((name, value)) = header.split_once(": ") {
        response = response.header(name, value);
    }
    response.body(Body::from(body)).unwrap()
}

fn break_off() -> Response<Body> {
    let half = futures::stream::iter([Ok(Bytes::from_static(b"{\"choices\": [{\"mess"))]);
    let broken = half.chain(futures::stream::once(async {
        Err(std::io::Error::other("gone"))
    }));
    Response::builder()
        .header("content-length", "1000")
        .body(Body::from_stream(broken))
        .unwrap()
}
