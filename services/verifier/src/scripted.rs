//! A sandbox whose programs do what was fixed beforehand.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use synthsmith_corpus::canonical::canonical_digest;
use synthsmith_corpus::{Compilation, Outcome, OutcomeStatus};
use synthsmith_sandbox::{Compiled, Error, Input, Isolation, Job, Language, Limits, Runs, Sandbox};

use crate::outcome::not_run;
use crate::program::Program;

/// What each program does, in the order in which they are compiled; `None` does not compile.
#[derive(Debug)]
pub(crate) struct Scripted {
    programs: Mutex<VecDeque<Option<Vec<Outcome>>>>,
    seen: Seen,
}

/// The steps that were asked for, in order: `compile SOURCE`, `SOURCE: STDIN|FILE|FILE`.
pub(crate) type Seen = Arc<Mutex<Vec<String>>>;

#[derive(Debug)]
struct ScriptedRuns {
    source: String,
    returned_output_bytes: u64,
    outcomes: VecDeque<Outcome>,
    seen: Seen,
}

impl Scripted {
    pub(crate) fn new(programs: impl IntoIterator<Item = Option<Vec<Outcome>>>) -> Self {
        Self {
            programs: Mutex::new(programs.into_iter().collect()),
            seen: Seen::default(),
        }
    }

    pub(crate) fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

#[async_trait]
impl Sandbox for Scripted {
    async fn compile(&self, job: Job) -> Result<Compiled, Error> {
        let source = String::from_utf8(job.source.to_vec()).unwrap();
        self.seen.lock().unwrap().push(format!("compile {source}"));
        let program = self.programs.lock().unwrap().pop_front();
        let outcomes = program.ok_or(Error::Closed)?;
        let compilation = Compilation {
            succeeded: outcomes.is_some(),
            messages: source.clone().into_bytes(),
            ..Compilation::default()
        };
        let runs = outcomes.map(|outcomes| -> Box<dyn Runs> {
            Box::new(ScriptedRuns {
                source,
                returned_output_bytes: job.returned_output_bytes,
                outcomes: outcomes.into(),
                seen: Arc::clone(&self.seen),
            })
        });
        Ok(Compiled { compilation, runs })
    }
}

#[async_trait]
impl Runs for ScriptedRuns {
    async fn run(&mut self, input: Input) -> Result<Outcome, Error> {
        let parts = std::iter::once(&input.stdin).chain(&input.files);
        let parts: Vec<_> = parts.map(|part| String::from_utf8_lossy(part)).collect();
        let step = format!("{}: {}", self.source, parts.join("|"));
        self.seen.lock().unwrap().push(step);
        let mut outcome = self.outcomes.pop_front().ok_or(Error::Closed)?;
        outcome.output.truncate(self.returned_output_bytes as usize);
        Ok(outcome)
    }
}

pub(crate) fn program(source: &'static str) -> Program {
    Program {
        language: Language::python3(),
        source: Bytes::from(source),
        limits: Limits::new(std::time::Duration::from_secs(1), 1 << 27),
        isolation: Isolation::Container,
    }
}

pub(crate) fn printed(output: &str) -> Outcome {
    Outcome {
        output_digest: canonical_digest(output.as_bytes()),
        output_size_bytes: output.len() as u64,
        output: output.as_bytes().to_vec(),
        exit_code: Some(0),
        ..ended(OutcomeStatus::Ok)
    }
}

pub(crate) fn exited(code: i32) -> Outcome {
    Outcome {
        exit_code: Some(code),
        stderr_excerpt: format!("says {code}").into_bytes(),
        ..ended(match code {
            0 => OutcomeStatus::Ok,
            _ => OutcomeStatus::RuntimeError,
        })
    }
}

pub(crate) fn ended(status: OutcomeStatus) -> Outcome {
    Outcome {
        status,
        ..not_run(0)
    }
}
