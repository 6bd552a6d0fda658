//! What the runner told, in the words of the corpus.

use std::time::Duration;

use synthsmith_corpus::canonical::CanonicalDigest;
use synthsmith_corpus::{Compilation, Measures, Outcome, OutcomeStatus};
use synthsmith_runner_protocol::{Compiled, Done, Ending, Fetched, Status};

use crate::{Error, LeftFile};

const MAX_MESSAGES_BYTES: usize = 16 << 10;
const MAX_STDERR_BYTES: usize = 4 << 10;

const STARVED: &[u8] = b"the compilation needed more memory than it was given\n";
const STALLED: &[u8] = b"the compilation stood still\n";

pub(super) fn compiler_starved() -> Compilation {
    Compilation {
        succeeded: false,
        messages: STARVED.into(),
        measures: Measures::default(),
    }
}

impl Told {
    pub(super) fn with(self, left: Left) -> Self {
        Self {
            left_files: left.files,
            ..self
        }
    }

    pub(super) fn runner_starved(index: usize) -> Self {
        Self {
            outcome: blank(index, OutcomeStatus::MemoryExceeded),
            ended_just_above_limit: false,
            left_files: Vec::new(),
        }
    }
}

/// A compiler that had CPU time left and did not end was waiting, perhaps for a busy machine.
pub(super) fn compilation(compiled: Compiled) -> Result<Compilation, Error> {
    let note: &[u8] = match compiled.status {
        Status::Ok | Status::Failed => b"",
        Status::CpuTimeExceeded => b"the compilation took more time than it was given\n",
        Status::WallTimeExceeded => {
            return Err(Error::CompilationStalled(compiled.measures.wall_time));
        }
        // Nothing in the container could run, so no machine was too busy for it.
        Status::StoodStill => STALLED,
        Status::MemoryExceeded => STARVED,
        Status::OutputExceeded => b"the compilation printed more than it may\n",
    };
    let mut messages = note.to_vec();
    messages.extend(compiled.messages);
    Ok(Compilation {
        succeeded: compiled.status == Status::Ok,
        messages: beginning(messages, MAX_MESSAGES_BYTES),
        measures: measures(compiled.measures),
    })
}

/// The outcome of a run, and whether another run may end otherwise.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) outcome: Outcome,
    /// It ended by itself, above its CPU time, but within the margin that the runner gives.
    pub(super) ended_just_above_limit: bool,
    pub(super) left_files: Vec<LeftFile>,
}

pub(super) fn outcome(index: usize, done: Done, printed: Printed, cpu_limit: Duration) -> Told {
    let (exit_code, signal) = match done.ending {
        Ending::Exited(code) => (Some(code), None),
        Ending::Signalled(signal) => (None, Some(signal)),
    };
    let is_above_limit = done.measures.cpu_time > cpu_limit;
    let (status, ended_by_itself) = match done.status {
        Status::Ok | Status::Failed if is_above_limit => (OutcomeStatus::CpuTimeExceeded, true),
        Status::WallTimeExceeded if is_above_limit => (OutcomeStatus::CpuTimeExceeded, false),
        Status::Ok => (OutcomeStatus::Ok, true),
        Status::Failed => (OutcomeStatus::RuntimeError, true),
        Status::CpuTimeExceeded => (OutcomeStatus::CpuTimeExceeded, false),
        Status::WallTimeExceeded | Status::StoodStill => (OutcomeStatus::WallTimeExceeded, false),
        Status::MemoryExceeded => (OutcomeStatus::MemoryExceeded, false),
        Status::OutputExceeded => (OutcomeStatus::OutputExceeded, false),
    };
    let digest =
        (status == OutcomeStatus::Ok).then(|| printed.digest.finish().to_hex().to_string());
    let outcome = Outcome {
        output_digest: digest.unwrap_or_default(),
        output_size_bytes: printed.size_bytes,
        output: printed.beginning,
        measures: measures(done.measures),
        exit_code,
        signal,
        stderr_excerpt: beginning(done.stderr_excerpt, MAX_STDERR_BYTES),
        ..blank(index, status)
    };
    Told {
        outcome,
        ended_just_above_limit: is_above_limit && ended_by_itself,
        left_files: Vec::new(),
    }
}

pub(super) fn blank(index: usize, status: OutcomeStatus) -> Outcome {
    Outcome {
        input_index: index as u32,
        status,
        output_digest: String::new(),
        output_size_bytes: 0,
        output: Vec::new(),
        measures: Measures::default(),
        exit_code: None,
        signal: None,
        stderr_excerpt: Vec::new(),
    }
}

fn beginning(mut text: Vec<u8>, max_bytes: usize) -> Vec<u8> {
    text.truncate(max_bytes);
    text
}

