//! One job in one container, from the compilation to the last outcome.

use std::time::Duration;

use synthsmith_corpus::{Compilation, Outcome, OutcomeStatus};
use synthsmith_runner_protocol::{Caps, FromRunner, Job as RunnerJob, ToRunner};
use tokio::sync::mpsc;

use super::container::Container;
use super::spec::ALLOWANCE_BYTES;
use super::told::{self, Printed};
use crate::{Config, Error, Event, Job, Limits};

/// Time for the runner to clean up and to answer, beyond the program's own.
const GRACE: Duration = Duration::from_secs(90);
const MAX_PROGRAM_BYTES: u64 = 64 << 20;

/// How far a job has come; it survives the loss of a container.
#[derive(Debug, Default)]
pub(super) struct Progress {
    is_compiled: bool,
    has_stalled: bool,
    next_input: usize,
    timeouts: u32,
}

impl Progress {
    /// Grows with everything that has been told.
    pub(super) fn settled(&self) -> usize {
        usize::from(self.is_compiled) + self.next_input
    }

    /// Where a compilation stands still, the machine may be busy, and the job deserves another try. A second time it is
    /// the source's doing: it can let the compiler wait forever, for example by including a pipe.
    fn settled_if_stalled_again(
        &mut self,
        compiled: Result<Compilation, Error>,
    ) -> Result<Compilation, Error> {
        let has_stalled = matches!(compiled, Err(Error::CompilationStalled(_)));
        if has_stalled && std::mem::replace(&mut self.has_stalled, true) {
            return Ok(told::compiler_stalled());
        }
        compiled
    }
}

pub(super) struct Session<'a> {
    config: &'a Config,
    job: &'a Job,
    events: &'a mpsc::Sender<Event>,
    container: Container,
    /// Whether a test has ended in this container.
    is_used: bool,
}

impl<'a> Session<'a> {
    pub(super) fn new(
        config: &'a Config,
        job: &'a Job,
        events: &'a mpsc::Sender<Event>,
        container: Container,
    ) -> Self {
        Self {
            config,
            job,
            events,
            container,
            is_used: false,
        }
    }

    pub(super) async fn run(mut self, progress: &mut Progress) -> Result<(), Error> {
        let compiled = progress.settled_if_stalled_again(self.compile().await);
        let compilation = self.settled_if_starved(compiled, told::compiler_starved)?;
        let succeeded = compilation.succeeded;
        match progress.is_compiled {
            false => self.tell(Event::Compiled(compilation)).await,
            true if succeeded => {}
            // It compiled before, and a source does not change.
            true => return Err(Error::OutOfTurn),
        }
        progress.is_compiled = true;
        if succeeded {
            self.container.set_memory(self.container_bytes()).await?;
            while self.goes_on(progress) {
                self.run_next(progress).await?;
            }
        }
        self.tell_not_run(progress).await;
        Ok(())
    }

    fn goes_on(&self, progress: &Progress) -> bool {
        let enough = self.job.stop_after_timeouts;
        progress.next_input < self.job.inputs.len()
            && enough.is_none_or(|enough| progress.timeouts < enough.get())
    }

    async fn compile(&mut self) -> Result<Compilation, Error> {
        let job = self.runner_job(self.container.user_ids());
        let within = job.compile_caps.wall_time + GRACE;
        self.container.send(&ToRunner::Job(Box::new(job))).await?;
        let source = ToRunner::Source(&self.job.source);
        self.container.send(&source).await?;
        match self.container.receive(within).await? {
            FromRunner::Compiled(compiled) => told::compilation(compiled),
            _ => Err(Error::OutOfTurn),
        }
    }

    async fn run_next(&mut self, progress: &mut Progress) -> Result<(), Error> {
        let index = progress.next_input;
        let ran = self.test(index).await;
        let is_lost = ran.is_err();
        let outcome = self.settled_if_starved(ran, || told::runner_starved(index))?;
        self.is_used = true;
        progress.timeouts += u32::from(told::is_timeout(outcome.status));
        progress.next_input += 1;
        self.tell(Event::Finished(outcome)).await;
        if is_lost {
            return Err(Error::ContainerLost { oom_killed: true });
        }
        Ok(())
    }

