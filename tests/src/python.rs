//! The interpreter of a client written in Python.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where `make setup` puts the interpreter with its packages.
const ENVIRONMENT: &str = "target/python-env";
/// Set to `1` where no test may be left out unnoticed.
const REQUIRED: &str = "SYNTHSMITH_REQUIRE_DOCKER";

/// An interpreter that has gRPC. Where there is none, the test named is reported as left out and must return; this
/// panics where nothing may be left out.
pub fn python_or_skip(test: &str) -> Option<PathBuf> {
    let python = repository().join(ENVIRONMENT).join("bin/python");
    let Some(absence) = absence(&python) else {
        return Some(python);
    };
    let reason = format!("{absence}; `scripts/python-env.sh {ENVIRONMENT}` makes it");
    let required = std::env::var(REQUIRED).is_ok_and(|value| value == "1");
    assert!(!required, "{test} needs Python, and {REQUIRED}=1: {reason}");
    say(&format!("left out: {test}, since {reason}"));
    None
}

pub fn repository() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("the tests lie in the repository")
}

fn absence(python: &Path) -> Option<String> {
    let imported = Command::new(python)
        .args(["-c", "import grpc, grpc_reflection"])
        .output();
    match imported {
        Ok(output) if output.status.success() => None,
        Ok(_) => Some(format!("{} has no gRPC", python.display())),
        Err(error) => Some(format!("{} does not run: {error}", python.display())),
    }
}

/// Past the test runner, which shows what `eprintln` printed only for tests that fail.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_interpreter_is_told_with_its_path() {
        let reason = absence(Path::new("/nonexistent/python")).unwrap();
        assert!(
            reason.starts_with("/nonexistent/python does not run"),
            "{reason}"
        );
    }

    #[test]
    fn a_program_that_cannot_import_has_no_grpc() {
        let reason = absence(Path::new("/bin/false")).unwrap();
        assert_eq!(reason, "/bin/false has no gRPC");
    }
}
