//! Tests as inputs and expected outputs, and whether they can be graded at all.

use serde::de::IgnoredAny;
use synthsmith_corpus::TestCase;

use super::{Bounds, Flaw};
use crate::python_name::is_function_name;

/// A test from texts.
pub(super) fn case(input: String, expected_output: String) -> TestCase {
    TestCase {
        input: input.into_bytes(),
        expected_output: expected_output.into_bytes(),
    }
}

/// The name of a function that is to be called.
pub(super) fn function_name(name: &str) -> Result<String, Flaw> {
    if is_function_name(name) {
        return Ok(name.to_owned());
    }
    let found = name.chars().take(40).collect();
    Err(Flaw::NotAName { found })
}

/// Whether there are as many tests as there may be.
pub(super) fn check_count(count: usize, bounds: &Bounds) -> Result<(), Flaw> {
    match count {
        0 => Err(Flaw::NoTests),
        count if count > bounds.tests => Err(Flaw::TooManyTests {
            count,
            limit: bounds.tests,
        }),
        _ => Ok(()),
    }
}

/// Whether a function can be called with the input, and its result be the output: one JSON value a line, and one.
///
/// Where it cannot, every solution would be wrong, and none of them would be to blame.
pub(super) fn check_call(test: usize, input: &str, output: &str) -> Result<(), Flaw> {
    let mut arguments = input.lines().filter(|line| !line.trim().is_empty());
    if !arguments.all(is_json) {
        let (part, expected) = ("input", "one JSON value a line");
        return Err(Flaw::Test {
            test,
            part,
            expected,
        });
    }
    if !is_json(output) {
        let (part, expected) = ("output", "a JSON value");
        return Err(Flaw::Test {
            test,
            part,
            expected,
        });
    }
    Ok(())
}

/// Numbers of any size are.
fn is_json(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_has_json_on_each_line_and_as_its_result() {
        for (input, output) in [
            ("1\n[2, \"a\"]", "{\"b\": null}"),
            ("", "true"),
            ("\n1\r\n\n2\n", " 5 \n"),
            (
                "1e999999\n-123456789012345678901234567890",
                "123456789012345678901234567890",
            ),
        ] {
            assert!(check_call(0, input, output).is_ok(), "{input}");
        }
        for (input, output, words) in [
            (
                "1\nx",
                "1",
                "test 7 whose input is not one JSON value a line",
            ),
            ("1 2", "1", "input is not"),
            ("NaN", "1", "input is not"),
            ("1", "", "output is not a JSON value"),
            ("1", "Infinity", "output is not"),
            ("1", "1\n2", "output is not"),
        ] {
            let flaw = check_call(7, input, output).unwrap_err().to_string();
            assert!(flaw.contains(words), "{input}: {flaw}");
        }
    }
}