    async fn test(&mut self, index: usize) -> Result<Outcome, Error> {
        let input = ToRunner::Test(&self.job.inputs[index]);
        self.container.send(&input).await?;
        let mut printed = Printed::default();
        let within = self.job.limits.wall_time + GRACE;
        loop {
            match self.container.receive(within).await? {
                FromRunner::Output(bytes) => printed.add(&bytes, self.job.returned_output_bytes),
                FromRunner::Done(done) => return Ok(told::outcome(index, done, printed)),
                _ => return Err(Error::OutOfTurn),
            }
        }
    }

    /// Where the kernel killed the runner for want of memory, the program used it up, and that settles its outcome.
    ///
    /// The engine remembers any kill in a container, also that of an earlier program. Hence only the first test of a
    /// container can be settled so; a later one is tried again in a container of its own.
    fn settled_if_starved<T>(
        &self,
        ended: Result<T, Error>,
        settled: impl FnOnce() -> T,
    ) -> Result<T, Error> {
        match ended {
            Err(Error::ContainerLost { oom_killed: true }) if !self.is_used => Ok(settled()),
            ended => ended,
        }
    }

    /// Says of all inputs that are left that they were not run.
    async fn tell_not_run(&mut self, progress: &mut Progress) {
        while progress.next_input < self.job.inputs.len() {
            let outcome = told::blank(progress.next_input, OutcomeStatus::NotRun);
            self.tell(Event::Finished(outcome)).await;
            progress.next_input += 1;
        }
    }

    /// A listener that is gone ends the whole run elsewhere.
    async fn tell(&mut self, event: Event) {
        let _ = self.events.send(event).await;
    }

    fn runner_job(&self, (compiler_uid, program_uid): (u32, u32)) -> RunnerJob {
        let language = &self.job.language;
        RunnerJob {
            file_name: language.file_name.clone(),
            compile: language.compile_arguments(),
            builds_program: language.builds_program,
            run: language.run_arguments(),
            environment: language.environment(),
            compile_caps: self.compile_caps(),
            run_caps: run_caps(&self.job.limits),
            compiler_uid,
            program_uid,
        }
    }

    fn compile_caps(&self) -> Caps {
        let cpu_time = Duration::from_millis(self.config.compile_cpu_ms);
        Caps {
            cpu_time,
            wall_time: Limits::compile_wall_time_for(cpu_time),
            memory_bytes: self.config.default_memory_bytes,
            processes: Limits::DEFAULT_PROCESSES,
            output_bytes: Limits::DEFAULT_OUTPUT_BYTES,
            file_bytes: MAX_PROGRAM_BYTES,
        }
    }

    /// An input lies in the container's memory while it is read.
    fn container_bytes(&self) -> u64 {
        let largest_input = self
            .job
            .inputs
            .iter()
            .map(bytes::Bytes::len)
            .max()
            .unwrap_or(0) as u64;
        // In whole MiB, so that small inputs do not cost a call to the engine.
        let inputs = largest_input & !((1 << 20) - 1);
        self.job.limits.memory_bytes + inputs + ALLOWANCE_BYTES
    }
}

fn run_caps(limits: &Limits) -> Caps {
    Caps {
        cpu_time: limits.cpu_time,
        wall_time: limits.wall_time,
        memory_bytes: limits.memory_bytes,
        processes: limits.processes,
        output_bytes: limits.output_bytes,
        file_bytes: MAX_PROGRAM_BYTES,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compilation_that_stands_still_twice_is_settled_against_the_source() {
        let stalled = || Err(Error::CompilationStalled(Duration::from_secs(200)));
        let mut progress = Progress::default();
        let lost = progress.settled_if_stalled_again(Err(Error::OutOfTurn));
        assert!(matches!(lost, Err(Error::OutOfTurn)));
        let first = progress.settled_if_stalled_again(stalled()).unwrap_err();
        assert!(first.is_passing());
        let second = progress.settled_if_stalled_again(stalled()).unwrap();
        assert!(!second.succeeded && !second.messages.is_empty());
    }
}
