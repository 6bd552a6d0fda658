//! One job in one container, from the compilation to the last outcome.

use std::time::Duration;

use synthsmith_corpus::{Compilation, Measures, Outcome, OutcomeStatus};
use synthsmith_runner_protocol::{
    Caps, Compiled, Done, Ending, FromRunner, Job as RunnerJob, Status, ToRunner,
};
use tokio::sync::mpsc;

use super::container::Container;
use super::spec::ALLOWANCE_BYTES;
use crate::canonical::CanonicalDigest;
use crate::{Config, Error, Event, Job, Limits};

/// Time for the runner to clean up and to answer, beyond the program's own.
const GRACE: Duration = Duration::from_secs(90);
const MAX_STDERR_BYTES: usize = 4 << 10;
const MAX_PROGRAM_BYTES: u64 = 64 << 20;

/// How far a job has come; it survives the loss of a container.
#[derive(Debug, Default)]
pub(super) struct Progress {
    is_compiled: bool,
    next_input: usize,
    timeouts: u32,
}

impl Progress {
    /// Grows with everything that has been told.
    pub(super) fn settled(&self) -> usize {
        usize::from(self.is_compiled) + self.next_input
    }
}

pub(super) struct Session<'a> {
    config: &'a Config,
    job: &'a Job,
    events: &'a mpsc::Sender<Event>,
}

impl<'a> Session<'a> {
    pub(super) fn new(config: &'a Config, job: &'a Job, events: &'a mpsc::Sender<Event>) -> Self {
        Self {
            config,
            job,
            events,
        }
    }

    pub(super) async fn run(
        &self,
        mut container: Container,
        progress: &mut Progress,
    ) -> Result<(), Error> {
        let compiled = self.compile(&mut container).await;
        let compilation = settled_if_starved(compiled, compiler_starved)?;
        let succeeded = compilation.succeeded;
        if !progress.is_compiled {
            self.tell(Event::Compiled(compilation)).await;
            progress.is_compiled = true;
        }
        if !succeeded {
            progress.next_input = self.tell_not_run(progress.next_input).await;
            return Ok(());
        }
        container.set_memory(self.container_bytes()).await?;
        while progress.next_input < self.job.inputs.len() {
            if self
                .job
                .stop_after_timeouts
                .is_some_and(|limit| progress.timeouts >= limit.get())
            {
                progress.next_input = self.tell_not_run(progress.next_input).await;
                return Ok(());
            }
            self.run_next(&mut container, progress).await?;
        }
        Ok(())
    }

    async fn compile(&self, container: &mut Container) -> Result<Compilation, Error> {
        let job = self.runner_job(container.user_ids());
        let within = job.compile_caps.wall_time + GRACE;
        container.send(&ToRunner::Job(job)).await?;
        container.send(&ToRunner::Source(&self.job.source)).await?;
        match container.receive(within).await? {
            FromRunner::Compiled(compiled) => Ok(compilation(compiled)),
            _ => Err(Error::OutOfTurn),
        }
    }

    async fn run_next(
        &self,
        container: &mut Container,
        progress: &mut Progress,
    ) -> Result<(), Error> {
        let index = progress.next_input;
        let ran = self.test(container, index).await;
        let lost = ran.is_err();
        let outcome = settled_if_starved(ran, || runner_starved(index))?;
        if matches!(
            outcome.status,
            OutcomeStatus::CpuTimeExceeded | OutcomeStatus::WallTimeExceeded
        ) {
            progress.timeouts += 1;
        }
        progress.next_input += 1;
        self.tell(Event::Finished(outcome)).await;
        if lost {
            Err(Error::ContainerLost { oom_killed: true })
        } else {
            Ok(())
        }
    }

    async fn test(&self, container: &mut Container, index: usize) -> Result<Outcome, Error> {
        container
            .send(&ToRunner::Test(&self.job.inputs[index]))
            .await?;
        let mut printed = Printed::default();
        loop {
            match container.receive(self.job.limits.wall_time + GRACE).await? {
                FromRunner::Output(bytes) => printed.add(&bytes, self.job.returned_output_bytes),
                FromRunner::Done(done) => return Ok(outcome(index, done, printed)),
                _ => return Err(Error::OutOfTurn),
            }
        }
    }

