//! One program in one container: its compilation, then its runs.

use std::time::Duration;

use synthsmith_corpus::Compilation;
use synthsmith_runner_protocol::{Caps, FromRunner, Job as RunnerJob, ToRunner};

use super::Bench;
use super::container::Container;
use super::spec::ALLOWANCE_BYTES;
use super::told::{self, Printed, Told};
use crate::{Config, Error, Input, Job, Limits, RunnerWeakness, Weakness};

/// Time for the runner to clean up and to answer, beyond the program's own.
const GRACE: Duration = Duration::from_secs(90);
const MAX_PROGRAM_BYTES: u64 = 64 << 20;

/// A container whose runner holds a compiled program.
#[derive(Debug)]
pub(super) struct Session {
    container: Container,
    weakness: Option<RunnerWeakness>,
    /// What lies in the container's memory whatever the run: source and program.
    kept_bytes: u64,
}

impl Session {
    /// Compiles; there is no session where the program does not compile.
    pub(super) async fn begin(
        bench: &Bench,
        job: &Job,
        mut container: Container,
    ) -> Result<(Compilation, Option<Self>), Error> {
        let runner_job = runner_job(&bench.config, job, container.user_ids());
        let weakness = runner_job.weakness;
        let within = runner_job.compile_caps.wall_time + GRACE;
        let _among_others = bench.quiet.among_others().await;
        container.send(&ToRunner::Job(Box::new(runner_job))).await?;
        container.send(&ToRunner::Source(&job.source)).await?;
        let FromRunner::Compiled(compiled) = container.receive(within).await? else {
            return Err(Error::OutOfTurn);
        };
        let kept_bytes = kept_bytes(&job.source, compiled.program_bytes);
        let compilation = told::compilation(compiled)?;
        let session = compilation.succeeded.then_some(Self {
            container,
            weakness,
            kept_bytes,
        });
        Ok((compilation, session))
    }

    pub(super) async fn test(
        &mut self,
        job: &Job,
        index: usize,
        input: &Input,
    ) -> Result<Told, Error> {
        let memory_bytes = container_bytes(job, self.kept_bytes + input.size_bytes());
        self.container.set_memory(memory_bytes).await?;
        for file in &input.files {
            self.container.send(&ToRunner::File(file)).await?;
        }
        self.container.send(&ToRunner::Test(&input.stdin)).await?;
        let mut printed = Printed::default();
        let within = job.limits.wall_time + GRACE;
        loop {
            match self.container.receive(within).await? {
                FromRunner::Output(bytes) => printed.add(&bytes, job.returned_output_bytes),
                FromRunner::Done(done) => {
                    return Ok(told::outcome(index, done, printed, self.cpu_limit(job)));
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

fn runner_job(config: &Config, job: &Job, (compiler_uid, program_uid): (u32, u32)) -> RunnerJob {
    let language = &job.language;
    RunnerJob {
        file_name: language.file_name.clone(),
        compile: language.compile_arguments(),
        builds_program: language.builds_program,
        run: language.run_arguments(),
        environment: language.environment(),
        compile_caps: compile_caps(config),
        run_caps: run_caps(&job.limits),
        compiler_uid,
        program_uid,
        attached_files: job.attached_files,
        weakness: config.weakness.and_then(Weakness::of_runner),
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

/// What lies in the container's memory beside what the program itself uses, this run's input among it, is no part of the
/// program's limit.
fn container_bytes(job: &Job, stored_bytes: u64) -> u64 {
    // In whole MiB, so that small inputs do not cost a call to the engine.
    let stored_bytes = stored_bytes & !((1 << 20) - 1);
    job.limits.memory_bytes + stored_bytes + ALLOWANCE_BYTES
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::Language;

    #[test]
    fn a_container_has_room_for_what_lies_in_it_and_for_no_other_runs_input() {
        const MIB: u64 = 1 << 20;
        let job = Job {
            language: Language::cpp17(),
            source: Bytes::new(),
            limits: Limits::new(Duration::from_secs(1), 64 * MIB),
            returned_output_bytes: 0,
            attached_files: 0,
        };
        let bare = 64 * MIB + ALLOWANCE_BYTES;
        for (stored, expected) in [(0, 0), (MIB - 1, 0), (MIB, 1), (9 * MIB + 5, 9)] {
            assert_eq!(container_bytes(&job, stored), bare + expected * MIB);
        }
        assert_eq!(kept_bytes(b"source", 3 * MIB), 3 * MIB + 6);
        assert_eq!(kept_bytes(b"", u64::MAX), MAX_PROGRAM_BYTES);
    }
}
