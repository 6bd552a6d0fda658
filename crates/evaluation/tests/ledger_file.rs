//! A ledger on disk, through crashes and second evaluations.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::Path;

use synthsmith_evaluation::files::LedgerFile;
use synthsmith_evaluation::ledger::{Entry, reply_digest};
use synthsmith_evaluation::{Error, Grade};

fn entry(sample: u32) -> Entry {
    Entry::new("p", sample, reply_digest("x", ""), Grade::Passed, None).unwrap()
}

fn open(path: &Path) -> Result<LedgerFile, Error> {
    LedgerFile::open(path, "f".to_owned())
}

#[test]
fn a_torn_line_is_cut_off_and_the_evaluation_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.jsonl");
    let mut file = open(&path).unwrap();
    for sample in 0..3 {
        file.append(entry(sample)).unwrap();
        file.append(entry(sample)).unwrap();
    }
    drop(file);
    let whole = fs::read(&path).unwrap();
    for torn_bytes in [1, 40, whole.len() - 5, whole.len()] {
        fs::write(&path, &whole[..whole.len() - torn_bytes]).unwrap();
        let mut file = open(&path).unwrap();
        assert!(!file.ledger().contains("p", 2));
        (0..3).for_each(|sample| file.append(entry(sample)).unwrap());
        drop(file);
        assert_eq!(fs::read(&path).unwrap(), whole, "{torn_bytes}");
    }
}

#[test]
fn nobody_else_writes_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.jsonl");
    let first = open(&path).unwrap();
    assert!(matches!(open(&path), Err(Error::LedgerBusy { .. })));
    drop(first);
    let before = fs::read(&path).unwrap();
    let other = LedgerFile::open(&path, "g".to_owned());
    assert!(matches!(other, Err(Error::OtherEvaluation { .. })));
    assert_eq!(fs::read(&path).unwrap(), before);
    assert!(open(&path).is_ok());
}

#[test]
fn a_file_that_is_no_ledger_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    for text in ["Notes\nof mine", "one line only"] {
        fs::write(&path, text).unwrap();
        let opened = open(&path);
        assert!(matches!(opened, Err(Error::LedgerHeader { .. })), "{text}");
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
}
