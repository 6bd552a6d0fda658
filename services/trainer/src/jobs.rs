//! All jobs of this trainer: made, resumed, cancelled and watched here.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use crate::artifacts::Artifacts;
use crate::backend::{Backend, SftWork};
use crate::config::Config;
use crate::error::Error;
use crate::spec::{Base, SftSpec};
use crate::store::{JobRow, JobState, Store};
use crate::work::Work;

/// The jobs; cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Jobs {
    store: Store,
    artifacts: Artifacts,
    backend: Arc<dyn Backend>,
    config: Arc<Config>,
    slots: Arc<Semaphore>,
    draining: CancellationToken,
    at_work: Arc<Mutex<HashMap<String, AtWork>>>,
}

/// A job that waits or is trained in this process.
#[derive(Debug)]
struct AtWork {
    stop: CancellationToken,
    revision: Arc<watch::Sender<u64>>,
    ended: JoinHandle<()>,
}

impl Jobs {
    pub(crate) fn new(
        store: Store,
        artifacts: Artifacts,
        backend: Arc<dyn Backend>,
        config: Config,
        draining: CancellationToken,
    ) -> Self {
        Self {
            store,
            artifacts,
            backend,
            slots: Arc::new(Semaphore::new(config.slots as usize)),
            config: Arc::new(config),
            draining,
            at_work: Arc::default(),
        }
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    pub(crate) fn artifacts(&self) -> &Artifacts {
        &self.artifacts
    }

    pub(crate) fn max_data_bytes(&self) -> u64 {
        self.config.max_data_bytes
    }

    /// Cancelled when the process is asked to end.
    pub(crate) fn draining(&self) -> &CancellationToken {
        &self.draining
    }

    /// Goes on with the jobs that waited or were at work when the last process ended, the oldest first.
    pub(crate) async fn resume_interrupted(&self) -> Result<(), Error> {
        let jobs = self.store.jobs(None, u32::MAX).await?;
        for job in jobs.iter().rev().filter(|job| !job.state.rests()) {
            tracing::info!(job.id = job.id, "going on with an interrupted job");
            self.start(job);
        }
        Ok(())
    }

    pub(crate) async fn create(&self, id: &str, spec: &SftSpec) -> Result<JobRow, Error> {
        self.refuse_unknown(spec).await?;
        self.refuse_full()?;
        if !self.store.create(id, spec).await? {
            return Err(Error::JobExists(id.to_owned()));
        }
        let job = self.get(id).await?;
        self.start(&job);
        Ok(job)
    }

    pub(crate) async fn get(&self, id: &str) -> Result<JobRow, Error> {
        let job = self.store.job(id).await?;
        job.ok_or_else(|| Error::NoSuchJob(id.to_owned()))
    }

    pub(crate) async fn resume(&self, id: &str) -> Result<JobRow, Error> {
        let job = self.get(id).await?;
        match job.state {
            JobState::Succeeded => return Err(Error::HasSucceeded(id.to_owned())),
            JobState::Pending | JobState::Running => return Ok(job),
            JobState::Paused | JobState::Failed | JobState::Cancelled => {}
        }
        self.refuse_full()?;
        self.store.set_state(id, JobState::Pending, "").await?;
        self.start(&job);
        self.get(id).await
    }

    pub(crate) async fn cancel(&self, id: &str) -> Result<JobRow, Error> {
        self.get(id).await?;
        let at_work = self.locked(|jobs| jobs.remove(id));
        if let Some(at_work) = at_work {
            at_work.stop.cancel();
            // A task that panicked has ended as well.
            let _ = at_work.ended.await;
        }
        // It may have ended by itself meanwhile.
        if !self.get(id).await?.state.rests() {
            self.store.set_state(id, JobState::Cancelled, "").await?;
        }
        self.get(id).await
    }

    /// Counts up with each change of the job; `None` where nothing works on it.
    pub(crate) fn watch(&self, id: &str) -> Option<watch::Receiver<u64>> {
        self.locked(|jobs| jobs.get(id).map(|at_work| at_work.revision.subscribe()))
    }

    /// Ends when all jobs have stopped at a checkpoint.
    pub(crate) async fn stopped(&self) {
        let jobs: Vec<AtWork> = self.locked(|jobs| jobs.drain().map(|(_, job)| job).collect());
        for at_work in &jobs {
            at_work.stop.cancel();
        }
        for at_work in jobs {
            let _ = at_work.ended.await;
        }
        self.store.close().await;
    }

    fn start(&self, job: &JobRow) {
        let stop = self.draining.child_token();
        let revision = Arc::new(watch::Sender::new(0));
        let work = Work {
            id: job.id.clone(),
            sft: self.sft_work(job),
            store: self.store.clone(),
            backend: Arc::clone(&self.backend),
            slots: Arc::clone(&self.slots),
            stop: stop.clone(),
            revision: Arc::clone(&revision),
        };
        let span = tracing::info_span!("job", otel.name = "JOB", job.id = job.id);
        let ended = tokio::spawn(work.done().instrument(span));
        let at_work = AtWork {
            stop,
            revision,
            ended,
        };
        self.locked(|jobs| {
            jobs.retain(|_, job| !job.ended.is_finished());
            jobs.insert(job.id.clone(), at_work)
        });
    }

    fn sft_work(&self, job: &JobRow) -> SftWork {
        SftWork {
            data: self.artifacts.data(&job.spec.data),
            base: match &job.spec.base {
                Base::New(_) => None,
                Base::Model(name) => Some(self.artifacts.model(name)),
                Base::Job(id) => Some(self.artifacts.model_of(id)),
            },
            folder: self.artifacts.job(&job.id),
            model: self.artifacts.model_of(&job.id),
            spec: job.spec.clone(),
        }
    }

    async fn refuse_unknown(&self, spec: &SftSpec) -> Result<(), Error> {
        if !self.artifacts.data(&spec.data).exists() {
            return Err(Error::NoData(spec.data.clone()));
        }
        match &spec.base {
            Base::New(_) => Ok(()),
            Base::Model(name) if self.artifacts.model(name).is_dir() => Ok(()),
            Base::Model(name) => Err(Error::NoBase {
                name: name.clone(),
                folder: self.config.models.clone(),
            }),
            Base::Job(id) if self.get(id).await?.state == JobState::Succeeded => Ok(()),
            Base::Job(id) => Err(Error::NoModel(id.clone())),
        }
    }

    fn refuse_full(&self) -> Result<(), Error> {
        let most = (self.config.slots + self.config.max_queue) as usize;
        let at_work = self.locked(|jobs| {
            jobs.retain(|_, job| !job.ended.is_finished());
            jobs.len()
        });
        if at_work < most {
            return Ok(());
        }
        let waiting = at_work - self.config.slots as usize;
        Err(Error::QueueFull { waiting })
    }

    fn locked<T>(&self, act: impl FnOnce(&mut HashMap<String, AtWork>) -> T) -> T {
        act(&mut self.at_work.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
