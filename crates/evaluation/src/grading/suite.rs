//! What is the same for all samples of a problem: tests, limits, checker, function.

use synthsmith_corpus::{Limits, TestCase};

use super::{Checker, Options, checker, test_program};
use crate::Problem;
use crate::problem::Tests;

/// A request to the verifier, but for the program. Stop at the first failure: nothing after it changes the grade.
#[derive(Debug, Clone, PartialEq)]
pub struct Suite {
    /// The public ones first. The verifier takes 1,000 at a time; more go in several requests.
    pub tests: Vec<TestCase>,
    pub checker: Checker,
    pub limits: Limits,
    /// The function that the verifier calls; none for a program that reads standard input.
    pub function: Option<String>,
}

/// The suite of a problem.
pub fn suite(problem: &Problem, options: Options) -> Suite {
    let limits = options.limits();
    let (tests, checker, function) = match &problem.tests {
        Tests::Program(program) => {
            let test = test_program::test(&problem.id, program);
            (vec![test], Checker::Lines, None)
        }
        Tests::Cases { public, private } => {
            let tests = [public.as_slice(), private].concat();
            if let Some(entry_point) = problem.entry_point() {
                (tests, Checker::Json, Some(entry_point.name.clone()))
            } else {
                let checker = checker::of_outputs(options.fidelity, &tests);
                (tests, checker, None)
            }
        }
    };
    Suite {
        tests,
        checker,
        limits,
        function,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::testing::{called, completed, read};

    #[test]
    fn a_suite_has_public_tests_first_and_the_limits_that_were_chosen() {
        let suite = suite(&read(""), Options::default());
        let inputs: Vec<&[u8]> = suite
            .tests
            .iter()
            .map(|test| test.input.as_slice())
            .collect();
        assert_eq!(inputs, [b"1\n", b"2\n"]);
        assert_eq!(suite.limits.cpu_time, Some(Duration::from_secs(6)));
        assert_eq!((suite.checker, suite.function), (Checker::Lines, None));
    }

    #[test]
    fn a_function_is_called_by_the_verifier_and_compared_as_json() {
        let suite = suite(&called("add"), Options::default());
        assert_eq!(suite.checker, Checker::Json);
        assert_eq!(suite.function.as_deref(), Some("add"));
    }

    #[test]
    fn a_test_program_is_one_test_whose_mark_is_told_from_that_of_others() {
        let one = suite(&completed("add"), Options::default());
        let other = suite(&completed("sub"), Options::default());
        assert_eq!((one.tests.len(), one.function), (1, None));
        assert_eq!(one.tests[0].input, one.tests[0].expected_output);
        assert_ne!(one.tests[0].input, other.tests[0].input);
    }
}
