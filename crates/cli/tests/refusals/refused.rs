//! A command that must refuse.

use std::path::Path;
use std::process::{Command, Stdio};

/// The repository's own samples.
pub(crate) const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples");

/// `synthsmith` in a folder.
pub(crate) fn synthsmith(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_synthsmith"));
    command.args(args).current_dir(folder).stdin(Stdio::null());
    command
}

/// Runs a command that must leave with `code` and one sentence that holds all of `words`.
pub(crate) fn refused(mut command: Command, code: i32, words: &[&str]) {
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{said}");
    let sentences: Vec<&str> = said
        .lines()
        .filter(|line| line.starts_with("synthsmith: "))
        .collect();
    assert_eq!(sentences.len(), 1, "not one sentence: {said}");
    for word in words {
        assert!(sentences[0].contains(word), "'{word}' is not in: {said}");
    }
    assert!(!said.contains("panicked"), "{said}");
}
