//! One program in one container: its compilation, then its runs.

use std::time::Duration;

use bytes::Bytes;
use synthsmith_corpus::Compilation;
use synthsmith_runner_protocol::{Caps, FromRunner, Job as RunnerJob, ToRunner};
use tokio::sync::OwnedRwLockReadGuard;

use super::Bench;
use super::builds::Build;
use super::container::Container;
use super::lease::Lease;
use super::program::Program;
use super::spec::ALLOWANCE_BYTES;
use super::told::{self, Left, Printed, Told};
use crate::{Config, Error, Input, Job, Limits, RunnerWeakness, Weakness, WorkingFiles};

/// Time for the runner to clean up and to answer, beyond the program's own.
const GRACE: Duration = Duration::from_secs(90);
const MAX_PROGRAM_BYTES: u64 = 64 << 20;
/// What is stored counts in such steps. Less is part of the allowance.
const STEP_BYTES: u64 = 4 << 20;

/// A container or a cell whose runner holds a compiled program.
#[derive(Debug)]
pub(super) struct Session {
    /// `None` once it is given back.
    lease: Option<Lease>,
    weakness: Option<RunnerWeakness>,
    /// What lies in the container's memory whatever the run: source and program.
    kept_bytes: u64,
    /// Runs that were asked for and have not ended.
    under_way: usize,
    /// While something is under way among others.
    among_others: Option<OwnedRwLockReadGuard<()>>,
}

/// What a program is made of.
#[derive(Debug, Clone, Copy)]
pub(super) enum Origin<'a> {
    Source {
        /// Whether what is built comes back.
        returns_program: bool,
    },
    Build(&'a Build),
}

/// A program after the step before its first run.
#[derive(Debug)]
pub(super) struct Started {
    pub(super) compilation: Compilation,
    /// `None` where it does not compile.
    pub(super) session: Option<Session>,
    /// What was built, if it is to come back.
    pub(super) build: Option<Build>,
}

impl Session {
    /// Compiles what is not compiled yet.
    pub(super) async fn begin(
        bench: &Bench,
        job: &Job,
        mut lease: Lease,
        origin: Origin<'_>,
    ) -> Result<Started, Error> {
        let container = lease.container();
        let runner_job = runner_job(&bench.config, job, origin, container.user_ids());
        let returns_program = runner_job.returns_program;
        let weakness = runner_job.weakness;
        let within = runner_job.compile_caps.wall_time + GRACE;
        let _among_others = bench.quiet.among_others().await;
        if !runner_job.compile.is_empty() {
            let is_usual = !job.language.builds_program;
            let given_bytes = stored_bytes(&job.working_files);
            let bytes = if is_usual {
                container_bytes(job, given_bytes)
            } else {
                compiler_bytes(&bench.config) + given_bytes
            };
            container.set_memory(bytes).await?;
        }
        open(container, runner_job, job, origin).await?;
        let FromRunner::Compiled(compiled) = container.receive(within).await? else {
            return Err(Error::OutOfTurn);
        };
        let kept_bytes =
            kept_bytes(&job.source, compiled.program_bytes) + stored_bytes(&job.working_files);
        let program_bytes = compiled.program_bytes;
        let compilation = match origin {
            Origin::Build(build) => build.compilation(),
            Origin::Source { .. } => told::compilation(compiled)?,
        };
        if !compilation.succeeded {
            lease.end();
            return Ok(Started::failed(compilation));
        }
        let program = if returns_program {
            Some(container.program(program_bytes).await?)
        } else {
            None
        };
        let session = Self {
            lease: Some(lease),
            weakness,
            kept_bytes,
            under_way: 0,
            among_others: None,
        };
        let is_new = matches!(origin, Origin::Source { .. });
        let is_whole = program.is_some() || !job.language.builds_program;
        Ok(Started {
            build: (is_new && is_whole).then(|| Build::new(&compilation, program)),
            session: Some(session),
            compilation,
        })
    }

    /// Asks for a run behind those that are under way.
    pub(super) async fn send(&mut self, program: &Program, input: &Input) -> Result<(), Error> {
        if self.among_others.is_none() {
            self.among_others = Some(program.bench.quiet.among_others().await);
        }
        self.send_alone(program, input).await
    }

    /// The same, where the caller sees to what else goes on.
    pub(super) async fn send_alone(
        &mut self,
        program: &Program,
        input: &Input,
    ) -> Result<(), Error> {
        let stored_bytes = self.kept_bytes + input.size_bytes();
        let container = self.lease.as_mut().ok_or(Error::OutOfTurn)?.container();
        self.under_way += 1;
        let memory_bytes = container_bytes(&program.job, stored_bytes);
        container.set_memory(memory_bytes).await?;
        for file in &input.files {
            container.send(&ToRunner::File(file)).await?;
        }
        container.send(&ToRunner::Test(&input.stdin)).await
    }

    /// The end of the run that began first.
    pub(super) async fn ended(&mut self, job: &Job, index: usize) -> Result<Told, Error> {
        let mut printed = Printed::default();
        let mut left = Left::default();
        let within = job.limits.wall_time + GRACE;
        let cpu_limit = self.cpu_limit(job);
        let container = self.lease.as_mut().ok_or(Error::OutOfTurn)?.container();
        loop {
            match container.receive(within).await? {
                FromRunner::Output(bytes) => printed.add(&bytes, job.returned_output_bytes),
                FromRunner::File(piece) => left.add(&piece),
                FromRunner::Fetched(fetched) => left.end(fetched),
                FromRunner::Done(done) => {
                    self.under_way -= 1;
                    if self.under_way == 0 {
                        self.among_others = None;
                    }
                    let told = told::outcome(index, done, printed, cpu_limit);
                    return Ok(told.with(left));
                }
                _ => return Err(Error::OutOfTurn),
            }
        }
    }

