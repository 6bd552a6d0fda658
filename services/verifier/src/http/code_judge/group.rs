//! Entries that follow each other with the same program: they are compiled once and run in one turn.

use std::collections::VecDeque;
use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt as _;
use synthsmith_rpc::RpcError as _;
use synthsmith_rpc::error::into_status;
use synthsmith_sandbox::WorkingFiles;
use tokio::time::{Instant, sleep};

use super::MATH;
use super::judged::Judged;
use super::shape::{Reason, Submission};
use crate::Error;
use crate::client::Client;
use crate::execute::Event;
use crate::http::{Edges, languages, limits};
use crate::program::Program;

/// Entries of one turn; the others of the same program may run beside them.
const MOST_ENTRIES: usize = 100;
/// What the original gives every program: time, and memory, of which its Python gets more.
const TIME: Duration = Duration::from_secs(10);
const MEMORY_BYTES: u64 = 256 << 20;
const INTERPRETER_BYTES: u64 = 1 << 30;
/// How often a passing fault is waited out.
const ATTEMPTS: u32 = 7;

/// Until when turns begin, and until when they end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times {
    pub(super) begin_by: Instant,
    pub(super) end_by: Instant,
}

#[derive(Debug)]
pub(super) struct Group {
    /// Of its first entry; the others follow.
    first_index: usize,
    work: Work,
    entries: VecDeque<Entry>,
}

#[derive(Debug)]
enum Work {
    Program(Box<Program>),
    /// Told without a run.
    Nothing(Reason),
}

#[derive(Debug)]
struct Entry {
    input: Bytes,
    expected: Option<String>,
}

/// How far a turn brought a group.
enum Went {
    Through,
    /// It broke down; the entries that were not run are still there.
    Until(Error),
}

/// The ids of all entries, and the groups.
pub(super) fn grouped(edges: &Edges, submissions: Vec<Submission>) -> (Vec<String>, Vec<Group>) {
    let mut ids = Vec::with_capacity(submissions.len());
    let mut groups: Vec<Group> = Vec::new();
    let mut kind = String::new();
    for (index, submission) in submissions.into_iter().enumerate() {
        ids.push(submission.sub_id.unwrap_or_default());
        let entry = Entry {
            input: Bytes::from(submission.input.unwrap_or_default()),
            expected: submission.expected_output,
        };
        let is_too_large = entry.is_too_large(edges);
        match groups.last_mut() {
            Some(group)
                if !is_too_large
                    && kind == submission.kind
                    && group.takes(&submission.solution) =>
            {
                group.entries.push_back(entry);
            }
            _ => {
                let work = if is_too_large {
                    Work::Nothing(Reason::InvalidInput)
                } else {
                    Work::of(edges, &submission.kind, submission.solution)
                };
                kind = submission.kind;
                groups.push(Group {
                    first_index: index,
                    work,
                    entries: VecDeque::from([entry]),
                });
            }
        }
    }
    (ids, groups)
}

// === impl Work ===

impl Work {
    fn of(edges: &Edges, kind: &str, solution: String) -> Self {
        let config = &edges.config;
        let language = languages::called(config, kind).filter(|_| kind != MATH);
        let Some(language) = language else {
            return Self::Nothing(Reason::InternalError);
        };
        if solution.len() > config.max_source_bytes {
            return Self::Nothing(Reason::InvalidInput);
        }
        let memory_bytes = if language.builds_program {
            MEMORY_BYTES
        } else {
            MEMORY_BYTES + INTERPRETER_BYTES
        };
        Self::Program(Box::new(Program {
            language: language.clone(),
            source: crate::http::source(solution),
            limits: limits::within(config, TIME, Some(memory_bytes)),
            isolation: edges.isolation(),
        }))
    }
}

// === impl Entry ===

impl Entry {
    fn is_too_large(&self, edges: &Edges) -> bool {
        self.input.len() > edges.config.max_input_bytes
    }
}

// === impl Group ===

impl Group {
    fn takes(&self, solution: &str) -> bool {
        let Work::Program(program) = &self.work else {
            return false;
        };
        self.entries.len() < MOST_ENTRIES && program.source == solution.as_bytes()
    }

    fn size_bytes(&self, program: &Program) -> u64 {
        let expected = |entry: &Entry| entry.expected.as_ref().map_or(0, String::len);
        let entries = self.entries.iter();
        let entries: usize = entries
            .map(|entry| entry.input.len() + expected(entry))
            .sum();
        (program.source.len() + entries) as u64
    }

    /// The index of the first entry, and what became of each.
    pub(super) async fn judged(
        mut self,
        edges: &Edges,
        client: &Client,
        times: Times,
    ) -> (usize, Vec<Judged>) {
        let mut judged = Vec::with_capacity(self.entries.len());
        let reason = match std::mem::replace(&mut self.work, Work::Nothing(Reason::Unspecified)) {
            Work::Nothing(reason) => reason,
            Work::Program(program) => self.run(edges, client, times, &program, &mut judged).await,
        };
        let left = self.entries.iter().map(|_| Judged::of_reason(reason));
        judged.extend(left);
        (self.first_index, judged)
    }

    /// Why there are entries left, if there are.
    async fn run(
        &mut self,
        edges: &Edges,
        client: &Client,
        times: Times,
        program: &Program,
        judged: &mut Vec<Judged>,
    ) -> Reason {
        let mut delay = edges.patience.fault;
        for attempt in 1.. {
            let error = match self.go(edges, client, times, program, judged).await {
                Went::Through => break,
                Went::Until(error) => error,
            };
            if matches!(
                error,
                Error::QueueFull { .. } | Error::Displaced { .. } | Error::DeadlinePassed(_)
            ) {
                return Reason::QueueTimeout;
            }
            if error.retry_after().is_none() || attempt == ATTEMPTS {
                tracing::warn!(
                    error = into_status(&error).message(),
                    "a group was not judged"
                );
                return Reason::InternalError;
            }
            if Instant::now() + delay >= times.begin_by {
                return Reason::QueueTimeout;
            }
            sleep(delay).await;
            delay *= 2;
        }
        Reason::InternalError
    }

    /// One turn.
    async fn go(
        &mut self,
        edges: &Edges,
        client: &Client,
        times: Times,
        program: &Program,
        judged: &mut Vec<Judged>,
    ) -> Went {
        let turn = edges.turn(client, self.size_bytes(program), times.begin_by);
        let turn = match turn.await {
            Ok(turn) => turn,
            Err(error) => return Went::Until(error),
        };
        let inputs = self
            .entries
            .iter()
            .map(|entry| entry.input.clone())
            .collect();
        let files = WorkingFiles::default();
        let running = edges.running(program.clone(), inputs, files, turn, times.end_by);
        let mut events = pin!(running);
        while let Some(event) = events.next().await {
            match event {
                Ok(Event::Compiled(compilation)) if compilation.succeeded => {}
                Ok(Event::Compiled(compilation)) => {
                    let failed = Judged::of_failed_compilation(&compilation);
                    judged.extend(self.entries.drain(..).map(|_| failed.clone()));
                    return Went::Through;
                }
                Ok(Event::Finished { outcome, .. }) => {
                    let entry = self.entries.pop_front();
                    let expected = entry.as_ref().and_then(|entry| entry.expected.as_deref());
                    judged.push(Judged::of_outcome(&outcome, expected));
                }
                Err(error) => return Went::Until(error),
            }
        }
        Went::Through
    }
}
