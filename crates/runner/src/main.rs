//! The first process inside a sandbox: compiles one program and runs it, test by test, within limits.
//!
//! Frames arrive on standard input and leave on standard output (see `synthsmith-runner-protocol`). Everything
//! that the program starts runs as another user without privileges, and is dead before the next test begins.
//!
//! It judges nothing: it never sees an expected output, and what the program prints passes through unread.

mod confine;
mod error;
mod gauge;
mod launch;
mod meter;
mod pipes;
mod reap;
mod seccomp;
mod session;
mod stage;
mod supervise;
mod sweep;
mod wire;

use std::io::Write;
use std::process::ExitCode;

use error::Error;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let ended = match arguments.next() {
        Some(verb) if verb == sweep::VERB => sweep::empty_all(arguments.map(Into::into)),
        None if std::process::id() == 1 => session::serve(),
        Some(_) | None => Err(Error::Usage),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody may be listening any more; the exit code says it too.
            let _ = writeln!(std::io::stderr(), "runner: {error}");
            ExitCode::FAILURE
        }
    }
}
