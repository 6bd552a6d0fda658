//! The adapter to a Docker engine: one single-use container per job.

mod base;
mod container;
mod engine;
mod image;
mod owner;
mod pool;
mod probe;
mod session;
mod spec;
mod told;

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::{Semaphore, mpsc};

pub use engine::{Engine, Facts};

use crate::{Config, Error, Event, Job, Sandbox};
use pool::Pool;
use session::{Progress, Session};
use spec::Spec;

/// Runs jobs in containers of a Docker engine.
#[derive(Debug)]
pub struct DockerSandbox {
    config: Config,
    pool: Pool,
    slots: Semaphore,
}

impl DockerSandbox {
    /// Makes ready to run jobs: the image is built if it is missing, containers left by processes that are gone are
    /// removed, and the engine is shown to enforce every limit.
    pub async fn open(config: Config) -> Result<Self, Error> {
        let engine = Arc::new(Engine::connect(&config).await?);
        let image = image::ensure(&engine).await?;
        engine.remove_orphans().await?;
        let spec = Spec::new(image, &config, engine.facts());
        let sandbox = Self {
            slots: Semaphore::new(config.slots),
            pool: Pool::start(engine, spec, config.pool_size),
            config,
        };
        probe::prove_limits(&sandbox).await?;
        Ok(sandbox)
    }

    pub fn facts(&self) -> &Facts {
        self.pool.engine().facts()
    }

    /// Containers that wait for a job.
    pub fn ready_containers(&self) -> usize {
        self.pool.ready()
    }

    /// Removes all containers; jobs in work fail.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// A lost container is replaced once; where the program itself made the kernel kill it, that was the program's
    /// outcome, and the rest of the inputs gets a new container.
    async fn attempts(&self, job: &Job, events: &mpsc::Sender<Event>) -> Result<(), Error> {
        let mut progress = Progress::default();
        let mut container = self.pool.take().await;
        let mut retried = false;
        loop {
            let settled_before = progress.settled();
            let ended = match container {
                Ok(container) => {
                    Session::new(&self.config, job, events, container)
                        .run(&mut progress)
                        .await
                }
                Err(error) => Err(error),
            };
            match ended {
                Err(Error::ContainerLost { .. }) if progress.settled() > settled_before => {}
                Err(error) if error.is_passing() && !retried => {
                    retried = true;
                    metrics::counter!("synthsmith_sandbox_retries_total").increment(1);
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "retrying a job in a new container"
                    );
                }
                ended => return ended,
            }
            container = self.pool.start_container().await;
        }
    }
}

#[async_trait]
impl Sandbox for DockerSandbox {
    async fn run(&self, job: Job, events: mpsc::Sender<Event>) -> Result<(), Error> {
        let run = async {
            let _slot = self
                .slots
                .acquire()
                .await
                .expect("the semaphore is never closed");
            self.attempts(&job, &events).await
        };
        tokio::select! {
            ended = run => ended,
            () = events.closed() => Ok(()),
        }
    }
}
