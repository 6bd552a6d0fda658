//! A file of JSON objects, one per line or in an array.

use std::fs::File;
use std::io::{BufRead, BufReader, Read as _};
use std::path::Path;

use super::row::Row;
use super::{FORM, Suite, Test};

/// Of a line, and of an array as a whole: JSON can write a byte as six.
const MAX_JSON_BYTES: u64 = 1 << 30;
const MAX_PROBLEM_CHARS: usize = 200;
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads the tests in the order of the file.
pub(super) fn read(path: &Path, task: Option<&str>, suite: &mut Suite) -> Result<(), String> {
    let file = File::open(path).map_err(|error| error.to_string())?;
    let mut reading = Reading::new(task, suite);
    reading.read(BufReader::new(file))?;
    match task {
        Some(task) if suite.tests.is_empty() => Err(format!("no test of task '{task}' in it")),
        _ => Ok(()),
    }
}

/// A file while it is read.
#[derive(Debug)]
struct Reading<'a> {
    task: Option<&'a str>,
    suite: &'a mut Suite,
    /// The task of the tests so far, empty where they name none; tests of several tasks make no suite.
    task_so_far: Option<String>,
}

// === impl Reading ===

impl<'a> Reading<'a> {
    fn new(task: Option<&'a str>, suite: &'a mut Suite) -> Self {
        Self {
            task,
            suite,
            task_so_far: None,
        }
    }

    fn read(&mut self, mut source: impl BufRead) -> Result<(), String> {
        let mut number = 0;
        let mut line = Vec::new();
        while next_line(&mut source, &mut line)? {
            number += 1;
            if number == 1 && line.starts_with(BYTE_ORDER_MARK) {
                line.drain(..BYTE_ORDER_MARK.len());
            }
            let is_first = self.task_so_far.is_none();
            match line.trim_ascii_start().first() {
                None => {}
                Some(b'[') if is_first => return self.array(source, line, number),
                Some(b'{') => self.line(&line, number)?,
                Some(_) => return Err(format!("line {number}: not a JSON object; {FORM}")),
            }
        }
        Ok(())
    }

    fn line(&mut self, line: &[u8], number: usize) -> Result<(), String> {
        let row = serde_json::from_slice(line).map_err(|error| problem(&error, number))?;
        self.add(&format!("line {number}"), row)
    }

    /// An array that begins with `begin`, which is the line with that number.
    fn array(&mut self, source: impl BufRead, begin: Vec<u8>, number: usize) -> Result<(), String> {
        let mut array = begin;
        let read = source.take(MAX_JSON_BYTES + 1).read_to_end(&mut array);
        read.map_err(|error| error.to_string())?;
        if array.len() as u64 > MAX_JSON_BYTES {
            return Err(too_long("the array"));
        }
        let rows: Vec<Row> = serde_json::from_slice(&array)
            .map_err(|error| problem(&error, number + error.line().max(1) - 1))?;
        for (index, row) in rows.into_iter().enumerate() {
            self.add(&format!("test {} of the array", index + 1), row)?;
        }
        Ok(())
    }

    fn add(&mut self, place: &str, row: Row) -> Result<(), String> {
        let task = row.task.unwrap_or_default();
        let so_far = self.task_so_far.get_or_insert_with(|| task.clone());
        if self.task.is_some_and(|chosen| chosen != task) {
            return Ok(());
        }
        if self.task.is_none() && *so_far != task {
            return Err(format!(
                "{place}: a test of another task, '{task}'; name one with --task"
            ));
        }
        let position = self.suite.tests.len() + 1;
        let test = Test {
            name: row.name.unwrap_or_else(|| position.to_string()),
            input: row.input,
            expected_output: row.expected_output,
        };
        self.suite.add(place, test)
    }
}

/// Reads a line with its end; false at the end of the source.
fn next_line(source: &mut impl BufRead, line: &mut Vec<u8>) -> Result<bool, String> {
    line.clear();
    let read = source.take(MAX_JSON_BYTES + 1).read_until(b'\n', line);
    let count = read.map_err(|error| error.to_string())?;
    if count as u64 > MAX_JSON_BYTES {
        return Err(too_long("a line"));
    }
    Ok(count > 0)
}

fn too_long(what: &str) -> String {
    format!("{what} is longer than {} MiB", MAX_JSON_BYTES >> 20)
}

/// What is wrong with JSON that begins on another line than the first.
fn problem(error: &serde_json::Error, line: usize) -> String {
    let place = format!(" at line {} column {}", error.line(), error.column());
    let text = error.to_string();
    let text = text.strip_suffix(&place).unwrap_or(&text);
    // It may quote a value at any length.
    let text: String = text.chars().take(MAX_PROBLEM_CHARS).collect();
    format!("line {line}: {text}")
}

#[cfg(test)]
mod tests {
    use super::super::BOUNDS;
    use super::*;