    /// Says of all inputs from `next` on that they were not run.
    async fn tell_not_run(&self, next: usize) -> usize {
        let count = self.job.inputs.len();
        for index in next..count {
            self.tell(Event::Finished(blank(index, OutcomeStatus::NotRun)))
                .await;
        }
        count
    }

    /// A listener that is gone ends the whole run elsewhere.
    async fn tell(&self, event: Event) {
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
            wall_time: Limits::wall_time_for(cpu_time),
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

/// The kernel killed the runner for want of memory, and only the program can have used it up.
fn settled_if_starved<T>(ended: Result<T, Error>, settled: impl FnOnce() -> T) -> Result<T, Error> {
    match ended {
        Err(Error::ContainerLost { oom_killed: true }) => Ok(settled()),
        ended => ended,
    }
}

fn compiler_starved() -> Compilation {
    Compilation {
        succeeded: false,
        messages: STARVED.into(),
        measures: Measures::default(),
    }
}

fn runner_starved(index: usize) -> Outcome {
    blank(index, OutcomeStatus::MemoryExceeded)
}

const STARVED: &[u8] = b"the compilation needed more memory than it was given\n";

fn compilation(compiled: Compiled) -> Compilation {
    let note: &[u8] = match compiled.status {
        Status::Ok | Status::Failed => b"",
        Status::CpuTimeExceeded | Status::WallTimeExceeded => {
            b"the compilation took more time than it was given\n"
        }
        Status::MemoryExceeded => STARVED,
        Status::OutputExceeded => b"the compilation printed more than it may\n",
    };
    Compilation {
        succeeded: compiled.status == Status::Ok,
        messages: [note, &compiled.messages].concat(),
        measures: measures(compiled.measures),
    }
}

fn outcome(index: usize, done: Done, printed: Printed) -> Outcome {
    let (exit_code, signal) = match done.ending {
        Ending::Exited(code) => (Some(code), None),
        Ending::Signalled(signal) => (None, Some(signal)),
    };
    let status = match done.status {
        Status::Ok => OutcomeStatus::Ok,
        Status::Failed => OutcomeStatus::RuntimeError,
        Status::CpuTimeExceeded => OutcomeStatus::CpuTimeExceeded,
        Status::WallTimeExceeded => OutcomeStatus::WallTimeExceeded,
        Status::MemoryExceeded => OutcomeStatus::MemoryExceeded,
        Status::OutputExceeded => OutcomeStatus::OutputExceeded,
    };
    let digest =
        (status == OutcomeStatus::Ok).then(|| printed.digest.finish().to_hex().to_string());
    let mut stderr_excerpt = done.stderr_excerpt;
    stderr_excerpt.truncate(MAX_STDERR_BYTES);
    Outcome {
        output_digest: digest.unwrap_or_default(),
        output_size_bytes: printed.size_bytes,
        output: printed.beginning,
        measures: measures(done.measures),
        exit_code,
        signal,
        stderr_excerpt,
        ..blank(index, status)
    }
}

fn blank(index: usize, status: OutcomeStatus) -> Outcome {
    Outcome {
        input_index: index as u32,
        status,
        output_digest: String::new(),
        output_size_bytes: 0,
        output: Vec::new(),
        measures: Measures::default(),
        exit_code: None,
        signal: None,
        stderr_excerpt: Vec::new(),
    }
}

fn measures(measures: synthsmith_runner_protocol::Measures) -> Measures {
    Measures {
        cpu_time: measures.cpu_time,
        wall_time: measures.wall_time,
        peak_memory_bytes: measures.peak_memory_bytes,
    }
}

/// What a program printed, as far as it is kept.
#[derive(Debug, Default)]
struct Printed {
    digest: CanonicalDigest,
    beginning: Vec<u8>,
    size_bytes: u64,
}

impl Printed {
    fn add(&mut self, bytes: &[u8], kept_bytes: u64) {
        self.digest.update(bytes);
        self.size_bytes += bytes.len() as u64;
        let wanted = kept_bytes
            .saturating_sub(self.beginning.len() as u64)
            .min(bytes.len() as u64);
        self.beginning.extend_from_slice(&bytes[..wanted as usize]);
    }
}
