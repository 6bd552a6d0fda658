//! Samples as rows of JSON Lines.

use std::io::{self, BufRead};

use serde::Deserialize;

use crate::intake::{Candidate, Intake};
use crate::lines::{self, Line};
use crate::sample::printable;
use crate::{Language, Skip};

const MAX_LABEL_BYTES: usize = 1024;
const MAX_COMPLAINT_CHARS: usize = 120;
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A row; fields beside these are ignored.
#[derive(Debug, Deserialize)]
struct Row {
    id: String,
    language: String,
    code: String,
    source: Option<String>,
    license: Option<String>,
}

/// Why a row cannot even be offered.
#[derive(Debug, PartialEq, Eq)]
struct Refusal {
    reason: Skip,
    complaint: String,
}

/// Offers every row of `stream`; blank lines are no rows.
pub(crate) fn offer_all(
    stream: &mut impl BufRead,
    file_name: &str,
    intake: &mut Intake,
) -> io::Result<()> {
    let limit = intake.limits().max_row_bytes;
    let mut buffer = Vec::new();
    let mut line_number = 0_u64;
    while let Some(line) = lines::next(stream, &mut buffer, limit)? {
        line_number += 1;
        let is_whole = line == Line::Whole;
        if is_whole && buffer.trim_ascii().is_empty() {
            continue;
        }
        let name = format!("{file_name}:{line_number}");
        if intake.is_full() {
            intake.skip(Skip::BeyondLimit, &name);
        } else if is_whole {
            offer(&buffer, &name, intake);
        } else {
            intake.skip(Skip::TooLarge, &name);
        }
    }
    Ok(())
}

fn offer(line: &[u8], name: &str, intake: &mut Intake) {
    match candidate(line) {
        Ok(candidate) => intake.offer(candidate),
        Err(refusal) => {
            let name = format!("{name}: {}", refusal.complaint);
            intake.skip(refusal.reason, &name);
        }
    }
}

fn candidate(line: &[u8]) -> Result<Candidate, Refusal> {
    let line = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line);
    let text = str::from_utf8(line)
        .map_err(|error| refusal(Skip::NotUtf8, &format!("byte {}", error.valid_up_to())))?;
    let row: Row =
        serde_json::from_str(text).map_err(|error| refusal(Skip::Malformed, &complaint(&error)))?;
    check_labels(&row)?;
    let language = Language::of_name(&row.language)
        .ok_or_else(|| refusal(Skip::UnknownLanguage, &row.language))?;
    Ok(Candidate {
        id: row.id,
        language,
        code: row.code.into_bytes(),
        source: row.source.as_deref().map(printable),
        license: row.license.as_deref().map(printable),
    })
}

fn check_labels(row: &Row) -> Result<(), Refusal> {
    if printable(&row.id).trim().is_empty() {
        return Err(refusal(Skip::Malformed, "the id is empty"));
    }
    let labels = [Some(&row.id), row.source.as_ref(), row.license.as_ref()];
    if labels.iter().flatten().any(|it| it.len() > MAX_LABEL_BYTES) {
        let complaint = "id, source or license is too long";
        return Err(refusal(Skip::Malformed, complaint));
    }
    Ok(())
}

fn refusal(reason: Skip, complaint: &str) -> Refusal {
    Refusal {
        reason,
        complaint: complaint.chars().take(MAX_COMPLAINT_CHARS).collect(),
    }
}