    fn tests(task: Option<&str>, text: &str) -> Result<Vec<(String, String, String)>, String> {
        let mut suite = Suite::new(BOUNDS);
        Reading::new(task, &mut suite).read(text.as_bytes())?;
        let shown = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        let parts = |test: Test| (test.name, shown(test.input), shown(test.expected_output));
        Ok(suite.tests.into_iter().map(parts).collect())
    }

    fn names(task: Option<&str>, text: &str) -> String {
        let names = tests(task, text).unwrap().into_iter().map(|test| test.0);
        names.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn tests_are_lines_or_an_array() {
        let one = r#"{"id":"one","input":"1\n","output":"2"}"#;
        let two = r#"{"input":"","output":"","weight":[1,{}]}"#;
        let expected = vec![
            ("one".to_owned(), "1\n".to_owned(), "2".to_owned()),
            ("2".to_owned(), String::new(), String::new()),
        ];
        for text in [
            format!("{one}\n{two}"),
            format!("\u{feff}\r\n{one}\r\n\r\n  {two}\r\n\r\n"),
            format!("[{one},{two}]"),
            format!("\n [\n{one}\n,\n{two}\n]\n"),
        ] {
            assert_eq!(tests(None, &text), Ok(expected.clone()), "{text}");
        }
        assert_eq!(tests(None, " \n\n"), Ok(Vec::new()));
    }

    #[test]
    fn of_an_exported_file_one_task_is_taken() {
        let row = |task: &str, test: u32| {
            format!(r#"{{"task_id":"{task}","test":{test},"input_base64":"/w==","output":"x"}}"#)
        };
        let one = [row("t1", 0), row("t1", 3)].join("\n");
        assert_eq!(names(None, &one), "0 3");
        let several = [row("t1", 0), row("t2", 0), row("t1", 7)].join("\n");
        assert_eq!(names(Some("t1"), &several), "0 7");
        let refused = tests(None, &several).unwrap_err();
        assert_eq!(
            refused,
            "line 2: a test of another task, 't2'; name one with --task"
        );
    }

    #[test]
    fn a_file_that_is_not_what_it_says_is_told_with_its_line() {
        let good = r#"{"input":"","output":""}"#;
        let table = [
            ("hello", "line 1: not a JSON object"),
            ("\u{1f}\u{8b}", "line 1: not a JSON object"),
            (&format!("{good}\n[]"), "line 2: not a JSON object"),
            (
                &format!("{good}\n\n{{\"input\":\"\"}}"),
                "line 3: there is no `output`",
            ),
            (
                &format!("{good}\n{{\"input\":5}}"),
                "line 2: invalid type: integer `5`",
            ),
            (
                &format!("[{good},\n{good},\n{{}}]"),
                "line 3: there is no `input`",
            ),
            (
                &format!("\n[{good}\n{good}]"),
                "line 3: expected `,` or `]`",
            ),
            (&format!("[{good}] x"), "line 1: trailing characters"),
            ("[5]", "line 1: invalid type: integer `5`"),
            (
                "{\n\"input\":\"\",\"output\":\"\"}",
                "line 1: EOF while parsing",
            ),
            (
                &format!("{good}\n{{\"input\":\"\","),
                "line 2: EOF while parsing",
            ),
            (r#"{"id":"a","id":"b"}"#, "line 1: duplicate field `id`"),
            (
                r#"{"id":{}}"#,
                "line 1: `id` must be a text or a whole number",
            ),
        ];
        for (text, expected) in table {
            let refused = tests(None, text).unwrap_err();
            assert!(refused.starts_with(expected), "{text}: {refused}");
        }
    }

    #[test]
    fn a_doubled_id_is_told_with_both_lines() {
        let row = |id: &str| format!(r#"{{"id":{id},"input":"","output":""}}"#);
        let text = [row("7"), row("8"), row("\"7\"")].join("\n");
        let refused = tests(None, &text).unwrap_err();
        assert_eq!(refused, "line 3: the id '7' is that of line 1 already");
        let array = format!("[{}, {}]", row("1"), row("1"));
        assert!(
            tests(None, &array)
                .unwrap_err()
                .contains("test 2 of the array")
        );
    }

    #[test]
    fn a_quoted_value_is_cut() {
        let text = format!(r#"{{"test":"{}"}}"#, "x".repeat(5000));
        assert!(tests(None, &text).unwrap_err().len() < 300);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in r#"[\[\]{}",:a-z0-9\n ]{0,60}"#) {
            let _ = tests(None, &text);
        }

        #[test]
        fn what_is_written_is_read(parts in proptest::collection::vec((".*", ".*"), 1..6)) {
            let rows: Vec<serde_json::Value> = parts
                .iter()
                .map(|(input, output)| serde_json::json!({"input": input, "output": output}))
                .collect();
            let lines: Vec<String> = rows.iter().map(ToString::to_string).collect();
            for text in [lines.join("\n"), serde_json::to_string_pretty(&rows).unwrap()] {
                let read = tests(None, &text).unwrap();
                let read: Vec<(String, String)> =
                    read.into_iter().map(|(_, input, output)| (input, output)).collect();
                proptest::prop_assert_eq!(&read, &parts);
            }
        }
    }
}
