//! The life of a container or a cell: one job, one compilation, any number of tests.

use std::io;
use std::path::Path;

use synthsmith_runner_protocol::paths::{BUILD_DIR, PROGRAM, SCRATCH_DIR};
use synthsmith_runner_protocol::{
    Compiled, Done, Ending, FromRunner, Job, Measures, PROTOCOL_VERSION, Status, Weakness,
};

use crate::cells;
use crate::confine::lock_down;
use crate::error::{During, Error};
use crate::launch::{Start, reserve_places};
use crate::meter::Meter;
use crate::reap::ChildSignals;
use crate::stage;
use crate::supervise::{Bench, Report, supervise};
use crate::users;
use crate::weaken::{self, Kept};
use crate::wire::{Host, Opening, empty_input};
use crate::working::{Working, pass_on_wanted};
use crate::zygote::Nursery;
use crate::zygote::stem::Line;

/// The beginning of what a compiler prints that is kept; the host cuts further.
const KEPT_MESSAGE_BYTES: usize = 16 * 1024;

/// Serves the host until it closes the connection. A fault is told to the host, which alone can act on it.
pub(crate) fn serve() -> Result<(), Error> {
    let _places = reserve_places().during("reserve descriptors")?;
    let mut host = Host::take()?;
    match converse(&mut host) {
        Ok(()) | Err(Error::HostLeft) => Ok(()),
        // The host learns from the end of the container what it ended of.
        Err(Error::CellLost) => Err(Error::CellLost),
        Err(error) => {
            report(&mut host, &error);
            Err(error)
        }
    }
}

/// Tells the host a fault. It may have left, and then there is nobody to tell.
pub(crate) fn report(host: &mut Host, error: &Error) {
    let _ = host.send(&FromRunner::Fault(error.to_string()));
    let _ = host.flush();
}

fn converse(host: &mut Host) -> Result<(), Error> {
    let meter = Meter::open(Path::new("/sys/fs/cgroup"), Path::new("/proc"))?;
    greet(host)?;
    match host.opening()? {
        Opening::Job(job) => serve_job(host, *job, &meter, None),
        Opening::Cells(users) => {
            close_memory()?;
            cells::serve(host, &meter, users)
        }
    }
}

/// Tells the host that a job can come.
pub(crate) fn greet(host: &mut Host) -> Result<(), Error> {
    host.send(&FromRunner::Ready {
        protocol_version: PROTOCOL_VERSION,
        highest_uid: users::highest_uid(),
    })
}

/// Does one job, up to its end. In a cell there is a line to the runner outside.
pub(crate) fn serve_job(
    host: &mut Host,
    mut job: Job,
    meter: &Meter,
    line: Option<Line>,
) -> Result<(), Error> {
    weaken::widen(&mut job);
    if job.weakness != Some(Weakness::Dumpable) {
        close_memory()?;
    }
    if job.weakness != Some(Weakness::Seccomp) {
        lock_down().during("filter system calls")?;
    }
    let source = host.source()?;
    stage::place_source(&job.file_name, &source)?;
    let working = Working::take(host, &job)?;
    let bench = Bench {
        meter,
        signals: ChildSignals::listen()?,
        weakness: job.weakness,
        nursery: Nursery::of(&job, &source, meter, line)?,
    };
    drop(source);
    let compiled = if job.brings_program {
        brought(host)?
    } else {
        compile(&bench, &job)?
    };
    let can_run = compiled.status == Status::Ok;
    host.send(&FromRunner::Compiled(compiled))?;
    if can_run && job.returns_program {
        stage::read_program(|piece| host.send(&FromRunner::Program(piece.to_vec())))?;
    }
    if job.weakness == Some(Weakness::ProgramWritable) {
        weaken::open_program(&job.file_name)?;
    }
    let mut kept = Kept::default();
    while can_run && test(host, &bench, &job, &working, &mut kept)? {}
    if can_run { Ok(()) } else { host.end() }
}

/// Takes a program that was built before.
fn brought(host: &mut Host) -> Result<Compiled, Error> {
    let program_bytes = stage::place_program(host.program()?)?;
    Ok(Compiled {
        program_bytes,
        ..compiled_by_nobody()
    })
}

/// Keeps `/proc/1` closed to everything that is started from here on.
fn close_memory() -> Result<(), Error> {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};
    set_dumpable_behavior(DumpableBehavior::NotDumpable).during("close the runner's memory")
}

