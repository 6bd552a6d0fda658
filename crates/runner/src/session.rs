//! The life of a container: one job, one compilation, any number of tests.

use std::io;
use std::path::Path;

use synthsmith_runner_protocol::paths::{BUILD_DIR, SCRATCH_DIR};
use synthsmith_runner_protocol::{
    Compiled, Done, Ending, FromRunner, Job, Measures, PROTOCOL_VERSION, Status,
};

use crate::error::{During, Error};
use crate::launch::Start;
use crate::meter::Meter;
use crate::reap::ChildSignals;
use crate::stage;
use crate::supervise::{Bench, Report, supervise};
use crate::wire::{Host, empty_input};

/// Serves the host until it closes the connection. A fault is told to the host, which alone can act on it.
pub(crate) fn serve() -> Result<(), Error> {
    let mut host = Host::take()?;
    match converse(&mut host) {
        Ok(()) | Err(Error::HostLeft) => Ok(()),
        Err(error) => {
            host.send(&FromRunner::Fault(error.to_string()))?;
            Err(error)
        }
    }
}

fn converse(host: &mut Host) -> Result<(), Error> {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};
    // Keeps /proc/1 closed to programs.
    set_dumpable_behavior(DumpableBehavior::NotDumpable).during("close the runner's memory")?;
    let bench = Bench {
        meter: Meter::open(Path::new("/sys/fs/cgroup"))?,
        signals: ChildSignals::listen()?,
    };
    host.send(&FromRunner::Ready {
        protocol_version: PROTOCOL_VERSION,
    })?;

    let job = host.job()?;
    stage::place_source(&job.file_name, &host.source()?)?;
    let compiled = compile(&bench, &job)?;
    let can_run = compiled.status == Status::Ok;
    host.send(&FromRunner::Compiled(compiled))?;
    while can_run && test(host, &bench, &job)? {}
    Ok(())
}

fn compile(bench: &Bench, job: &Job) -> Result<Compiled, Error> {
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
    };
    let report = supervise(bench, start, &mut |_| Ok(()))?;
    let mut compiled = Compiled {
        status: report.status,
        ending: report.ending,
        messages: report.stderr_excerpt,
        measures: report.measures,
    };
    if compiled.status == Status::Ok && job.builds_program && !stage::take_program()? {
        compiled.status = Status::Failed;
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
    }
}

/// Runs the next test. `false`: the host has no more.
fn test(host: &mut Host, bench: &Bench, job: &Job) -> Result<bool, Error> {
    let Some(input) = host.input()? else {
        return Ok(false);
    };
    let start = Start {
        argv: &job.run,
        environment: &job.environment,
        directory: SCRATCH_DIR,
        uid: job.program_uid,
        caps: &job.run_caps,
        input,
    };
    let done = match supervise(bench, start, &mut |bytes| host.send_output(bytes)) {
        Ok(report) => done(report),
        // A compiler can be made to leave a file that is no program; that is the source's doing.
        Err(Error::Start(_, error))
            if job.builds_program && error.kind() != io::ErrorKind::OutOfMemory =>
        {
            not_executable(&error)
        }
        Err(error) => return Err(error),
    };
    stage::empty_scratch(bench, job.program_uid)?;
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

fn not_executable(error: &io::Error) -> Done {
    Done {
        status: Status::Failed,
        ending: Ending::Exited(126),
        stderr_excerpt: format!("the program cannot be executed: {error}\n").into_bytes(),
        measures: Measures::default(),
    }
}
