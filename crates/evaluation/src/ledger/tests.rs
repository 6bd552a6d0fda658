use proptest::prelude::*;

use super::*;
use crate::grade::{Failure, Grade};
use crate::testing::read;

fn entry(problem: &str, sample: u32, grade: Grade) -> Entry {
    let digest = reply_digest(problem, &sample.to_string());
    Entry::new(problem, sample, digest, grade, Some(10)).unwrap()
}

fn opened(text: &[u8]) -> Result<(Ledger, u64), Error> {
    Ledger::read(text, "ledger.jsonl", "f".to_owned())
}

fn written(entries: &[Entry]) -> (Ledger, String) {
    let mut ledger = Ledger::new("f".to_owned());
    let mut text = ledger.header();
    for entry in entries {
        text.extend(ledger.add(entry.clone()).unwrap());
    }
    (ledger, text)
}

#[test]
fn what_was_finished_is_read_back_and_counted() {
    let entries = [
        entry("p", 1, Grade::Failed(Failure::TimeLimit)),
        entry("p", 0, Grade::Passed),
        entry("q", 0, Grade::Passed),
    ];
    let (ledger, text) = written(&entries);
    let (again, whole_bytes) = opened(text.as_bytes()).unwrap();
    assert_eq!((again.clone(), whole_bytes), (ledger, text.len() as u64));
    assert!(again.contains("p", 1) && !again.contains("p", 2) && !again.contains("r", 0));
    let grades: Vec<Grade> = again
        .attempts(&read(""))
        .samples
        .iter()
        .map(|it| it.grade)
        .collect();
    assert_eq!(grades, [Grade::Passed, Grade::Failed(Failure::TimeLimit)]);
}

#[test]
fn lines_have_stable_names() {
    let (_, text) = written(&[entry("p", 0, Grade::Failed(Failure::NoCodeBlock))]);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], r#"{"ledger":1,"fingerprint":"f"}"#);
    let end = r#""grade":"no_code_block","tokens":10}"#;
    assert!(lines[1].starts_with(r#"{"problem":"p","sample":0,"reply_digest":""#));
    assert!(lines[1].ends_with(end), "{}", lines[1]);
}

#[test]
fn a_duplicate_is_ignored_and_a_contradiction_is_refused() {
    let one = entry("p", 0, Grade::Passed);
    let (mut ledger, text) = written(&[one.clone(), one.clone()]);
    assert_eq!(text.lines().count(), 2);
    let doubled = format!("{text}{}\n", text.lines().last().unwrap());
    assert_eq!(opened(doubled.as_bytes()).unwrap().0, ledger);
    let other = entry("p", 0, Grade::Failed(Failure::WrongAnswer));
    assert!(matches!(
        ledger.add(other),
        Err(Error::Contradiction { sample: 0, .. })
    ));
}

#[test]
fn what_was_not_graded_is_not_finished() {
    assert_eq!(
        Entry::new("p", 0, String::new(), Grade::NotGraded, None),
        None
    );
}

#[test]
fn another_evaluation_and_other_files_are_refused_with_the_line() {
    let (_, text) = written(&[entry("p", 0, Grade::Passed)]);
    let other = Ledger::read(text.as_bytes(), "l", "g".to_owned()).unwrap_err();
    assert!(
        other.to_string().contains("its fingerprint is f and not g"),
        "{other}"
    );
    for (text, words) in [
        ("{}\n".to_owned(), "l:1: not the beginning of a ledger"),
        (
            "{\"ledger\":2,\"fingerprint\":\"f\"}\n".to_owned(),
            "l:1: not the beginning",
        ),
        (format!("{text}{{}}\n"), "l:3: not an entry"),
        (format!("{text}\n"), "l:3: not an entry"),
        (text.replace("passed", "won"), "l:2: not an entry"),
        (
            text.replace("\"sample\":0", "\"sample\":-1"),
            "l:2: not an entry",
        ),
    ] {
        let error = Ledger::read(text.as_bytes(), "l", "f".to_owned()).unwrap_err();
        assert!(error.to_string().starts_with(words), "{text}: {error}");
    }
    let endless = vec![b'x'; MAX_LINE_BYTES + 1];
    assert!(matches!(opened(&endless), Err(Error::Read { .. })));
}

proptest! {
    /// A crash leaves any prefix of the file.
    #[test]
    fn after_a_crash_the_whole_lines_are_there_and_the_rest_can_be_written_again(
        count in 0_u32..6,
        cut in 0_usize..1000,
    ) {
        let entries: Vec<Entry> = (0..count).map(|it| entry("ä", it, Grade::Passed)).collect();
        let (ledger, text) = written(&entries);
        let torn = &text.as_bytes()[..cut % (text.len() + 1)];
        let (mut found, whole_bytes) = opened(torn).unwrap();
        let mut resumed = torn[..whole_bytes as usize].to_vec();
        if whole_bytes == 0 {
            resumed.extend(found.header().into_bytes());
        }
        for entry in entries {
            resumed.extend(found.add(entry).unwrap().unwrap_or_default().into_bytes());
        }
        prop_assert_eq!(&found, &ledger);
        prop_assert_eq!(resumed, text.into_bytes());
    }
}
