//! All jobs of this trainer: made, resumed, cancelled and watched here.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use crate::config::Config;
use crate::desk::Desk;
use crate::error::Error;
use crate::places::Places;
use crate::spec::{ModelName, Spec};
use crate::store::{JobRow, JobState, Store};
use crate::work::{Doers, Work};

/// The jobs; cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Jobs {
    store: Store,
    doers: Doers,
    config: Arc<Config>,
    slots: Arc<Semaphore>,
    draining: CancellationToken,
    at_work: Arc<Mutex<HashMap<String, AtWork>>>,
    /// One job is made, resumed or cancelled at a time, so that none is worked on twice.
    changing: Arc<tokio::sync::Mutex<()>>,
}

/// A job that waits or is worked on in this process.
#[derive(Debug)]
struct AtWork {
    stop: CancellationToken,
    revision: Arc<watch::Sender<u64>>,
    ended: JoinHandle<()>,
}

impl Jobs {
    pub(crate) fn new(
        store: Store,
        doers: Doers,
        config: Config,
        draining: CancellationToken,
    ) -> Self {
        Self {
            store,
            doers,
            slots: Arc::new(Semaphore::new(config.slots as usize)),
            config: Arc::new(config),
            draining,
            at_work: Arc::default(),
            changing: Arc::default(),
        }
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    pub(crate) fn places(&self) -> &Places {
        &self.doers.places
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

    pub(crate) async fn create(&self, id: String, spec: Spec) -> Result<JobRow, Error> {
        self.changed(|jobs| async move { jobs.make(&id, &spec).await })
            .await
    }

    pub(crate) async fn resume(&self, id: String) -> Result<JobRow, Error> {
        self.changed(|jobs| async move { jobs.go_on(&id).await })
            .await
    }

    pub(crate) async fn cancel(&self, id: String) -> Result<JobRow, Error> {
        self.changed(|jobs| async move { jobs.stop(&id).await })
            .await
    }

    /// Makes a change to its end, whether or not who asked for it waits.
    async fn changed<F>(&self, change: impl FnOnce(Self) -> F) -> Result<JobRow, Error>
    where
        F: Future<Output = Result<JobRow, Error>> + Send + 'static,
    {
        let turn = Arc::clone(&self.changing);
        let change = change(self.clone());
        let changing = tokio::spawn(async move {
            let _turn = turn.lock().await;
            change.await
        });
        match changing.await {
            Ok(changed) => changed,
            Err(panic) => std::panic::resume_unwind(panic.into_panic()),
        }
    }

    async fn make(&self, id: &str, spec: &Spec) -> Result<JobRow, Error> {
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

    async fn go_on(&self, id: &str) -> Result<JobRow, Error> {
        let job = self.get(id).await?;
        if job.state == JobState::Succeeded {
            return Err(Error::HasSucceeded(id.to_owned()));
        }
        let is_at_work = |at_work: &AtWork| !at_work.ended.is_finished();
        if self.locked(|jobs| jobs.get(id).is_some_and(is_at_work)) {
            return Ok(job);
        }
        self.refuse_full()?;
        self.store.set_state(id, JobState::Pending, "").await?;
        self.start(&job);
        self.get(id).await
    }

    async fn stop(&self, id: &str) -> Result<JobRow, Error> {
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
        let _turn = self.changing.lock().await;
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
        let desk = Desk {
            id: job.id.clone(),
            store: self.store.clone(),
            revision: Arc::clone(&revision),
        };
        let work = Work {
            spec: job.spec.clone(),
            desk,
            doers: self.doers.clone(),
            slots: Arc::clone(&self.slots),
            stop: stop.clone(),
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

    async fn refuse_unknown(&self, spec: &Spec) -> Result<(), Error> {
        for digest in spec.data() {
            if !self.places().holds_data(digest).await? {
                return Err(Error::NoData(digest.to_owned()));
            }
        }
        match spec.model() {
            None => Ok(()),
            Some(ModelName::Job(id)) => self.refuse_without_model(id).await,
            Some(name) if self.places().folder(name).is_dir() => Ok(()),
            Some(name) => Err(Error::NoBase {
                name: name.to_string(),
                folder: self.config.models.clone(),
            }),
        }
    }

    async fn refuse_without_model(&self, id: &str) -> Result<(), Error> {
        let job = self.get(id).await?;
        match job.spec {
            Spec::Sft(_) if job.state == JobState::Succeeded => Ok(()),
            Spec::Sft(_) => Err(Error::NotDone(id.to_owned())),
            Spec::Evaluation(_) => Err(Error::NoModel(id.to_owned())),
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
