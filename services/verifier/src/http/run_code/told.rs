//! What a program did, in the words of the protocol.

use std::collections::BTreeMap;
use std::time::Duration;

use synthsmith_corpus::{Compilation, Outcome, OutcomeStatus};
use synthsmith_sandbox::Language;

use super::shape::{CommandRunResult, CommandRunStatus, RunCodeResponse};
use crate::outcome::is_timeout;

/// What a shell says of a process that was killed.
const KILLED: i32 = -9;
const FAILED: i32 = 1;

/// What happened so far.
#[derive(Debug)]
pub(super) struct Told {
    /// Languages without one are only checked, and the protocol knows of no check.
    has_compiler: bool,
    compile_time: Duration,
    compile_result: Option<CommandRunResult>,
    run_result: Option<CommandRunResult>,
    is_complete: bool,
    files: BTreeMap<String, String>,
    message: String,
}

impl Told {
    pub(super) fn new(language: &Language, compile_time: Duration) -> Self {
        Self {
            has_compiler: language.builds_program,
            compile_time,
            compile_result: None,
            run_result: None,
            is_complete: false,
            files: BTreeMap::new(),
            message: String::new(),
        }
    }

    pub(super) fn compiled(&mut self, compilation: &Compilation) {
        let succeeded = compilation.succeeded;
        if !self.has_compiler {
            // A source that is none is told as the interpreter tells it: when it is run.
            self.run_result = (!succeeded).then(|| of_compilation(compilation, None));
            self.is_complete = !succeeded;
            return;
        }
        let result = of_compilation(compilation, Some(self.compile_time));
        self.is_complete = !succeeded || result.status != CommandRunStatus::Finished;
        self.compile_result = Some(result);
    }

    pub(super) fn ran(&mut self, outcome: Outcome) {
        self.run_result = Some(of_outcome(outcome));
        self.is_complete = true;
    }

    pub(super) fn fetched(&mut self, (files, message): (BTreeMap<String, String>, String)) {
        self.files = files;
        self.message = message;
    }

    /// Whether nothing that may still come would be told.
    pub(super) fn is_complete(&self) -> bool {
        self.is_complete
    }

    pub(super) fn response(self) -> RunCodeResponse {
        RunCodeResponse {
            files: self.files,
            message: self.message,
            ..RunCodeResponse::of(self.compile_result, self.run_result)
        }
    }
}

/// Compilers get what the verifier gives them; one that took longer than was asked for counts as ended then.
fn of_compilation(compilation: &Compilation, max_time: Option<Duration>) -> CommandRunResult {
    let is_late = max_time.is_some_and(|max_time| compilation.measures.cpu_time > max_time);
    let (status, return_code) = match (is_late, compilation.succeeded) {
        (true, _) => (CommandRunStatus::TimeLimitExceeded, None),
        (false, true) => (CommandRunStatus::Finished, Some(0)),
        (false, false) => (CommandRunStatus::Finished, Some(FAILED)),
    };
    CommandRunResult {
        status,
        execution_time: Some(compilation.measures.wall_time.as_secs_f64()),
        return_code,
        stdout: Some(String::new()),
        stderr: Some(lossy(&compilation.messages)),
    }
}

fn of_outcome(outcome: Outcome) -> CommandRunResult {
    let status = outcome.status;
    let (told, return_code) = if is_timeout(status) {
        (CommandRunStatus::TimeLimitExceeded, None)
    } else {
        (CommandRunStatus::Finished, Some(return_code(&outcome)))
    };
    let mut stderr = lossy(&outcome.stderr_excerpt);
    stderr.push_str(note(status));
    CommandRunResult {
        status: told,
        execution_time: Some(outcome.measures.wall_time.as_secs_f64()),
        return_code,
        stdout: Some(decoded(outcome.output, status)),
        stderr: Some(stderr),
    }
}

/// Of a program that failed, never 0.
fn return_code(outcome: &Outcome) -> i32 {
    let ended = match (outcome.exit_code, outcome.signal) {
        (Some(code), _) => code,
        (None, Some(signal)) => -signal,
        (None, None) => KILLED,
    };
    match (outcome.status, ended) {
        (OutcomeStatus::Ok, _) => 0,
        (_, 0) => KILLED,
        (_, ended) => ended,
    }
}

fn note(status: OutcomeStatus) -> &'static str {
    match status {
        OutcomeStatus::MemoryExceeded => "[the memory limit was exceeded]\n",
        OutcomeStatus::OutputExceeded => "[the output limit was exceeded; the output is cut]\n",
        _ => "",
    }
}

