//! Which of the verifier's checkers decides whether an output is right.

use serde::{Deserialize, Serialize};
use synthsmith_corpus::{Program, TestCase};

use crate::problem::LANGUAGE;

/// As `lcb_runner` compares outputs of programs, to the letter; as a checker program.
pub(super) const LCB_RUNNER: &str = include_str!("lcb_runner_checker.py");

/// One of the verifier's checkers.
#[derive(Debug, Clone, PartialEq)]
pub enum Checker {
    /// Line by line, without white space at line ends and empty lines at the end.
    Lines,
    /// Token by token; where a decimal fraction is expected, a number no further off than one of the two.
    Tolerance { absolute: f64, relative: f64 },
    /// As one JSON value.
    Json,
    /// A program in a sandbox of its own, once per test.
    Program(Program),
}

/// How close the comparison of programs' outputs is to that of `lcb_runner`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fidelity {
    /// The nearest of the verifier's own comparisons, which cost nothing.
    #[default]
    BuiltIn,
    /// The same, by a checker program: a container more for each test whose program ended well.
    LcbRunner,
}

/// The checker for programs that print the expected outputs.
///
/// Fractions can be written in several ways, so tokens are compared as numbers where one is expected anywhere. All else
/// is compared by lines, which accept nothing that `lcb_runner` would not.
pub(super) fn of_outputs<'a>(
    fidelity: Fidelity,
    tests: impl IntoIterator<Item = &'a TestCase>,
) -> Checker {
    if fidelity == Fidelity::LcbRunner {
        return Checker::Program(Program {
            language: LANGUAGE.to_owned(),
            source: LCB_RUNNER.to_owned(),
        });
    }
    if tests
        .into_iter()
        .any(|test| has_fraction(&test.expected_output))
    {
        return Checker::Tolerance {
            absolute: 0.0,
            relative: 0.0,
        };
    }
    Checker::Lines
}

fn has_fraction(output: &[u8]) -> bool {
    output.split(u8::is_ascii_whitespace).any(is_fraction)
}

/// `[+-]? digits and one point, some digits, ([eE] [+-]? digits)?`, or digits with an exponent.
fn is_fraction(token: &[u8]) -> bool {
    let is_written_as_number = token
        .iter()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E'));
    let has_mark = token.iter().any(|byte| matches!(byte, b'.' | b'e' | b'E'));
    is_written_as_number
        && has_mark
        && std::str::from_utf8(token).is_ok_and(|token| token.parse::<f64>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::case;

    #[test]
    fn fractions_are_compared_as_numbers_and_all_else_as_lines() {
        let nearly = Checker::Tolerance {
            absolute: 0.0,
            relative: 0.0,
        };
        for (expected, checker) in [
            ("5\n", Checker::Lines),
            ("yes 3\nno\n", Checker::Lines),
            ("v1.2.3 e . - +\n", Checker::Lines),
            ("inf nan\n", Checker::Lines),
            ("3 0.5\n", nearly.clone()),
            ("1e9\n", nearly.clone()),
            ("-.5\n", nearly.clone()),
        ] {
            let tests = [case("", "1\n"), case("", expected)];
            assert_eq!(of_outputs(Fidelity::BuiltIn, &tests), checker, "{expected}");
        }
    }

    #[test]
    fn to_the_letter_means_a_program() {
        let checker = of_outputs(Fidelity::LcbRunner, &[case("", "1")]);
        assert!(matches!(checker, Checker::Program(program) if program.language == "python3"));
    }
}
