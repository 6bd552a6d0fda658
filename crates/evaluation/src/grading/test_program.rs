//! A solution and the code that tests it, as one program whose output decides.
//!
//! The original graders take a program that comes to its end, or its exit code 0, for a right one. A solution that ends
//! the process early would pass so. Here the end is told by a mark instead: it arrives on standard input, is read before
//! anything of the solution runs, and is printed after the last test, to an output that prints of the solution do not
//! reach. Whatever ends the process before that, by whatever code, leaves the mark unsaid. (A solution that searches the
//! interpreter's frames for the mark could still say it: the two share a process, as they must where tests are code.)

use synthsmith_corpus::TestCase;

use crate::Problem;
use crate::problem::TestProgram;

pub(super) const HARNESS: &str = include_str!("test_harness.py");

/// Exit codes by which the harness says what happened.
pub(super) const SYNTAX_ERROR: i32 = 80;
pub(super) const NO_FUNCTION: i32 = 81;
pub(super) const ASSERTION: i32 = 82;

/// The one test: the mark is what goes in and what has to come out.
pub(super) fn test(id: &str, program: &TestProgram) -> TestCase {
    let mut hasher = blake3::Hasher::new();
    let steps = program.steps.iter().map(String::as_str);
    for part in ["synthsmith evaluation", id, &program.preamble]
        .into_iter()
        .chain(steps)
    {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    let mark = format!("{}\n", hasher.finalize().to_hex());
    TestCase {
        input: mark.clone().into_bytes(),
        expected_output: mark.into_bytes(),
    }
}

/// The harness and a call of it with everything as texts, so that no part can be taken for another.
pub(super) fn source(problem: &Problem, program: &TestProgram, code: &str) -> String {
    let is_completion = is_indented(code) && !program.preamble.is_empty();
    let (preamble, candidate) = if is_completion {
        (
            String::new(),
            format!("{}\n{code}", program.preamble.trim_end()),
        )
    } else {
        (program.preamble.clone(), code.to_owned())
    };
    let name = problem.entry_point().map_or("", |it| it.name.as_str());
    let steps: Vec<String> = program.steps.iter().map(|step| literal(step)).collect();
    format!(
        "{HARNESS}\n\nmain({}, {}, {}, [{}])\n",
        literal(&preamble),
        literal(&candidate),
        literal(name),
        steps.join(", ")
    )
}

/// Whether the code is the inside of a function.
fn is_indented(code: &str) -> bool {
    let first = code.lines().find(|line| !line.trim().is_empty());
    first.is_some_and(|line| line.starts_with([' ', '\t']))
}

/// A text as Python writes it; every text of JSON is one of Python, too.
fn literal(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Tests;
    use crate::testing::completed;

    fn source_of(code: &str) -> String {
        let problem = completed("add");
        let Tests::Program(program) = &problem.tests else {
            panic!("a completed problem has a test program");
        };
        source(&problem, program, code)
    }

    #[test]
    fn the_inside_of_a_function_goes_on_where_the_prompt_ends() {
        let source = source_of("\n    return a + b\n");
        assert!(source.contains(r#"main("", "import math\n\ndef add(a, b):\n    \"\"\"Adds.\"\"\"\n\n    return a + b\n", "add", ["assert add(1, 2) == 3"])"#), "{source}");
    }

    #[test]
    fn a_whole_function_stands_beside_the_prompt() {
        let source = source_of("def add(a, b):\n    return a + b");
        assert!(source.contains(r#"main("import math\n\ndef add(a, b):\n    \"\"\"Adds.\"\"\"\n", "def add(a, b):\n    return a + b", "add", "#), "{source}");
    }

    #[test]
    fn no_text_gets_out_of_its_quotes() {
        let source = source_of("x = '''\"\"\"'''\\\n\u{0}\r\u{2028}\u{1f600}");
        let call = source.split("\n\nmain(").last().unwrap();
        assert_eq!(call.lines().count(), 1, "{call}");
        assert!(!call.contains(['\0', '\r']));
    }

    #[test]
    fn the_exit_codes_are_those_of_the_harness() {
        for (name, code) in [
            ("SYNTAX_ERROR", SYNTAX_ERROR),
            ("NO_FUNCTION", NO_FUNCTION),
            ("ASSERTION", ASSERTION),
        ] {
            assert!(HARNESS.contains(&format!("{name} = {code}\n")), "{name}");
        }
    }
}
