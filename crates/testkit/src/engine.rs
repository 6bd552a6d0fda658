//! Tells tests whether there is a container engine.

use std::io::Write as _;
use std::os::unix::net::UnixStream;

const USUAL_SOCKET: &str = "/var/run/docker.sock";
/// Set to `1` where an engine must be there, so that no test is left out unnoticed.
const REQUIRED: &str = "SYNTHSMITH_REQUIRE_DOCKER";

/// Whether a container engine answers. Where none does, the test named is reported as left out and must return, or
/// panics if an engine is required.
pub fn engine_or_skip(test: &str) -> bool {
    let host = std::env::var("DOCKER_HOST").unwrap_or_else(|_| format!("unix://{USUAL_SOCKET}"));
    let required = std::env::var(REQUIRED).is_ok_and(|value| value == "1");
    match absence(&host) {
        None => true,
        Some(reason) if required => {
            panic!("{test} needs a container engine, and {REQUIRED}=1: {reason}")
        }
        Some(reason) => {
            say(&format!("left out: {test}, since {reason}"));
            false
        }
    }
}

fn absence(host: &str) -> Option<String> {
    // Engines behind TCP are not probed here; a test that cannot reach one fails and says so.
    let path = host
        .strip_prefix("unix://")
        .or_else(|| host.starts_with('/').then_some(host))?;
    UnixStream::connect(path)
        .err()
        .map(|error| format!("no container engine answers at {path}: {error}"))
}

/// Written past the test runner, which shows what `eprintln` printed only for tests that fail.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// The `AppArmor` profile for containers of cells, where the machine has `AppArmor` and whoever runs the tests has loaded
/// it: `SYNTHSMITH_CELL_PROFILE`.
pub fn cell_profile() -> String {
    std::env::var("SYNTHSMITH_CELL_PROFILE").unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_socket_is_told_with_its_path() {
        let reason = absence("unix:///nonexistent/engine.sock").unwrap();
        assert!(reason.contains("/nonexistent/engine.sock"));
    }

    #[test]
    fn a_socket_that_answers_is_an_engine() {
        let path =
            std::env::temp_dir().join(format!("synthsmith-testkit-{}.sock", std::process::id()));
        let listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
        assert_eq!(absence(&format!("unix://{}", path.display())), None);
        drop(listener);
        std::fs::remove_file(path).unwrap();
    }
}
