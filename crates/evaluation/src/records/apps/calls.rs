//! Inputs and outputs as APPS and those after it write them.
//!
//! Of a call, the input is a list of arguments and the output the result, alone or in a list of its own; texts are one
//! JSON value a line already. Of a program, both are texts or lists of lines. Numbers keep the digits that they have in
//! the file.

use serde_json::value::RawValue;
use synthsmith_corpus::TestCase;

use crate::records::{Flaw, cases};

pub(super) fn call(test: usize, input: &RawValue, output: &RawValue) -> Result<TestCase, Flaw> {
    if is_text(input) {
        let input = text(test, "input", input)?;
        let output = text(test, "output", output)?;
        cases::check_call(test, &input, &output)?;
        return Ok(cases::case(input, output));
    }
    let Some(arguments) = list(input) else {
        let (part, expected) = ("input", "a list of arguments");
        return Err(Flaw::Test {
            test,
            part,
            expected,
        });
    };
    let arguments: Vec<String> = arguments.into_iter().map(on_one_line).collect();
    let result = match list(output).as_deref() {
        Some([result]) => on_one_line(result),
        _ => on_one_line(output),
    };
    Ok(cases::case(arguments.join("\n"), result))
}

/// A text, or a list of lines.
pub(super) fn text(test: usize, part: &'static str, value: &RawValue) -> Result<String, Flaw> {
    if is_text(value)
        && let Ok(text) = serde_json::from_str(value.get())
    {
        return Ok(text);
    }
    let lines: Vec<String> = serde_json::from_str(value.get()).map_err(|_| Flaw::Test {
        test,
        part,
        expected: "a text or a list of lines",
    })?;
    Ok(lines.join("\n"))
}

fn is_text(value: &RawValue) -> bool {
    value.get().starts_with('"')
}

fn list(value: &RawValue) -> Option<Vec<&RawValue>> {
    serde_json::from_str(value.get()).ok()
}

/// JSON has line ends between its tokens only.
fn on_one_line(value: &RawValue) -> String {
    value.get().replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(json: &str) -> Box<RawValue> {
        serde_json::from_str(json).unwrap()
    }

    fn called(input: &str, output: &str) -> Result<(String, String), String> {
        let case = call(3, &raw(input), &raw(output)).map_err(|flaw| flaw.to_string())?;
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ok((text(case.input), text(case.expected_output)))
    }

    #[test]
    fn a_call_is_a_list_of_arguments_and_a_result_alone_or_in_a_list() {
        let table = [
            (r#"[1, "a"]"#, "[5]", "1\n\"a\"", "5"),
            ("[[2], 3]", "[[1, 2]]", "[2]\n3", "[1, 2]"),
            ("[1]", "[1, 2]", "1", "[1, 2]"),
            ("[1]", "7", "1", "7"),
            ("[]", "[]", "", "[]"),
            ("[[1,\n 2]]", "[[\n1]]", "[1,  2]", "[ 1]"),
            (
                "[123456789012345678901234567890, 1e400]",
                "[98765432109876543210987654321]",
                "123456789012345678901234567890\n1e400",
                "98765432109876543210987654321",
            ),
            (r#""1\n2""#, r#""3""#, "1\n2", "3"),
        ];
        for (input, output, arguments, result) in table {
            let expected = Ok((arguments.to_owned(), result.to_owned()));
            assert_eq!(called(input, output), expected, "{input}");
        }
    }

    #[test]
    fn what_is_no_call_is_refused() {
        for (input, output, words) in [
            ("5", "5", "test 3 whose input is not a list of arguments"),
            ("{}", "5", "not a list of arguments"),
            (r#""x""#, r#""5""#, "not one JSON value a line"),
            (r#""1""#, "5", "output is not a text"),
        ] {
            let flaw = called(input, output).unwrap_err();
            assert!(flaw.contains(words), "{input}: {flaw}");
        }
    }

    #[test]
    fn a_program_reads_a_text_or_a_list_of_lines() {
        for (value, expected) in [(r#""1\n2\n""#, "1\n2\n"), (r#"["1", "2"]"#, "1\n2")] {
            assert_eq!(text(0, "input", &raw(value)).unwrap(), expected);
        }
        for value in ["5", "[5]", "{}", "null"] {
            assert!(text(0, "input", &raw(value)).is_err(), "{value}");
        }
    }
}
