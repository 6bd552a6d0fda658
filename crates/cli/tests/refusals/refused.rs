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

/// The same command bound by the modes of files, by which the super-user otherwise is not.
pub(crate) fn without_power_over_files(command: &Command) -> Command {
    let mut bound = Command::new("setpriv");
    if rustix::process::geteuid().is_root() {
        bound.args(["--bounding-set", "-dac_override,-dac_read_search", "--"]);
    }
    bound.arg(command.get_program()).args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        bound.current_dir(folder);
    }
    bound.stdin(Stdio::null());
    bound
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