/// The parser counts lines within the row, which says nothing.
fn complaint(error: &serde_json::Error) -> String {
    error
        .to_string()
        .replace(" at line 1 column ", " at column ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::{Limits, Reading};

    const CODE: &str = "for number in range(10):\n    print(number * number)\n";

    fn read(mut stream: &[u8], limits: Limits) -> Reading {
        let mut intake = Intake::new(limits);
        offer_all(&mut stream, "rows.jsonl", &mut intake).unwrap();
        intake.finish()
    }

    #[test]
    fn reads_rows_and_ignores_other_fields() {
        let full = json!({"id": "one", "language": "Python3", "code": CODE, "source": "a\u{7} book",
            "license": "MIT", "stars": {"count": 5}});
        let bare = json!({"language": "C++", "code": "int main() { return 0; } // nothing else here",
            "id": "two", "license": null});
        let text = format!("\u{feff}{full}\r\n\n   \n{bare}");
        let reading = read(text.as_bytes(), Limits::default());
        assert_eq!(reading.skipped.total(), 0, "{}", reading.skipped);
        let [one, two] = &reading.samples[..] else {
            panic!("two samples, not {}", reading.samples.len());
        };
        assert_eq!((one.id.as_str(), one.language), ("one", Language::Python));
        assert_eq!(one.code, CODE);
        assert_eq!(one.source.as_deref(), Some("a book"));
        assert_eq!(one.license.as_deref(), Some("MIT"));
        assert_eq!((two.id.as_str(), two.language), ("two", Language::Cpp));
        assert_eq!((two.source.as_ref(), two.license.as_ref()), (None, None));
    }

    #[test]
    fn skips_rows_that_are_no_samples() {
        let long = "x".repeat(MAX_LABEL_BYTES + 1);
        let row = |id: &str, language: &str, code: &str| {
            json!({"id": id, "language": language, "code": code})
                .to_string()
                .into_bytes()
        };
        let deep = [b"[".repeat(5000), b"]".repeat(5000)].concat();
        let cases = [
            (b"{".to_vec(), Skip::Malformed),
            (b"[]".to_vec(), Skip::Malformed),
            (b"null".to_vec(), Skip::Malformed),
            (
                br#"{"id":7,"language":"python","code":"x"}"#.to_vec(),
                Skip::Malformed,
            ),
            (
                br#"{"id":"a","language":"python"}"#.to_vec(),
                Skip::Malformed,
            ),
            (deep, Skip::Malformed),
            (row(" \u{1b} ", "python", CODE), Skip::Malformed),
            (row(&long, "python", CODE), Skip::Malformed),
            (b"{\"id\":\"\xff\"}".to_vec(), Skip::NotUtf8),
            (row("a", "cobol", CODE), Skip::UnknownLanguage),
            (row("a", "python", " \n "), Skip::Empty),
            (row("a", "python", "x = 1"), Skip::TooSmall),
            (row("a", "python", &format!("{CODE}\0")), Skip::Binary),
            (row("a", "python", &CODE.repeat(2000)), Skip::TooLarge),
        ];
        for (line, reason) in cases {
            let reading = read(&line, Limits::default());
            let shown = String::from_utf8_lossy(&line[..line.len().min(60)]);
            assert!(reading.samples.is_empty(), "{shown}");
            assert_eq!(reading.skipped.counts().get(&reason), Some(&1), "{shown}");
        }
    }

    #[test]
    fn says_where_and_why_a_row_is_malformed_in_bounded_words() {
        let hostile = format!("\n{{\"id\": {{\"\u{1b}{}\": 1}}}}", "y".repeat(5000));
        let cases = [
            (
                "{\"id\":\"a\"}",
                "rows.jsonl:1: missing field `language` at column 10",
            ),
            (&hostile, "rows.jsonl:2: "),
        ];
        for (text, start) in cases {
            let reading = read(text.as_bytes(), Limits::default());
            let name = &reading.skipped.examples()[0].name;
            assert!(name.starts_with(start), "{name}");
            assert!(name.len() < 200, "{name}");
            assert_eq!(&printable(name), name);
        }
    }

    #[test]
    fn passes_over_a_row_that_is_too_long_and_goes_on() {
        let row = json!({"id": "a", "language": "python", "code": CODE}).to_string();
        let text = format!("{}\n{row}\n", "z".repeat(300));
        let limits = Limits {
            max_row_bytes: 200,
            ..Limits::default()
        };
        let reading = read(text.as_bytes(), limits);
        assert_eq!(reading.samples.len(), 1);
        assert_eq!(reading.skipped.counts()[&Skip::TooLarge], 1);
        assert_eq!(reading.skipped.examples()[0].name, "rows.jsonl:1");
    }

    proptest! {
        #[test]
        fn keeps_or_counts_every_row(
            rows in prop::collection::vec(
                prop_oneof![
                    "[a-z]{1,3}".prop_map(|id| json!({"id": id, "language": "py", "code": format!("{CODE}{id}")}).to_string()),
                    "[^\n]{0,30}",
                    Just(String::new()),
                ],
                0..20,
            ),
        ) {
            let text = rows.join("\n");
            let blank = |row: &&String| !row.as_bytes().trim_ascii().is_empty();
            let expected = rows.iter().filter(blank).count() as u64;
            let limits = Limits { max_samples: 4, ..Limits::default() };
            let reading = read(text.as_bytes(), limits);
            prop_assert!(reading.samples.len() <= 4);
            prop_assert_eq!(reading.samples.len() as u64 + reading.skipped.total(), expected);
        }
    }
}
