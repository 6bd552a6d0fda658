//! One program, and the sessions in which it runs.

use std::sync::Arc;

use blake3::Hash;
use synthsmith_corpus::Compilation;

use super::Bench;
use super::builds::Build;
use super::lease::Lease;
use super::pool::Pool;
use super::session::{self, Origin, Session};
use super::told;
use crate::{Error, Isolation, Job};

/// A program, and where its containers come from.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) bench: Arc<Bench>,
    pool: Arc<Pool>,
    pub(super) job: Job,
    /// The name of its build; `None` where none is kept.
    key: Option<Hash>,
    /// `None` until it is compiled.
    build: Option<Arc<Build>>,
}

/// The container for a program.
#[derive(Debug, Clone, Copy)]
enum Which {
    /// One that waits, if there is one.
    Waiting,
    /// One that cannot be at fault for what happened in another.
    New,
}

pub(super) type Begun = (Compilation, Option<Session>);

impl Program {
    pub(super) async fn new(bench: Arc<Bench>, mut job: Job) -> Result<Self, Error> {
        job.limits = job.limits.scaled_for(&job.language);
        let pool = bench.pools.of(&job.language).await?;
        let key = bench.builds.key(pool.image(), &job);
        Ok(Self {
            build: key.and_then(|key| bench.builds.get(&key)),
            bench,
            pool,
            job,
            key,
        })
    }

    /// A lost container is replaced once.
    pub(super) async fn begin_twice_at_most(&mut self) -> Result<Begun, Error> {
        let first = self.begin(Which::Waiting).await;
        metrics::gauge!("synthsmith_sandbox_pool_ready").set(self.bench.pools.ready() as f64);
        let first = match first {
            Err(error) if error.is_passing() => error,
            begun => return begun,
        };
        report_retry(&first);
        match self.begin(Which::New).await {
            // As with a run: the first time, the machine may have been out of memory.
            Err(error) if is_starved(&first) && is_starved(&error) => {
                Ok((told::compiler_starved(), None))
            }
            begun => begun,
        }
    }

    /// Compiles and holds the container ready for the first run. In cells the compiler, which has a memory of its own,
    /// gets a cell of its own: changing a container's memory costs more than a cell.
    async fn begin(&mut self, which: Which) -> Result<Begun, Error> {
        let run_bytes = session::container_bytes(&self.job, 0);
        let compile_bytes = session::compiler_bytes(&self.bench.config);
        let is_cell = matches!(self.job.isolation, Isolation::Cell { .. });
        let compiles = self.build.is_none() && self.job.language.builds_program;
        let first_bytes = if compiles { compile_bytes } else { run_bytes };
        let lease = self.lease(which, first_bytes).await?;
        let is_apart = is_cell && compiles && first_bytes != run_bytes;
        let (compilation, session) = self.begin_in(lease, is_apart).await?;
        if !is_apart || session.is_none() {
            return Ok((compilation, session));
        }
        drop(session);
        let lease = self.lease(which, run_bytes).await?;
        let (_, session) = self.begin_in(lease, false).await?;
        Ok((compilation, session))
    }

    async fn lease(&self, which: Which, memory_bytes: u64) -> Result<Lease, Error> {
        match which {
            Which::Waiting => self.pool.take(&self.job.isolation, memory_bytes).await,
            Which::New => self.pool.take_new(&self.job.isolation).await,
        }
    }

    async fn begin_in(&mut self, lease: Lease, is_apart: bool) -> Result<Begun, Error> {
        let origin = match &self.build {
            Some(build) => Origin::Build(build),
            None => Origin::Source {
                returns_program: is_apart || self.key.is_some(),
            },
        };
        let started = Session::begin(&self.bench, &self.job, lease, origin).await?;
        if let Some(build) = started.build {
            let build = Arc::new(build);
            if let Some(key) = self.key {
                self.bench.builds.put(key, Arc::clone(&build));
            }
            self.build = Some(build);
        }
        Ok((started.compilation, started.session))
    }

    pub(super) async fn begin_again(&mut self) -> Result<Session, Error> {
        match self.begin(Which::New).await? {
            (_, Some(session)) => Ok(session),
            // It compiled before, and a source does not change.
            (_, None) => Err(Error::OutOfTurn),
        }
    }
}

/// Whether the kernel killed the runner for want of memory.
pub(super) fn is_starved(error: &Error) -> bool {
    matches!(error, Error::ContainerLost { oom_killed: true })
}

pub(super) fn report_retry(error: &Error) {
    super::metrics::tried_again();
    tracing::warn!(
        error = error as &dyn std::error::Error,
        "trying again in a new container"
    );
}
