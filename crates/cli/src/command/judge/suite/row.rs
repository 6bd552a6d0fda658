//! One JSON object of a suite's file: our own form, or a line of a run's `data/tests.jsonl`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

/// A test as a file has it.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Written")]
pub(super) struct Row {
    pub name: Option<String>,
    pub task: Option<String>,
    pub input: Vec<u8>,
    pub expected_output: Vec<u8>,
}

/// The keys as they stand there; others say nothing about judging.
#[derive(Debug, Deserialize)]
struct Written {
    id: Option<Id>,
    task_id: Option<String>,
    test: Option<u64>,
    input: Option<String>,
    input_base64: Option<String>,
    output: Option<String>,
    output_base64: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "`id` must be a text or a whole number")]
enum Id {
    Text(String),
    Number(i64),
}

impl TryFrom<Written> for Row {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let id = written.id.map(|id| match id {
            Id::Text(text) => text,
            Id::Number(number) => number.to_string(),
        });
        Ok(Self {
            name: id.or(written.test.map(|test| test.to_string())),
            task: written.task_id,
            input: bytes("input", written.input, written.input_base64)?,
            expected_output: bytes("output", written.output, written.output_base64)?,
        })
    }
}

fn bytes(key: &str, text: Option<String>, base64: Option<String>) -> Result<Vec<u8>, String> {
    match (text, base64) {
        (Some(text), None) => Ok(text.into_bytes()),
        (None, Some(base64)) => STANDARD
            .decode(base64)
            .map_err(|_| format!("`{key}_base64` is not Base64")),
        (None, None) => Err(format!("there is no `{key}`")),
        (Some(_), Some(_)) => Err(format!("there are both `{key}` and `{key}_base64`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_told_as_text_or_as_base64_but_not_as_both() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(bytes("input", some("a"), None), Ok(b"a".into()));
        assert_eq!(bytes("input", None, some("/w==")), Ok(vec![0xff]));
        for (text, base64) in [(None, None), (some("a"), some("")), (None, some("%"))] {
            assert!(bytes("input", text, base64).unwrap_err().contains("`input"));
        }
    }
}
