//! One program on one input after another, whatever becomes of its containers.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use synthsmith_corpus::{Compilation, Outcome};
use synthsmith_runner_protocol::MAX_PAYLOAD_BYTES;

use super::Bench;
use super::container::Container;
use super::pool::Pool;
use super::session::Session;
use super::told::{self, Told};
use crate::{Compiled, Error, Input, Job, Runs};

/// How often the runs of one program are measured again; a bound on what it makes others wait.
const RERUNS: u32 = 3;

/// A compiled program and the container that it waits in.
#[derive(Debug)]
pub(super) struct DockerRuns {
    program: Program,
    /// `None` after its container was lost.
    session: Option<Session>,
    next_index: usize,
}

impl DockerRuns {
    pub(super) async fn compile(bench: Arc<Bench>, mut job: Job) -> Result<Compiled, Error> {
        job.limits = job.limits.scaled_for(&job.language);
        let pool = bench.pools.of(&job.language).await?;
        let program = Program {
            bench,
            pool,
            job,
            reruns_left: RERUNS,
        };
        let (compilation, session) = program.begin_twice_at_most().await?;
        let runs = session.map(|session| -> Box<dyn Runs> {
            Box::new(Self {
                program,
                session: Some(session),
                next_index: 0,
            })
        });
        Ok(Compiled { compilation, runs })
    }

    async fn attempt(&mut self, input: &Input) -> Result<Outcome, Error> {
        let mut session = match self.session.take() {
            Some(session) => session,
            None => self.program.begin_again().await?,
        };
        let index = self.next_index;
        let told = self.program.measure(&mut session, index, input).await?;
        self.session = Some(session);
        Ok(told.outcome)
    }

    async fn attempt_again(&mut self, input: &Input, first: &Error) -> Result<Outcome, Error> {
        report_retry(first);
        match self.attempt(input).await {
            // Where the kernel kills the runner for want of memory, the program may have used it up, or the machine has
            // none. A second time, in a container of its own, it is the program's doing.
            Err(error) if is_starved(first) && is_starved(&error) => {
                Ok(told::runner_starved(self.next_index))
            }
            settled => settled,
        }
    }
}

#[async_trait]
impl Runs for DockerRuns {
    /// A lost container is replaced once.
    async fn run(&mut self, input: Input) -> Result<Outcome, Error> {
        refuse_unannounced(&self.program.job, &input)?;
        let outcome = match self.attempt(&input).await {
            Err(error) if error.is_passing() => self.attempt_again(&input, &error).await,
            settled => settled,
        }?;
        self.next_index += 1;
        Ok(outcome)
    }
}

/// A program, and where its containers come from.
#[derive(Debug)]
struct Program {
    bench: Arc<Bench>,
    pool: Arc<Pool>,
    job: Job,
    reruns_left: u32,
}

type Begun = (Compilation, Option<Session>);

impl Program {
    /// A lost container is replaced once.
    async fn begin_twice_at_most(&self) -> Result<Begun, Error> {
        let first = self.begin(self.pool.take().await).await;
        metrics::gauge!("synthsmith_sandbox_pool_ready").set(self.bench.pools.ready() as f64);
        let first = match first {
            Err(error) if error.is_passing() => error,
            begun => return begun,
        };
        report_retry(&first);
        match self.begin(self.pool.start_container().await).await {
            // As with a run: the first time, the machine may have been out of memory.
            Err(error) if is_starved(&first) && is_starved(&error) => {
                Ok((told::compiler_starved(), None))
            }
            begun => begun,
        }
    }

    async fn begin(&self, container: Result<Container, Error>) -> Result<Begun, Error> {
        Session::begin(&self.bench, &self.job, container?).await
    }

    async fn begin_again(&self) -> Result<Session, Error> {
        let container = self.pool.start_container().await?;
        match Session::begin(&self.bench, &self.job, container).await? {
            (_, Some(session)) => Ok(session),
            // It compiled before, and a source does not change.
            (_, None) => Err(Error::OutOfTurn),
        }
    }

    /// A run that ended by itself just above its limit was perhaps slowed down by others, and is measured once more
    /// while there are none. Where they do not end in time, or this program was measured again often enough, the first
    /// measurement stands.
    async fn measure(
        &mut self,
        session: &mut Session,
        index: usize,
        input: &Input,
    ) -> Result<Told, Error> {
        let told = {
            let _among_others = self.bench.quiet.among_others().await;
            session.test(&self.job, index, input).await?
        };
        if !told.ended_just_above_limit || self.reruns_left == 0 {
            return Ok(told);
        }
        self.reruns_left -= 1;
        let again = async {
            metrics::counter!("synthsmith_sandbox_reruns_total").increment(1);
            session.test(&self.job, index, input).await
        };
        let patience = patience(self.job.limits.cpu_time);
        let again = self.bench.quiet.alone(patience, again).await;
        again.unwrap_or(Ok(told))
    }
}

/// How long others are waited for, and how long they wait.
fn patience(cpu_limit: Duration) -> Duration {
    cpu_limit * 2 + Duration::from_secs(2)
}

/// Whether the kernel killed the runner for want of memory.
fn is_starved(error: &Error) -> bool {
    matches!(error, Error::ContainerLost { oom_killed: true })
}

fn refuse_unannounced(job: &Job, input: &Input) -> Result<(), Error> {
    let mut sizes = input.files.iter().chain([&input.stdin]).map(Bytes::len);
    match sizes.find(|size| *size > MAX_PAYLOAD_BYTES) {
        Some(size) => Err(Error::InputTooLarge(size)),
        None if input.files.len() != usize::from(job.attached_files) => Err(Error::FilesMissing {
            promised: job.attached_files,
            given: input.files.len(),
        }),
        None => Ok(()),
    }
}

fn report_retry(error: &Error) {
    metrics::counter!("synthsmith_sandbox_retries_total").increment(1);
    tracing::warn!(
        error = error as &dyn std::error::Error,
        "trying again in a new container"
    );
}