fn compile(bench: &Bench<'_>, job: &Job) -> Result<Compiled, Error> {
    if job.compile.is_empty() {
        return Ok(compiled_by_nobody());
    }
    stage::open_build_dir()?;
    let start = Start {
        argv: &job.compile,
        environment: &job.environment,
        directory: BUILD_DIR,
        uid: job.compiler_uid,
        caps: &job.compile_caps,
        input: empty_input()?,
        attached: Vec::new(),
        ends_when_still: true,
    };
    let mut messages = Vec::new();
    let report = supervise(bench, start, &mut |printed| {
        let kept = printed.len().min(KEPT_MESSAGE_BYTES - messages.len());
        messages.extend_from_slice(&printed[..kept]);
        Ok(())
    })?;
    messages.extend(report.stderr_excerpt);
    let mut compiled = Compiled {
        status: report.status,
        ending: report.ending,
        messages,
        measures: report.measures,
        program_bytes: 0,
    };
    if compiled.status == Status::Ok && job.builds_program {
        match stage::take_program()? {
            Some(size_bytes) => compiled.program_bytes = size_bytes,
            None => compiled.status = Status::Failed,
        }
    }
    stage::close_build_dir(bench, job.compiler_uid)?;
    stage::empty_scratch(bench, job.compiler_uid)?;
    Ok(compiled)
}

fn compiled_by_nobody() -> Compiled {
    Compiled {
        status: Status::Ok,
        ending: Ending::Exited(0),
        messages: Vec::new(),
        measures: Measures::default(),
        program_bytes: 0,
    }
}

/// Runs the next test. `false`: the host has no more.
fn test(
    host: &mut Host,
    bench: &Bench<'_>,
    job: &Job,
    working: &Working,
    kept: &mut Kept,
) -> Result<bool, Error> {
    let Some(given) = host.given(job.attached_files)? else {
        return Ok(false);
    };
    working.place(bench, job.program_uid)?;
    let start = Start {
        argv: &job.run,
        environment: &job.environment,
        directory: SCRATCH_DIR,
        uid: job.program_uid,
        caps: &job.run_caps,
        input: kept.input(job.weakness, given.input)?,
        attached: given.attached,
        ends_when_still: false,
    };
    let done = match supervise(bench, start, &mut |bytes| host.send_output(bytes)) {
        Ok(report) => done(report),
        // A compiler can be made to leave a file that is no program; that is the source's doing.
        Err(Error::Start(program, error)) if program == PROGRAM && is_of_the_file(&error) => {
            not_executable(&error)
        }
        Err(error) => return Err(error),
    };
    pass_on_wanted(host, bench, job)?;
    if job.weakness != Some(Weakness::ScratchKept) {
        stage::empty_scratch(bench, job.program_uid)?;
    }
    host.send(&FromRunner::Done(done))?;
    Ok(true)
}

fn done(report: Report) -> Done {
    Done {
        status: report.status,
        ending: report.ending,
        stderr_excerpt: report.stderr_excerpt,
        measures: report.measures,
    }
}

/// Whether exec failed for what is in the file. Anything else, a machine without processes or memory for example, says
/// nothing about a program.
fn is_of_the_file(error: &io::Error) -> bool {
    matches!(
        error.raw_os_error(),
        Some(
            // No format that the kernel knows, or one that contradicts itself or ends too soon.
            libc::ENOEXEC | libc::EINVAL | libc::EIO
            // An interpreter that is none, or that is not there.
            | libc::ELIBBAD | libc::ENOENT | libc::ENOTDIR | libc::EISDIR | libc::EACCES | libc::ELOOP | libc::ENAMETOOLONG
        )
    )
}

fn not_executable(error: &io::Error) -> Done {
    Done {
        status: Status::Failed,
        ending: Ending::Exited(126),
        stderr_excerpt: format!("the program cannot be executed: {error}\n").into_bytes(),
        measures: Measures::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_exec_says_of_the_file_is_the_sources_doing() {
        let is_of_the_file = |number| is_of_the_file(&io::Error::from_raw_os_error(number));
        for number in [libc::ENOEXEC, libc::ENOENT, libc::EACCES, libc::ELIBBAD] {
            assert!(is_of_the_file(number), "{number}");
        }
        for number in [
            libc::EAGAIN,
            libc::ENOMEM,
            libc::EMFILE,
            libc::ENFILE,
            libc::EPERM,
            libc::ETXTBSY,
        ] {
            assert!(!is_of_the_file(number), "{number}");
        }
    }
}
