//! The interpreters of what is written in Python.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// An interpreter with packages; `make setup` puts it there.
#[derive(Debug, Clone, Copy)]
pub struct Environment {
    folder: &'static str,
    requirements: &'static str,
    modules: &'static str,
}

/// Has gRPC and reflection, and nothing of ours.
pub const GRPC: Environment = Environment {
    folder: "target/python-env",
    requirements: "tests/python/requirements.txt",
    modules: "grpc, grpc_reflection",
};

/// Is an object store that speaks S3.
pub const S3: Environment = Environment {
    folder: "target/s3-env",
    requirements: "tests/python/s3.txt",
    modules: "moto.server, flask_cors",
};

/// Renders and validates the chart.
pub const CHART: Environment = Environment {
    folder: "target/chart-env",
    requirements: "charts/check/requirements.txt",
    modules: "helm_python, kubernetes_validate",
};

/// Builds the package of `clients/python` and checks its types.
pub const BUILD: Environment = Environment {
    folder: "target/python-client/build",
    requirements: "clients/python/check/requirements.txt",
    modules: "hatchling, grpc_tools, mypy",
};

/// Set to `1` where no test may be left out unnoticed.
const REQUIRED: &str = "SYNTHSMITH_REQUIRE_DOCKER";

/// The interpreter of an environment. Where there is none, the test named is reported as left out and must return; this
/// panics where nothing may be left out.
pub fn python_or_skip(environment: Environment, test: &str) -> Option<PathBuf> {
    let Environment {
        folder,
        requirements,
        modules,
    } = environment;
    let python = repository().join(folder).join("bin/python");
    let Some(absence) = absence(&python, modules) else {
        return Some(python);
    };
    let reason = format!("{absence}; `scripts/python-env.sh {folder} {requirements}` makes it");
    let required = std::env::var(REQUIRED).is_ok_and(|value| value == "1");
    assert!(!required, "{test} needs Python, and {REQUIRED}=1: {reason}");
    say(&format!("left out: {test}, since {reason}"));
    None
}

pub fn repository() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("the tests lie in the repository")
}

fn absence(python: &Path, modules: &str) -> Option<String> {
    let imported = Command::new(python)
        .args(["-c", &format!("import {modules}")])
        .output();
    match imported {
        Ok(output) if output.status.success() => None,
        Ok(_) => Some(format!("{} has not {modules}", python.display())),
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
        let reason = absence(Path::new("/nonexistent/python"), "grpc").unwrap();
        assert!(
            reason.starts_with("/nonexistent/python does not run"),
            "{reason}"
        );
    }

    #[test]
    fn a_program_that_cannot_import_lacks_the_modules() {
        let reason = absence(Path::new("/bin/false"), "grpc").unwrap();
        assert_eq!(reason, "/bin/false has not grpc");
    }
}