    fn cpu_limit(&self, job: &Job) -> Duration {
        match self.weakness {
            Some(RunnerWeakness::CpuLimit) => Duration::MAX,
            _ => job.limits.cpu_time,
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        match self.lease.take() {
            Some(lease) if self.under_way == 0 => lease.end(),
            // The container goes along with what is under way in it.
            _ => {}
        }
    }
}

impl Started {
    fn failed(compilation: Compilation) -> Self {
        Self {
            compilation,
            session: None,
            build: None,
        }
    }
}

impl<'a> Origin<'a> {
    fn program(self) -> Option<&'a Bytes> {
        match self {
            Self::Source { .. } => None,
            Self::Build(build) => build.program.as_ref(),
        }
    }
}

/// Sends all that precedes the first run.
async fn open(
    container: &mut Container,
    runner_job: RunnerJob,
    job: &Job,
    origin: Origin<'_>,
) -> Result<(), Error> {
    container.send(&ToRunner::Job(Box::new(runner_job))).await?;
    container.send(&ToRunner::Source(&job.source)).await?;
    for (_, file) in &job.working_files.given {
        container.send(&ToRunner::File(file)).await?;
    }
    match origin.program() {
        Some(program) => container.send(&ToRunner::Program(program)).await,
        None => Ok(()),
    }
}

fn runner_job(
    config: &Config,
    job: &Job,
    origin: Origin<'_>,
    (compiler_uid, program_uid): (u32, u32),
) -> RunnerJob {
    let language = &job.language;
    let (compile, returns_program) = match origin {
        Origin::Source { returns_program } => (language.compile_arguments(), returns_program),
        Origin::Build(_) => (Vec::new(), false),
    };
    RunnerJob {
        file_name: language.file_name.clone(),
        compile,
        builds_program: language.builds_program,
        returns_program: returns_program && language.builds_program,
        brings_program: origin.program().is_some(),
        run: language.run_arguments(),
        zygote: language.zygote,
        environment: language.environment(),
        compile_caps: compile_caps(config),
        run_caps: run_caps(&job.limits),
        compiler_uid,
        program_uid,
        working_files: working_files(&job.working_files),
        attached_files: job.attached_files,
        weakness: config.weakness.and_then(Weakness::of_runner),
    }
}

fn working_files(files: &WorkingFiles) -> synthsmith_runner_protocol::WorkingFiles {
    synthsmith_runner_protocol::WorkingFiles {
        given: files.given.iter().map(|(path, _)| path.clone()).collect(),
        wanted: files.wanted.clone(),
        wanted_bytes: files.wanted_bytes,
    }
}

fn compile_caps(config: &Config) -> Caps {
    let cpu_time = Duration::from_millis(config.compile_cpu_ms);
    Caps {
        cpu_time,
        wall_time: Limits::compile_wall_time_for(cpu_time),
        memory_bytes: config.default_memory_bytes,
        processes: Limits::DEFAULT_PROCESSES,
        output_bytes: Limits::DEFAULT_OUTPUT_BYTES,
        file_bytes: MAX_PROGRAM_BYTES,
    }
}

/// The runner gives more CPU time than there is, so that a run just above its limit is told from an endless one.
fn run_caps(limits: &Limits) -> Caps {
    Caps {
        cpu_time: limits.cpu_time + limits.cpu_margin(),
        wall_time: limits.wall_time,
        memory_bytes: limits.memory_bytes,
        processes: limits.processes,
        output_bytes: limits.output_bytes,
        file_bytes: MAX_PROGRAM_BYTES,
    }
}

/// No runner of ours tells a larger program than it was allowed to take.
fn kept_bytes(source: &[u8], program_bytes: u64) -> u64 {
    source.len() as u64 + program_bytes.min(MAX_PROGRAM_BYTES)
}

/// Given files lie in the container three times: with the runner, beside the source, and where a run finds them.
fn stored_bytes(files: &WorkingFiles) -> u64 {
    3 * files.given_bytes()
}

/// The memory of a container in which a program is compiled.
pub(super) fn compiler_bytes(config: &Config) -> u64 {
    config.default_memory_bytes + ALLOWANCE_BYTES
}

/// What lies in the container's memory beside what the program itself uses, this run's input among it, is no part of the
/// program's limit.
pub(super) fn container_bytes(job: &Job, stored_bytes: u64) -> u64 {
    // In large steps, so that usual programs and inputs do not cost a call to the engine.
    let stored_bytes = stored_bytes & !(STEP_BYTES - 1);
    job.limits.memory_bytes + stored_bytes + ALLOWANCE_BYTES
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Isolation, Language};

    #[test]
    fn a_container_has_room_for_what_lies_in_it_and_for_no_other_runs_input() {
        const MIB: u64 = 1 << 20;
        let job = Job {
            language: Language::cpp17(),
            source: Bytes::new(),
            limits: Limits::new(Duration::from_secs(1), 64 * MIB),
            returned_output_bytes: 0,
            attached_files: 0,
            working_files: WorkingFiles::default(),
            isolation: Isolation::Container,
        };
        let bare = 64 * MIB + ALLOWANCE_BYTES;
        for (stored, expected) in [(0, 0), (4 * MIB - 1, 0), (4 * MIB, 4), (9 * MIB + 5, 8)] {
            assert_eq!(container_bytes(&job, stored), bare + expected * MIB);
        }
        assert_eq!(kept_bytes(b"source", 3 * MIB), 3 * MIB + 6);
        assert_eq!(kept_bytes(b"", u64::MAX), MAX_PROGRAM_BYTES);
    }
}
