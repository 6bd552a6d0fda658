//! A program that rules on outputs, in a sandbox of its own.
//!
//! It is as untrusted as the candidate. Its arguments are three files: the input, the output, the expected output. The
//! conventions of testlib hold: its exit code says 0 right, 1 wrong, 2 wrongly presented, and anything else is a fault
//! of the checker, or of the output that broke it. So is a Python exception that nobody caught, although its exit code
//! is 1 as well.

use bytes::Bytes;
use synthsmith_corpus::{Outcome, OutcomeStatus, Verdict};
use synthsmith_sandbox::{Input, Job, Runs, WorkingFiles};

use super::Test;
use super::referee::Ruling;
use crate::Error;
use crate::program::Program;

const FILES: u8 = 3;
const MAX_MESSAGE_BYTES: usize = 4 << 10;
/// How Python's report of an uncaught exception begins.
const TRACEBACK: &[u8] = b"Traceback (most recent call last):";

#[derive(Debug)]
pub(super) struct CheckerProgram {
    runs: Box<dyn Runs>,
}

impl CheckerProgram {
    pub(super) fn new(runs: Box<dyn Runs>) -> Self {
        Self { runs }
    }

    pub(super) fn job(program: Program) -> Job {
        Job {
            attached_files: FILES,
            working_files: WorkingFiles::default(),
            ..program.job(0)
        }
    }

    /// A checker that breaks on an output and accepts the expected one was broken by the output, which is wrong: or else
    /// whoever writes a candidate could choose that nothing is known about it.
    pub(super) async fn ask(&mut self, test: Test, output: Vec<u8>) -> Result<Ruling, Error> {
        let expected = test.expected_output.clone();
        let ruling = self.ask_once(test.clone(), output.into()).await?;
        if ruling.verdict != Verdict::JudgeError {
            return Ok(ruling);
        }
        let of_expected = self.ask_once(test, expected).await?;
        Ok(match of_expected.verdict {
            Verdict::Accepted => Ruling {
                verdict: Verdict::WrongAnswer,
                ..ruling
            },
            _ => ruling,
        })
    }

    async fn ask_once(&mut self, test: Test, output: Bytes) -> Result<Ruling, Error> {
        let input = Input {
            stdin: Bytes::new(),
            files: vec![test.input, output, test.expected_output],
        };
        let ran = self.runs.run(input).await;
        ran.map(ruling).map_err(Error::RunProgram)
    }
}

fn ruling(outcome: Outcome) -> Ruling {
    let verdict = match (outcome.status, outcome.exit_code) {
        (OutcomeStatus::Ok, _) => Some(Verdict::Accepted),
        (OutcomeStatus::RuntimeError, Some(1)) if has_traceback(&outcome.stderr_excerpt) => None,
        (OutcomeStatus::RuntimeError, Some(1)) => Some(Verdict::WrongAnswer),
        (OutcomeStatus::RuntimeError, Some(2)) => Some(Verdict::PresentationError),
        _ => None,
    };
    let mut message = match verdict {
        Some(_) => outcome.stderr_excerpt,
        None => complaint(&outcome),
    };
    message.truncate(MAX_MESSAGE_BYTES);
    Ruling {
        verdict: verdict.unwrap_or(Verdict::JudgeError),
        message,
    }
}

fn has_traceback(stderr: &[u8]) -> bool {
    let mut lines = stderr.split(|&byte| byte == b'\n');
    lines.any(|line| line.starts_with(TRACEBACK))
}