/// An output that is no text is told as the original tells it. One that was cut may end within a character.
fn decoded(output: Vec<u8>, status: OutcomeStatus) -> String {
    match String::from_utf8(output) {
        Ok(text) => text,
        Err(error) if status == OutcomeStatus::Ok => {
            format!("[DecodeError] {}", error.utf8_error())
        }
        Err(error) => lossy(error.as_bytes()),
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::super::shape::RunStatus;
    use super::*;
    use crate::scripted::{ended, exited, printed};

    fn ran(outcome: Outcome) -> RunCodeResponse {
        let mut told = Told::new(&Language::python3(), Duration::from_secs(1));
        told.compiled(&Compilation {
            succeeded: true,
            ..Compilation::default()
        });
        assert!(!told.is_complete());
        told.ran(outcome);
        assert!(told.is_complete());
        told.response()
    }

    fn killed(status: OutcomeStatus, signal: Option<i32>) -> Outcome {
        Outcome {
            exit_code: None,
            signal,
            ..ended(status)
        }
    }

    #[test]
    fn outcomes_are_told_by_status_and_return_code() {
        use CommandRunStatus::{Finished, TimeLimitExceeded};
        let table = [
            (printed("hi"), RunStatus::Success, Finished, Some(0)),
            (exited(3), RunStatus::Failed, Finished, Some(3)),
            (
                killed(OutcomeStatus::RuntimeError, Some(11)),
                RunStatus::Failed,
                Finished,
                Some(-11),
            ),
            (
                killed(OutcomeStatus::MemoryExceeded, None),
                RunStatus::Failed,
                Finished,
                Some(-9),
            ),
            (
                Outcome {
                    exit_code: Some(0),
                    ..ended(OutcomeStatus::OutputExceeded)
                },
                RunStatus::Failed,
                Finished,
                Some(-9),
            ),
            (
                killed(OutcomeStatus::CpuTimeExceeded, Some(9)),
                RunStatus::Failed,
                TimeLimitExceeded,
                None,
            ),
            (
                killed(OutcomeStatus::WallTimeExceeded, None),
                RunStatus::Failed,
                TimeLimitExceeded,
                None,
            ),
        ];
        for (outcome, status, run_status, code) in table {
            let response = ran(outcome.clone());
            let run = response.run_result.unwrap();
            assert_eq!(response.status, status, "{outcome:?}");
            assert_eq!(
                (run.status, run.return_code),
                (run_status, code),
                "{outcome:?}"
            );
            assert_eq!(response.compile_result, None);
        }
    }

    #[test]
    fn an_output_that_is_no_text_is_no_output_and_no_fault() {
        let mut outcome = printed("");
        outcome.output = b"a\xff".to_vec();
        let response = ran(outcome);
        assert_eq!(response.status, RunStatus::Success);
        let stdout = response.run_result.unwrap().stdout.unwrap();
        assert!(stdout.starts_with("[DecodeError] "), "{stdout}");
    }

    fn compiled(language: &Language, succeeded: bool, cpu_ms: u64) -> (bool, RunCodeResponse) {
        let mut told = Told::new(language, Duration::from_secs(1));
        let mut compilation = Compilation {
            succeeded,
            messages: b"main: no".to_vec(),
            ..Compilation::default()
        };
        compilation.measures.cpu_time = Duration::from_millis(cpu_ms);
        told.compiled(&compilation);
        (told.is_complete(), told.response())
    }

    #[test]
    fn a_source_that_does_not_compile_is_told_by_who_says_so() {
        let languages = Language::table();
        let (is_complete, response) = compiled(&languages["cpp17"], false, 10);
        assert!(is_complete);
        assert_eq!(
            (response.status, &response.run_result),
            (RunStatus::Failed, &None)
        );
        let result = response.compile_result.unwrap();
        assert_eq!(
            (result.return_code, result.stderr.as_deref()),
            (Some(1), Some("main: no"))
        );

        let (is_complete, response) = compiled(&languages["python3"], false, 10);
        assert!(is_complete);
        assert_eq!(
            (response.status, &response.compile_result),
            (RunStatus::Failed, &None)
        );
        assert_eq!(response.run_result.unwrap().return_code, Some(1));
    }

    #[test]
    fn a_compiler_that_took_too_long_is_told_so_even_where_it_succeeded() {
        let cpp = &Language::table()["cpp17"];
        for (succeeded, cpu_ms, is_late) in
            [(true, 1000, false), (true, 1001, true), (false, 1001, true)]
        {
            let (is_complete, response) = compiled(cpp, succeeded, cpu_ms);
            let result = response.compile_result.unwrap();
            assert_eq!(
                result.status == CommandRunStatus::TimeLimitExceeded,
                is_late
            );
            assert_eq!(is_complete, is_late);
        }
    }
}
