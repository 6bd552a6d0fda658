//! What a verdict means for a sample.
//!
//! Standard error is the program's to write, so it only chooses among the ways to fail.

use synthsmith_corpus::{Outcome, Verdict};

use super::test_program::{ASSERTION, NO_FUNCTION, SYNTAX_ERROR};
use crate::Problem;
use crate::grade::{Failure, Grade};
use crate::problem::Tests;

/// The grade for the verdict on the whole, and the outcome of the first test that is not accepted.
pub fn grade(problem: &Problem, verdict: Verdict, outcome: Option<&Outcome>) -> Grade {
    let failure = match verdict {
        Verdict::Accepted => return Grade::Passed,
        // The checker is broken, or there was no verdict: both are ours.
        Verdict::JudgeError | Verdict::Skipped => return Grade::NotGraded,
        Verdict::CompileError => Failure::SyntaxError,
        Verdict::TimeLimitExceeded => Failure::TimeLimit,
        Verdict::MemoryLimitExceeded => Failure::MemoryLimit,
        Verdict::OutputLimitExceeded => Failure::RuntimeError,
        Verdict::WrongAnswer | Verdict::PresentationError => match problem.tests {
            // The process ended before the last test did.
            Tests::Program(_) => Failure::RuntimeError,
            Tests::Cases { .. } => Failure::WrongAnswer,
        },
        Verdict::RuntimeError => outcome.map_or(Failure::RuntimeError, |it| crash(problem, it)),
    };
    Grade::Failed(failure)
}

fn crash(problem: &Problem, outcome: &Outcome) -> Failure {
    if matches!(problem.tests, Tests::Program(_)) {
        match outcome.exit_code {
            Some(SYNTAX_ERROR) => return Failure::SyntaxError,
            Some(NO_FUNCTION) => return Failure::SignatureMismatch,
            Some(ASSERTION) => return Failure::WrongAnswer,
            _ => {}
        }
    }
    let said = String::from_utf8_lossy(&outcome.stderr_excerpt);
    let last = said.lines().rfind(|line| !line.trim().is_empty());
    match (problem.entry_point(), last) {
        (Some(entry_point), Some(last)) if is_mismatch(last.trim(), &entry_point.name) => {
            Failure::SignatureMismatch
        }
        _ => Failure::RuntimeError,
    }
}

/// Whether the last line of a traceback says that the function is not there, or was called with too many arguments or too
/// few.
fn is_mismatch(line: &str, function: &str) -> bool {
    if line.starts_with(&format!("NameError: there is no function {function},")) {
        return true;
    }
    let Some(said) = line.strip_prefix("TypeError: ") else {
        return false;
    };
    let Some((called, said)) = said.split_once("() ") else {
        return false;
    };
    let is_ours = called == function || called.ends_with(&format!(".{function}"));
    is_ours && (said.starts_with("takes ") || said.starts_with("missing "))
}

#[cfg(test)]
mod tests {
    use synthsmith_corpus::{Measures, OutcomeStatus};

    use super::*;
    use crate::testing::{called, completed, read};

    fn crashed(exit_code: i32, stderr: &str) -> Outcome {
        Outcome {
            input_index: 0,
            status: OutcomeStatus::RuntimeError,
            output_digest: String::new(),
            output_size_bytes: 0,
            output: Vec::new(),
            measures: Measures::default(),
            exit_code: Some(exit_code),
            signal: None,
            stderr_excerpt: stderr.as_bytes().to_vec(),
        }
    }

    #[test]
    fn every_verdict_has_a_meaning() {
        let failed = Grade::Failed;
        for (verdict, of_cases, of_test_program) in [
            (Verdict::Accepted, Grade::Passed, Grade::Passed),
            (
                Verdict::WrongAnswer,
                failed(Failure::WrongAnswer),
                failed(Failure::RuntimeError),
            ),
            (
                Verdict::PresentationError,
                failed(Failure::WrongAnswer),
                failed(Failure::RuntimeError),
            ),
            (
                Verdict::CompileError,
                failed(Failure::SyntaxError),
                failed(Failure::SyntaxError),
            ),
            (
                Verdict::TimeLimitExceeded,
                failed(Failure::TimeLimit),
                failed(Failure::TimeLimit),
            ),
            (
                Verdict::MemoryLimitExceeded,
                failed(Failure::MemoryLimit),
                failed(Failure::MemoryLimit),
            ),
            (
                Verdict::OutputLimitExceeded,
                failed(Failure::RuntimeError),
                failed(Failure::RuntimeError),
            ),
            (
                Verdict::RuntimeError,
                failed(Failure::RuntimeError),
                failed(Failure::RuntimeError),
            ),
            (Verdict::JudgeError, Grade::NotGraded, Grade::NotGraded),
            (Verdict::Skipped, Grade::NotGraded, Grade::NotGraded),
        ] {
            assert_eq!(grade(&read(""), verdict, None), of_cases, "{verdict:?}");
            let of_program = grade(&completed("add"), verdict, None);
            assert_eq!(of_program, of_test_program, "{verdict:?}");
        }
    }

    #[test]
    fn a_crash_may_be_a_function_that_is_not_there_or_takes_other_arguments() {
        for (stderr, failure) in [
            (
                "NameError: there is no function add, neither in a class Solution nor outside\n",
                Failure::SignatureMismatch,
            ),
            (
                "x\nTypeError: Solution.add() takes 2 positional arguments but 3 were given\n\n",
                Failure::SignatureMismatch,
            ),
            (
                "TypeError: add() missing 1 required positional argument: 'b'",
                Failure::SignatureMismatch,
            ),
            (
                "TypeError: pad() takes 2 positional arguments but 3 were given",
                Failure::RuntimeError,
            ),
            ("TypeError: add() is odd", Failure::RuntimeError),
            ("IndexError: list index out of range", Failure::RuntimeError),
            ("", Failure::RuntimeError),
        ] {
            let found = grade(
                &called("add"),
                Verdict::RuntimeError,
                Some(&crashed(1, stderr)),
            );
            assert_eq!(found, Grade::Failed(failure), "{stderr}");
        }
    }

    #[test]
    fn a_test_program_says_by_its_exit_code_how_it_failed() {
        for (code, failure) in [
            (SYNTAX_ERROR, Failure::SyntaxError),
            (NO_FUNCTION, Failure::SignatureMismatch),
            (ASSERTION, Failure::WrongAnswer),
            (1, Failure::RuntimeError),
        ] {
            let outcome = crashed(code, "");
            let found = grade(&completed("add"), Verdict::RuntimeError, Some(&outcome));
            assert_eq!(found, Grade::Failed(failure), "{code}");
            let of_cases = grade(&called("add"), Verdict::RuntimeError, Some(&outcome));
            assert_eq!(of_cases, Grade::Failed(Failure::RuntimeError), "{code}");
        }
    }
}
