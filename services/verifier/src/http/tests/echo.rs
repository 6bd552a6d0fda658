//! A sandbox whose programs print what they read, and a verifier on it that is called without a network.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use serde_json::Value;
use synthsmith_corpus::{Compilation, Measures, Outcome, OutcomeStatus};
use synthsmith_sandbox::{Compiled, Error, Input, Job, Runs, Sandbox};
use tokio::sync::Semaphore;
use tower::ServiceExt as _;

use crate::Config;
use crate::http::Edges;
use crate::http::patience::{Batch, Patience, RunCode};
use crate::queue::Queue;

/// Compiles all but sources with `bad` in them, one for each permit.
#[derive(Debug)]
pub(super) struct Echo {
    pub(super) permits: Semaphore,
    /// What happened: sources that were compiled, and inputs.
    seen: Arc<Mutex<Vec<String>>>,
    /// What becomes of the next compilations; those after it are as above.
    faults: Mutex<VecDeque<Error>>,
}

#[derive(Debug)]
struct Echoing {
    seen: Arc<Mutex<Vec<String>>>,
}

impl Echo {
    pub(super) fn with_permits(count: usize) -> Arc<Self> {
        Self::failing(count, [])
    }

    pub(super) fn failing(count: usize, faults: impl IntoIterator<Item = Error>) -> Arc<Self> {
        Arc::new(Self {
            permits: Semaphore::new(count),
            seen: Arc::default(),
            faults: Mutex::new(faults.into_iter().collect()),
        })
    }

    pub(super) fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

#[async_trait]
impl Sandbox for Echo {
    async fn compile(&self, job: Job) -> Result<Compiled, Error> {
        let source = String::from_utf8(job.source.to_vec()).unwrap();
        self.seen.lock().unwrap().push(format!("compile {source}"));
        self.permits.acquire().await.unwrap().forget();
        if let Some(fault) = self.faults.lock().unwrap().pop_front() {
            return Err(fault);
        }
        let succeeded = !source.contains("bad");
        let compilation = Compilation {
            succeeded,
            ..Compilation::default()
        };
        let seen = Arc::clone(&self.seen);
        let runs = succeeded.then(|| -> Box<dyn Runs> { Box::new(Echoing { seen }) });
        Ok(Compiled { compilation, runs })
    }
}

#[async_trait]
impl Runs for Echoing {
    async fn run(&mut self, input: Input) -> Result<Outcome, Error> {
        let text = String::from_utf8(input.stdin.to_vec()).unwrap();
        self.seen.lock().unwrap().push(text);
        Ok(Outcome {
            input_index: 0,
            status: OutcomeStatus::Ok,
            output_digest: String::new(),
            output_size_bytes: input.stdin.len() as u64,
            output: input.stdin.to_vec(),
            measures: Measures::default(),
            exit_code: Some(0),
            signal: None,
            stderr_excerpt: Vec::new(),
        })
    }
}

/// One turn at a time, and little patience.
pub(super) fn router(echo: &Arc<Echo>, max_queue: usize) -> Router {
    let config = Config {
        slots: 1,
        max_queue,
        ..Config::default()
    };
    let queue = Queue::new(config.queue());
    let sandbox = Arc::clone(echo) as Arc<dyn Sandbox>;
    let moment = Duration::from_millis(300);
    let batch = Batch {
        begin: moment,
        go_on: moment,
    };
    let patience = Patience {
        run_code: RunCode {
            begin: moment,
            answer: moment,
        },
        short: batch,
        long: Batch {
            begin: Duration::from_mins(1),
            ..batch
        },
        fault: Duration::from_millis(1),
    };
    crate::http::router(Edges {
        patience,
        ..Edges::new(sandbox, queue, Arc::new(config))
    })
}

pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Value,
}

pub(super) async fn post(router: &Router, path: &str, body: &Value) -> Answer {
    let request = Request::post(path).body(Body::from(body.to_string()));
    let response = router.clone().oneshot(request.unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    Answer {
        status: parts.status.as_u16(),
        headers: parts.headers,
        body: serde_json::from_slice(&body).unwrap(),
    }
}
