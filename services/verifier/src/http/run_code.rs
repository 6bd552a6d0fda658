//! `SandboxFusion`'s `POST /run_code`: one program on one input.
//!
//! Its clients give up after the two time limits and ten seconds, take that for good, and ask again only after status
//! 504; so that is the answer to everything that passes, and it comes before they give up.

mod files;
mod shape;
mod told;

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use bytes::Bytes;
use futures::StreamExt as _;
use synthsmith_rpc::RpcError as _;
use synthsmith_rpc::error::into_status;
use synthsmith_sandbox::Limits;
use tokio::time::Instant;

use super::arriving::Asked;
use super::refusal::{Flaw, Refusal};
use super::{Edges, answer, languages, limits};
use crate::Error;
use crate::execute::Event;
use crate::program::Program;
use crate::queue::Turn;
use files::{Given, Wanted};
use shape::{RunCodeRequest, RunCodeResponse};
use told::Told;

/// Times beyond that are as good as none.
const LONGEST_SECONDS: f64 = 86_400.0;

pub(super) async fn run_code(
    State(edges): State<Arc<Edges>>,
    request: Request,
) -> Result<Response, Refusal> {
    let Asked {
        client,
        request,
        portion,
    } = edges
        .asked(request, Instant::now() + edges.patience.run_code.begin)
        .await
        .map_err(as_timeout)?;
    let arrived = Instant::now();
    let work = Work::of(&edges, request)?;
    let size_bytes = work.size_bytes();
    let begin_by = arrived + edges.patience.run_code.begin;
    let turn = edges.turn(&client, size_bytes as u64, begin_by);
    let told = match turn.await {
        Ok(turn) => work.told(&edges, turn, arrived).await,
        Err(error) => Err(error),
    };
    let response = match told {
        Ok(told) => told.response(),
        Err(error) => of_fault(&error)?,
    };
    Ok(answer::json(&response, portion))
}

/// A program, its input, and what the protocol tells apart.
struct Work {
    program: Program,
    input: Bytes,
    compile_time: Duration,
    run_time: Duration,
    given: Given,
    wanted: Wanted,
}

impl Work {
    fn of(edges: &Edges, request: RunCodeRequest) -> Result<Self, Refusal> {
        let flaws = flaws(edges, &request);
        let language = languages::called(&edges.config, &request.language);
        let Some(language) = language.filter(|_| flaws.is_empty()) else {
            return Err(Refusal::Unfit(flaws));
        };
        let run_time = time(request.run_timeout);
        Ok(Self {
            program: Program {
                language: language.clone(),
                source: super::source(request.code),
                limits: limits_of(edges, run_time, request.memory_limit_mb),
                isolation: edges.isolation(),
            },
            input: Bytes::from(request.stdin.unwrap_or_default()),
            compile_time: time(request.compile_timeout),
            run_time,
            given: request.files,
            wanted: request.fetch_files,
        })
    }

    fn size_bytes(&self) -> usize {
        self.program.source.len() + self.input.len() + self.given.size_bytes()
    }

    async fn told(self, edges: &Edges, turn: Turn, arrived: Instant) -> Result<Told, Error> {
        let end_by = arrived + self.compile_time + self.run_time + edges.patience.run_code.answer;
        let mut told = Told::new(&self.program.language, self.compile_time);
        let files =
            files::working_files(self.given, &self.wanted, self.program.limits.output_bytes);
        let events = edges.running(self.program, vec![self.input], files, turn, end_by);
        let mut events = pin!(events);
        while let Some(event) = events.next().await {
            match event? {
                Event::Compiled(compilation) => told.compiled(&compilation),
                Event::Finished {
                    outcome,
                    left_files,
                } => {
                    told.ran(outcome);
                    told.fetched(files::told(&self.wanted, left_files));
                }
            }
            if told.is_complete() {
                break;
            }
        }
        Ok(told)
    }
}

fn flaws(edges: &Edges, request: &RunCodeRequest) -> Vec<Flaw> {
    let config = &edges.config;
    let mut flaws = Vec::new();
    let mut require = |holds: bool, kind, field, msg: String| {
        if !holds {
            flaws.push(Flaw::of_body(kind, field, msg));
        }
    };
    let is_known = languages::called(config, &request.language).is_some();
    require(
        is_known,
        "literal_error",
        "language",
        languages::expected(config),
    );
    let at_most = |max: usize| format!("Value should have at most {max} bytes");
    let max_bytes = config.max_source_bytes;
    require(
        request.code.len() <= max_bytes,
        "too_long",
        "code",
        at_most(max_bytes),
    );
    let max_bytes = config.max_input_bytes;
    let input_bytes = request.stdin.as_ref().map_or(0, String::len);
    require(
        input_bytes <= max_bytes,
        "too_long",
        "stdin",
        at_most(max_bytes),
    );
    flaws
}

fn limits_of(edges: &Edges, run_time: Duration, megabytes: f64) -> Limits {
    // Anything up to 0 stands for no limit.
    let memory_bytes = (megabytes > 0.0).then_some((megabytes * f64::from(1 << 20)) as u64);
    limits::within(&edges.config, run_time, memory_bytes)
}

fn time(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds.clamp(0.0, LONGEST_SECONDS))
}

fn as_timeout(refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::Later {
            come_back_in,
            reason,
            ..
        } => Refusal::Later {
            status: StatusCode::GATEWAY_TIMEOUT,
            come_back_in,
            reason,
        },
        refusal => refusal,
    }
}

/// What passes is told by the status, and what does not, as the protocol has it.
fn of_fault(error: &Error) -> Result<RunCodeResponse, Refusal> {
    let reason = into_status(error).message().to_owned();
    let come_back_in = match error {
        Error::DeadlinePassed(_) => Some(Duration::from_secs(1)),
        error => error.retry_after(),
    };
    match come_back_in {
        Some(come_back_in) => Err(Refusal::Later {
            status: StatusCode::GATEWAY_TIMEOUT,
            come_back_in,
            reason,
        }),
        None => Ok(RunCodeResponse::sandbox_error(reason)),
    }
}
