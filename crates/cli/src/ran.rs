//! What is told of a run of a program: for machines as it is, for people in words.

use serde::Serialize;
use synthsmith_proto::corpus::v1 as pb;

use crate::output::printable;

const MAX_NOTE_CHARS: usize = 100;

/// The signals that programs die of.
const SIGNALS: [(i32, &str); 13] = [
    (4, "SIGILL"),
    (6, "SIGABRT"),
    (7, "SIGBUS"),
    (8, "SIGFPE"),
    (9, "SIGKILL"),
    (11, "SIGSEGV"),
    (13, "SIGPIPE"),
    (14, "SIGALRM"),
    (15, "SIGTERM"),
    (19, "SIGSTOP"),
    (24, "SIGXCPU"),
    (25, "SIGXFSZ"),
    (31, "SIGSYS"),
];

/// A run of a program on one input.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Ran {
    pub status: String,
    pub cpu_ms: f64,
    pub wall_ms: f64,
    pub peak_memory_bytes: i64,
    pub output_size_bytes: i64,
    /// `None` where a signal ended it.
    pub exit_code: Option<i32>,
    pub signal: Option<i32>,
    /// The beginning of standard error.
    pub stderr: String,
}

/// What a compiler said.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Compiled {
    pub succeeded: bool,
    pub messages: String,
    pub cpu_ms: f64,
}

// === impl Ran ===

impl From<&pb::Outcome> for Ran {
    fn from(outcome: &pb::Outcome) -> Self {
        let measures = outcome.measures.unwrap_or_default();
        Self {
            status: word(outcome.status().as_str_name(), "OUTCOME_STATUS_"),
            cpu_ms: milliseconds(measures.cpu_time),
            wall_ms: milliseconds(measures.wall_time),
            peak_memory_bytes: measures.peak_memory_bytes,
            output_size_bytes: outcome.output_size_bytes,
            exit_code: outcome.exit_code,
            signal: outcome.signal,
            stderr: text(&outcome.stderr_excerpt),
        }
    }
}

impl Ran {
    /// Why it did not end well; empty where it did, or where the verdict says it all.
    pub(crate) fn ending(&self) -> String {
        match (self.status.as_str(), self.exit_code, self.signal) {
            ("cpu_time_exceeded", _, _) => "CPU time".to_owned(),
            ("wall_time_exceeded", _, _) => "wall-clock time".to_owned(),
            ("runtime_error", Some(code), _) => format!("exit code {code}"),
            ("runtime_error", None, Some(signal)) => named(signal),
            _ => String::new(),
        }
    }

    pub(crate) fn peak_mib(&self) -> f64 {
        self.peak_memory_bytes as f64 / f64::from(1 << 20)
    }
}

// === impl Compiled ===

impl From<&pb::Compilation> for Compiled {
    fn from(compilation: &pb::Compilation) -> Self {
        let measures = compilation.measures.unwrap_or_default();
        Self {
            succeeded: compilation.succeeded,
            messages: text(&compilation.messages),
            cpu_ms: milliseconds(measures.cpu_time),
        }
    }
}

/// The line of a longer text that tells most, fit for a table: the first, of a Python traceback the last.
pub(crate) fn gist(text: &str) -> String {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default();
    let told = if first.starts_with("Traceback (most recent call last)") {
        lines.next_back().unwrap_or(first)
    } else {
        first
    };
    let shown = printable(told).replace('\t', " ");
    if shown.chars().count() <= MAX_NOTE_CHARS {
        return shown;
    }
    let begin: String = shown.chars().take(MAX_NOTE_CHARS - 1).collect();
    format!("{begin}…")
}

/// Bytes that need not be text.
pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A name of the contract as a word, without what all names of its kind begin with.
fn word(name: &str, prefix: &str) -> String {
    name.trim_start_matches(prefix).to_lowercase()
}

fn milliseconds(duration: Option<prost_types::Duration>) -> f64 {
    let duration = duration.unwrap_or_default();
    // Microseconds are enough, and a rounded number reads better.
    let us = duration.seconds as f64 * 1e6 + f64::from(duration.nanos / 1000);
    us / 1e3
}

fn named(signal: i32) -> String {
    let name = SIGNALS.iter().find(|(number, _)| *number == signal);
    name.map_or_else(
        || format!("signal {signal}"),
        |(_, name)| format!("signal {signal} ({name})"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ran(status: pb::OutcomeStatus, exit_code: Option<i32>, signal: Option<i32>) -> Ran {
        Ran::from(&pb::Outcome {
            status: status as i32,
            exit_code,
            signal,
            ..Default::default()
        })
    }

    #[test]
    fn an_ending_is_told_by_what_decided_it() {
        use pb::OutcomeStatus as Status;
        let table = [
            (ran(Status::Ok, Some(0), None), ""),
            (ran(Status::RuntimeError, Some(3), None), "exit code 3"),
            (
                ran(Status::RuntimeError, None, Some(11)),
                "signal 11 (SIGSEGV)",
            ),
            (ran(Status::RuntimeError, None, Some(60)), "signal 60"),
            (ran(Status::CpuTimeExceeded, None, Some(9)), "CPU time"),
            (
                ran(Status::WallTimeExceeded, None, Some(9)),
                "wall-clock time",
            ),
            (ran(Status::MemoryExceeded, None, Some(9)), ""),
        ];
        for (ran, expected) in table {
            assert_eq!(ran.ending(), expected, "{ran:?}");
        }
    }

    #[test]
    fn the_gist_is_one_short_line_that_commands_nothing() {
        let traceback = "Traceback (most recent call last):\n  File \"x\"\nValueError: y\n";
        let long = "é".repeat(200);
        let table = [
            ("", ""),
            ("\n\n  first \nsecond", "first"),
            (traceback, "ValueError: y"),
            (
                "Traceback (most recent call last):",
                "Traceback (most recent call last):",
            ),
            ("\u{1b}[2J\ta\rb", "\u{fffd}[2J a\u{fffd}b"),
        ];
        for (text, expected) in table {
            assert_eq!(gist(text), expected);
        }
        assert_eq!(gist(&long).chars().count(), MAX_NOTE_CHARS);
    }
}