fn measures(measures: synthsmith_runner_protocol::Measures) -> Measures {
    Measures {
        cpu_time: measures.cpu_time,
        wall_time: measures.wall_time,
        peak_memory_bytes: measures.peak_memory_bytes,
    }
}

/// What a program printed, as far as it is kept.
#[derive(Debug, Default)]
pub(super) struct Printed {
    digest: CanonicalDigest,
    beginning: Vec<u8>,
    size_bytes: u64,
}

impl Printed {
    pub(super) fn add(&mut self, bytes: &[u8], kept_bytes: u64) {
        self.digest.update(bytes);
        self.size_bytes += bytes.len() as u64;
        let wanted = kept_bytes
            .saturating_sub(self.beginning.len() as u64)
            .min(bytes.len() as u64);
        self.beginning.extend_from_slice(&bytes[..wanted as usize]);
    }
}

/// The wanted files that a run left, as they come.
#[derive(Debug, Default)]
pub(super) struct Left {
    files: Vec<LeftFile>,
    pieces: Vec<u8>,
}

impl Left {
    pub(super) fn add(&mut self, piece: &[u8]) {
        self.pieces.extend_from_slice(piece);
    }

    pub(super) fn end(&mut self, fetched: Fetched) {
        let pieces = std::mem::take(&mut self.pieces);
        self.files.push(match fetched {
            Fetched::Whole => LeftFile::Whole(pieces.into()),
            Fetched::Missing => LeftFile::Missing,
            Fetched::TooLarge => LeftFile::TooLarge,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compiled(status: Status) -> Result<Compilation, Error> {
        compilation(Compiled {
            status,
            ending: Ending::Signalled(9),
            messages: b"main.cpp".to_vec(),
            measures: synthsmith_runner_protocol::Measures::default(),
            program_bytes: 0,
        })
    }

    #[test]
    fn what_the_source_does_wrong_is_a_failed_compilation_that_says_why() {
        let table: [(Status, &[u8]); 4] = [
            (Status::Failed, b"main.cpp"),
            (
                Status::CpuTimeExceeded,
                b"the compilation took more time than it was given\nmain.cpp",
            ),
            (
                Status::MemoryExceeded,
                b"the compilation needed more memory than it was given\nmain.cpp",
            ),
            (
                Status::OutputExceeded,
                b"the compilation printed more than it may\nmain.cpp",
            ),
        ];
        for (status, messages) in table {
            let failed = compiled(status).unwrap();
            assert!(!failed.succeeded, "{status:?}");
            assert_eq!(failed.messages, messages, "{status:?}");
        }
        assert!(compiled(Status::Ok).unwrap().succeeded);
    }

    #[test]
    fn the_strict_limit_decides_and_only_an_end_within_the_margin_is_worth_another_run() {
        const LIMIT: Duration = Duration::from_secs(1);
        use OutcomeStatus::{CpuTimeExceeded, Ok, RuntimeError, WallTimeExceeded};
        let table = [
            (Status::Ok, 1000, Ok, false),
            (Status::Ok, 1001, CpuTimeExceeded, true),
            (Status::Failed, 1000, RuntimeError, false),
            (Status::Failed, 1100, CpuTimeExceeded, true),
            (Status::CpuTimeExceeded, 1201, CpuTimeExceeded, false),
            (Status::WallTimeExceeded, 900, WallTimeExceeded, false),
            (Status::WallTimeExceeded, 1100, CpuTimeExceeded, false),
        ];
        for (status, cpu_ms, expected, worth_another) in table {
            let done = Done {
                status,
                ending: Ending::Exited(0),
                stderr_excerpt: Vec::new(),
                measures: synthsmith_runner_protocol::Measures {
                    cpu_time: Duration::from_millis(cpu_ms),
                    ..Default::default()
                },
            };
            let told = outcome(0, done, Printed::default(), LIMIT);
            assert_eq!(told.outcome.status, expected, "{status:?} {cpu_ms}");
            assert_eq!(
                told.ended_just_above_limit, worth_another,
                "{status:?} {cpu_ms}"
            );
            assert_eq!(told.outcome.output_digest.is_empty(), expected != Ok);
        }
    }

    #[test]
    fn a_compilation_that_stood_still_with_nothing_to_do_is_the_sources_fault() {
        let failed = compiled(Status::StoodStill).unwrap();
        assert!(!failed.succeeded);
        assert_eq!(failed.messages, b"the compilation stood still\nmain.cpp");
    }

    #[test]
    fn a_compilation_that_only_waited_is_a_passing_fault() {
        let fault = compiled(Status::WallTimeExceeded).unwrap_err();
        assert!(matches!(fault, Error::CompilationStalled(_)), "{fault:?}");
        assert!(fault.is_passing());
    }
}