/// How a checker broke, and then its own words.
fn complaint(outcome: &Outcome) -> Vec<u8> {
    let end = match outcome.status {
        OutcomeStatus::Ok | OutcomeStatus::RuntimeError => {
            match (outcome.exit_code, outcome.signal) {
                (_, Some(signal)) => format!("was ended by signal {signal}"),
                (Some(code), None) => format!("exited with code {code}"),
                (None, None) => "ended without an exit code".to_owned(),
            }
        }
        OutcomeStatus::CpuTimeExceeded => "used up its CPU time".to_owned(),
        OutcomeStatus::WallTimeExceeded => "used up its wall-clock time".to_owned(),
        OutcomeStatus::MemoryExceeded => "needed more memory than it has".to_owned(),
        OutcomeStatus::OutputExceeded => "printed more than it may".to_owned(),
        OutcomeStatus::NotRun => "was not run".to_owned(),
    };
    let mut complaint = format!("the checker {end}").into_bytes();
    if !outcome.stderr_excerpt.is_empty() {
        complaint.extend_from_slice(b": ");
        complaint.extend_from_slice(&outcome.stderr_excerpt);
    }
    complaint
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::not_run;

    fn ended(status: OutcomeStatus, exit_code: Option<i32>, signal: Option<i32>) -> Outcome {
        Outcome {
            status,
            exit_code,
            signal,
            stderr_excerpt: b"line 3 differs".to_vec(),
            ..not_run(0)
        }
    }

    #[test]
    fn exit_codes_0_to_2_rule_and_anything_else_is_a_broken_checker() {
        use OutcomeStatus::{
            CpuTimeExceeded, MemoryExceeded, Ok, OutputExceeded, RuntimeError, WallTimeExceeded,
        };
        use Verdict::{Accepted, JudgeError, PresentationError, WrongAnswer};
        let table = [
            (Ok, Some(0), None, Accepted, ""),
            (RuntimeError, Some(1), None, WrongAnswer, ""),
            (RuntimeError, Some(2), None, PresentationError, ""),
            (
                RuntimeError,
                Some(3),
                None,
                JudgeError,
                "exited with code 3",
            ),
            (
                RuntimeError,
                Some(7),
                None,
                JudgeError,
                "exited with code 7",
            ),
            (
                RuntimeError,
                Some(255),
                None,
                JudgeError,
                "exited with code 255",
            ),
            (
                RuntimeError,
                None,
                Some(11),
                JudgeError,
                "was ended by signal 11",
            ),
            // A time-out is one whatever the exit code.
            (
                CpuTimeExceeded,
                Some(1),
                None,
                JudgeError,
                "used up its CPU time",
            ),
            (
                WallTimeExceeded,
                None,
                Some(9),
                JudgeError,
                "used up its wall-clock time",
            ),
            (
                MemoryExceeded,
                Some(1),
                None,
                JudgeError,
                "needed more memory than it has",
            ),
            (
                OutputExceeded,
                None,
                Some(9),
                JudgeError,
                "printed more than it may",
            ),
        ];
        for (status, exit_code, signal, verdict, complaint) in table {
            let ruling = ruling(ended(status, exit_code, signal));
            assert_eq!(ruling.verdict, verdict, "{status:?} {exit_code:?}");
            let message = if complaint.is_empty() {
                "line 3 differs".to_owned()
            } else {
                format!("the checker {complaint}: line 3 differs")
            };
            assert_eq!(String::from_utf8(ruling.message).unwrap(), message);
        }
    }

    #[test]
    fn a_python_exception_is_no_wrong_answer() {
        let words = |stderr: &str| Outcome {
            stderr_excerpt: stderr.as_bytes().to_vec(),
            ..ended(OutcomeStatus::RuntimeError, Some(1), None)
        };
        let crashed = words("reading\nTraceback (most recent call last):\n  File ...");
        assert_eq!(ruling(crashed).verdict, Verdict::JudgeError);
        let said = words("no Traceback (most recent call last): here");
        assert_eq!(ruling(said).verdict, Verdict::WrongAnswer);
    }

    #[test]
    fn a_long_message_is_cut() {
        let outcome = Outcome {
            stderr_excerpt: vec![b'x'; 9000],
            ..ended(OutcomeStatus::RuntimeError, Some(3), None)
        };
        assert_eq!(ruling(outcome).message.len(), MAX_MESSAGE_BYTES);
    }
}
