//! Examples in the manner of `LeetCode`: `Input: nums = [1,2], k = 3` and `Output: 5`.

use serde::de::IgnoredAny;
use serde_json::Deserializer;
use synthsmith_corpus::Sample;

use super::{SampleFault, example_sections};

/// Reads one example of each section, its arguments as one JSON value per line.
pub(super) fn samples(statement: &str) -> Result<Vec<Sample>, SampleFault> {
    let mut samples = Vec::new();
    let mut first_names = Vec::new();
    for (position, section) in example_sections(statement).enumerate() {
        let number = position + 1;
        let input = labelled(section.body, "Input").ok_or(SampleFault::NoInput { number })?;
        let output = labelled(section.body, "Output").ok_or(SampleFault::NoOutput { number })?;
        let arguments = arguments(input).ok_or(SampleFault::NotArguments { number })?;
        let output = only_value(output).ok_or(SampleFault::NotAValue { number })?;
        let (names, values): (Vec<_>, Vec<_>) = arguments.into_iter().unzip();
        if position == 0 {
            first_names.clone_from(&names);
        } else if first_names != names {
            return Err(SampleFault::OtherArguments { number });
        }
        samples.push(Sample {
            input: values.join("\n") + "\n",
            output: output + "\n",
        });
    }
    Ok(samples)
}

/// The names of the arguments in the first example.
pub(crate) fn names(statement: &str) -> Vec<&str> {
    let first = example_sections(statement).next();
    let input = first.and_then(|section| labelled(section.body, "Input"));
    let arguments = input.and_then(arguments).unwrap_or_default();
    arguments.into_iter().map(|(name, _)| name).collect()
}

/// The rest of the first line that begins with a label, without the marks around either.
fn labelled<'a>(body: &'a str, label: &str) -> Option<&'a str> {
    let is_mark = |c: char| "*-> \t".contains(c);
    body.lines().find_map(|line| {
        let rest = line.trim_start_matches(is_mark).strip_prefix(label)?;
        let rest = rest
            .trim_start_matches('*')
            .trim_start()
            .strip_prefix(':')?;
        let rest = rest.trim_start_matches('*').trim();
        let unquoted = rest
            .strip_prefix('`')
            .and_then(|rest| rest.strip_suffix('`'));
        Some(unquoted.unwrap_or(rest))
    })
}

/// `name = value` pairs with a comma between them; at least one.
fn arguments(mut rest: &str) -> Option<Vec<(&str, String)>> {
    let mut arguments = Vec::new();
    loop {
        let (name, after_name) = rest.split_once('=')?;
        let name = name.trim();
        let is_name =
            !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let (value, after_value) = value(after_name).filter(|_| is_name)?;
        arguments.push((name, value));
        match after_value.trim_start() {
            "" => return Some(arguments),
            more => rest = more.strip_prefix(',')?,
        }
    }
}

fn only_value(text: &str) -> Option<String> {
    let (value, rest) = value(text)?;
    rest.trim().is_empty().then_some(value)
}

/// The JSON value that a text begins with, compact, and what follows it.
fn value(text: &str) -> Option<(String, &str)> {
    let mut values = Deserializer::from_str(text).into_iter::<IgnoredAny>();
    values.next()?.ok()?;
    let (value, rest) = text.split_at(values.byte_offset());
    Some((compact(value.trim()), rest))
}

/// Drops white space outside strings; numbers keep their digits, however long.
fn compact(value: &str) -> String {
    let mut is_quoted = false;
    let mut is_escaped = false;
    let keep = |&c: &char| {
        if is_quoted {
            is_quoted = is_escaped || c != '"';
            is_escaped = !is_escaped && c == '\\';
            return true;
        }
        is_quoted = c == '"';
        !c.is_whitespace()
    };
    value.chars().filter(keep).collect()
}

#[cfg(test)]
mod tests {
    use synthsmith_corpus::Sample;

    use super::{SampleFault, compact, names, samples};

    fn statement(examples: &[(&str, &str)]) -> String {
        let section = |(number, (input, output)): (usize, &(&str, &str))| {
            format!("## Example {}\n{input}\n{output}\n", number + 1)
        };
        let sections: String = examples.iter().enumerate().map(section).collect();
        format!("# T\n{sections}## Constraints\n- x")
    }

    #[test]
    fn writes_one_value_per_line() {
        let table = [
            (
                "Input: nums = [1, 2], k = 3",
                "Output: 5",
                "[1,2]\n3\n",
                "5\n",
            ),
            (
                "**Input:** s = \"a, b = \\\" c\"",
                "**Output:** [\"x y\", true]",
                "\"a, b = \\\" c\"\n",
                "[\"x y\",true]\n",
            ),
            (
                "Input: `g = [[1, -2], []], big = 123456789012345678901234567890`",
                "Output: `null`",
                "[[1,-2],[]]\n123456789012345678901234567890\n",
                "null\n",
            ),
            ("- Input: x = 1.50", "> Output: \"\"", "1.50\n", "\"\"\n"),
        ];
        for (input, output, stdin, stdout) in table {
            let expected = Sample {
                input: stdin.to_owned(),
                output: stdout.to_owned(),
            };
            assert_eq!(
                samples(&statement(&[(input, output)])),
                Ok(vec![expected]),
                "{input}"
            );
        }
    }

    #[test]
    fn rejects_what_is_not_json() {
        let table = [
            (
                "Input: nums = [1, 2,]",
                "Output: 5",
                SampleFault::NotArguments { number: 1 },
            ),
            (
                "Input: [1, 2]",
                "Output: 5",
                SampleFault::NotArguments { number: 1 },
            ),
            (
                "Input: a = 1 b = 2",
                "Output: 5",
                SampleFault::NotArguments { number: 1 },
            ),
            (
                "Input: a b = 1",
                "Output: 5",
                SampleFault::NotArguments { number: 1 },
            ),
            (
                "Input: s = 'x'",
                "Output: 5",
                SampleFault::NotArguments { number: 1 },
            ),
            (
                "Input: ok = True",
                "Output: 5",
                SampleFault::NotArguments { number: 1 },
            ),
            (
                "Input: n = 1",
                "Output: five",
                SampleFault::NotAValue { number: 1 },
            ),
            (
                "Input: n = 1",
                "Output: 5 6",
                SampleFault::NotAValue { number: 1 },
            ),
            (
                "Input: n = 1",
                "Result: 5",
                SampleFault::NoOutput { number: 1 },
            ),
            ("n = 1", "Output: 5", SampleFault::NoInput { number: 1 }),
        ];
        for (input, output, fault) in table {
            assert_eq!(
                samples(&statement(&[(input, output)])),
                Err(fault),
                "{input} {output}"
            );
        }
    }

    #[test]
    fn all_examples_have_the_same_arguments() {
        let first = ("Input: n = 1, k = 2", "Output: 3");
        let swapped = ("Input: k = 1, n = 2", "Output: 3");
        let statement = statement(&[first, swapped]);
        assert_eq!(
            samples(&statement),
            Err(SampleFault::OtherArguments { number: 2 })
        );
        assert_eq!(names(&statement), ["n", "k"]);
    }

    #[test]
    fn keeps_white_space_in_strings() {
        assert_eq!(compact("[ \"a \\\" b\" , 1 ]"), "[\"a \\\" b\",1]");
        assert_eq!(compact("[\"\\\\\" , 2]"), "[\"\\\\\",2]");
    }
}
