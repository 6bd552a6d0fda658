//! One program on one input after another, whatever becomes of its containers.

use std::sync::Arc;

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
        let program = Program { bench, pool, job };
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
        let outcome = match self.program.measure(&mut session, index, input).await {
            Ok(told) => told.outcome,
            // Where the kernel killed the runner for want of memory, the program used it up.
            Err(Error::ContainerLost { oom_killed: true }) if !session.is_used => {
                return Ok(told::runner_starved(index));
            }
            Err(error) => return Err(error),
        };
        session.is_used = true;
        self.session = Some(session);
        Ok(outcome)
    }
}

#[async_trait]
impl Runs for DockerRuns {
    /// A lost container is replaced once.
    async fn run(&mut self, input: Input) -> Result<Outcome, Error> {
        let job = &mut self.program.job;
        refuse_unannounced(job, &input)?;
        job.largest_input_bytes = job.largest_input_bytes.max(input.size_bytes());
        let outcome = match self.attempt(&input).await {
            Err(error) if error.is_passing() => {
                report_retry(&error);
                self.attempt(&input).await
            }
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
}

type Begun = (Compilation, Option<Session>);

impl Program {
    /// A lost container is replaced once.
    async fn begin_twice_at_most(&self) -> Result<Begun, Error> {
        let first = self.begin(self.pool.take().await).await;
        metrics::gauge!("synthsmith_sandbox_pool_ready").set(self.bench.pools.ready() as f64);
        let has_stalled = match first {
            Err(error) if error.is_passing() => {
                report_retry(&error);
                matches!(error, Error::CompilationStalled(_))
            }
            begun => return begun,
        };
        match self.begin(self.pool.start_container().await).await {
            // Where a compilation stands still, the machine may be busy. A second time it is the source's doing: it can
            // let the compiler wait forever, for example by including a pipe.
            Err(Error::CompilationStalled(_)) if has_stalled => {
                Ok((told::compiler_stalled(), None))
            }
            begun => begun,
        }
    }

    async fn begin(&self, container: Result<Container, Error>) -> Result<Begun, Error> {
        match Session::begin(&self.bench, &self.job, container?).await {
            // Where the kernel killed the runner for want of memory, the compiler used it up.
            Err(Error::ContainerLost { oom_killed: true }) => Ok((told::compiler_starved(), None)),
            begun => begun,
        }
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
    /// while there are none.
    async fn measure(
        &self,
        session: &mut Session,
        index: usize,
        input: &Input,
    ) -> Result<Told, Error> {
        let told = {
            let _among_others = self.bench.quiet.read().await;
            session.test(&self.job, index, input).await?
        };
        if !told.ended_just_above_limit {
            return Ok(told);
        }
        metrics::counter!("synthsmith_sandbox_reruns_total").increment(1);
        let _alone = self.bench.quiet.write().await;
        session.is_used = true;
        session.test(&self.job, index, input).await
    }
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
