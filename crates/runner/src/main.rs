//! The first process inside a sandbox: compiles one program and runs it, test by test, within limits.
//!
//! Frames arrive on standard input and leave on standard output (see `synthsmith-runner-protocol`). Everything
//! that the program starts runs as another user without privileges, and is dead before the next test begins.
//!
//! It judges nothing: it never sees an expected output, and what the program prints passes through unread.
//!
//! # What a program can still tell
//! How many runs came before its own: process ids, inode numbers and the container's own counters only ever grow, and
//! none of them can be set back from inside. By making them grow, a run can also leave a few bits to a later run of the
//! same program. Neither tells anything of an expected output or of a later input, and nothing passes to another
//! program, since a container is never used again. Ids that start at random would hide little, and would make runs of
//! a program that looks at its id unrepeatable. A zygote adds nothing to this: it keeps nothing of a run, and says nothing
//! to one but what to do first.

mod cells;
mod session;

mod wire;

mod stage;
mod sweep;
mod users;
mod working;

mod supervise;

mod launch;
mod spawn;
mod zygote;

mod confine;
mod seccomp;

mod gauge;
mod meter;

mod pipes;
mod reap;
mod stillness;

mod error;
mod weaken;

use std::io::Write;
use std::process::ExitCode;

use error::Error;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let ended = match arguments.next() {
        Some(verb) if verb == sweep::VERB => sweep::empty_all(arguments.map(Into::into)),
        Some(verb) if verb == working::PLACE => working::place(arguments.map(Into::into)),
        Some(verb) if verb == working::FETCH => working::fetch(arguments.map(Into::into)),
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
