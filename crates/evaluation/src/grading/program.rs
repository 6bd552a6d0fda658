//! The program that is run for the code of a sample.

use synthsmith_corpus::Program;

use super::{prelude, test_program};
use crate::Problem;
use crate::grade::Failure;
use crate::problem::{LANGUAGE, Tests};
use crate::python_name::mentions;

/// The program that the verifier is given, or why there is nothing to run.
///
/// Code that never mentions the function that is called does not have it.
pub fn program(problem: &Problem, code: &str) -> Result<Program, Failure> {
    let source = match &problem.tests {
        Tests::Program(program) => test_program::source(problem, program, code),
        Tests::Cases { .. } => {
            let entry_point = problem.entry_point();
            if entry_point.is_some_and(|it| !mentions(code, &it.name)) {
                return Err(Failure::SignatureMismatch);
            }
            prelude::before(code)
        }
    };
    Ok(Program {
        language: LANGUAGE.to_owned(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{called, completed, read};

    #[test]
    fn code_stays_as_it_is_behind_the_prelude() {
        let code = "print(int(input()) * 2)";
        let program = program(&read(""), code).unwrap();
        assert_eq!(program.language, "python3");
        assert!(program.source.starts_with("from string import *"));
        assert!(program.source.ends_with(&format!("\n{code}")));
    }

    #[test]
    fn code_without_the_function_is_not_run() {
        let problem = called("twoSum");
        for (code, is_run) in [
            ("class Solution:\n    def twoSum(self, a): return a", true),
            ("class Solution:\n    def two_sum(self, a): return a", false),
            ("print(1)", false),
        ] {
            assert_eq!(program(&problem, code).is_ok(), is_run, "{code}");
        }
        let mismatch = program(&problem, "x").unwrap_err();
        assert_eq!(mismatch, Failure::SignatureMismatch);
        assert!(program(&completed("add"), "    return a + b").is_ok());
    }
}
