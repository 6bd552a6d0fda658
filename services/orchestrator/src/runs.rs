//! All runs of this orchestrator: made, resumed, cancelled and watched here.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use crate::clients::Clients;
use crate::config::Config;
use crate::driver::{Driver, Ending, Limits};
use crate::error::Error;
use crate::spec::{CodeSample, RunSpec, SamplesDigest};
use crate::store::{RunRow, RunState, Store};
use crate::work::Worker;

/// The runs; cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Runs {
    store: Store,
    clients: Clients,
    config: Arc<Config>,
    draining: CancellationToken,
    loops: Arc<Mutex<HashMap<String, Loop>>>,
    /// One start at a time, so that no run ever has two loops.
    starting: Arc<tokio::sync::Mutex<()>>,
}

/// A run's loop in this process.
#[derive(Debug)]
struct Loop {
    stop: CancellationToken,
    revision: Arc<watch::Sender<u64>>,
    /// Why it failed; the database may be what failed, and then cannot tell.
    failure: Arc<OnceLock<String>>,
    ended: JoinHandle<()>,
}

impl Runs {
    pub(crate) fn new(
        store: Store,
        clients: Clients,
        config: Config,
        draining: CancellationToken,
    ) -> Self {
        Self {
            store,
            clients,
            config: Arc::new(config),
            draining,
            loops: Arc::default(),
            starting: Arc::default(),
        }
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    pub(crate) fn clients(&self) -> &Clients {
        &self.clients
    }

    /// Goes on with the runs that were at work when the last process ended.
    pub(crate) async fn resume_interrupted(&self) -> Result<(), Error> {
        for run in self.store.runs(None, u32::MAX).await? {
            if matches!(run.state, RunState::Pending | RunState::Running) {
                tracing::info!(run.id = run.id, "going on with an interrupted run");
                self.start(&run).await?;
            }
        }
        Ok(())
    }

    pub(crate) async fn create(
        &self,
        id: String,
        spec: RunSpec,
        samples: &[CodeSample],
    ) -> Result<RunRow, Error> {
        let mut digest = SamplesDigest::default();
        for sample in samples {
            digest.add(sample);
        }
        let fingerprint = spec.fingerprint(&digest.finish(), &self.rules());
        let made = self.store.create_run(&id, &spec, &fingerprint, samples);
        if !made.await? {
            return Err(Error::RunExists(id));
        }
        let run = self.get(&id).await?;
        self.start(&run).await?;
        self.get(&id).await
    }

    pub(crate) async fn get(&self, id: &str) -> Result<RunRow, Error> {
        let run = self.store.run(id).await?;
        let mut run = run.ok_or_else(|| Error::NoSuchRun(id.to_owned()))?;
        let failure = self.locked(|loops| loops.get(id)?.failure.get().cloned());
        if let Some(failure) = failure {
            run.state = RunState::Failed;
            run.error = failure;
        }
        Ok(run)
    }

    /// Goes on with a run; `spec` guards against resuming with another one.
    pub(crate) async fn resume(&self, id: &str, spec: Option<&RunSpec>) -> Result<RunRow, Error> {
        let run = self.get(id).await?;
        if spec.is_some_and(|spec| !spec.asks_the_same(&run.spec)) {
            return Err(Error::OtherConfiguration(id.to_owned()));
        }
        if run.state != RunState::Succeeded {
            self.start(&run).await?;
        }
        self.get(id).await
    }

    pub(crate) async fn cancel(&self, id: &str) -> Result<RunRow, Error> {
        self.get(id).await?;
        let at_work = self.locked(|loops| loops.remove(id));
        if let Some(at_work) = at_work {
            at_work.stop.cancel();
            // A loop that panicked has ended as well.
            let _ = at_work.ended.await;
        }
        // It may have ended by itself meanwhile.
        if !self.get(id).await?.state.has_ended() {
            let state = RunState::Cancelled;
            self.store.set_run_state(id, state, "").await?;
        }
        self.get(id).await
    }

    /// Counts up with each change of the run; `None` where no loop works on it.
    pub(crate) fn watch(&self, id: &str) -> Option<watch::Receiver<u64>> {
        self.locked(|loops| loops.get(id).map(|at_work| at_work.revision.subscribe()))
    }

    /// Cancelled when the process is asked to end.
    pub(crate) fn draining(&self) -> &CancellationToken {
        &self.draining
    }

    /// Ends when every loop has stopped.
    pub(crate) async fn stopped(&self) {
        let loops: Vec<Loop> = self.locked(|loops| loops.drain().map(|(_, found)| found).collect());
        for at_work in loops {
            at_work.stop.cancel();
            let _ = at_work.ended.await;
        }
        self.store.close().await;
    }

    fn is_at_work(&self, id: &str) -> bool {
        self.locked(|loops| {
            loops
                .get(id)
                .is_some_and(|at_work| !at_work.ended.is_finished())
        })
    }

    async fn start(&self, run: &RunRow) -> Result<(), Error> {
        let _one = self.starting.lock().await;
        if self.is_at_work(&run.id) {
            return Ok(());
        }
        self.store.release_jobs_of(&run.id).await?;
        let state = RunState::Running;
        self.store.set_run_state(&run.id, state, "").await?;
        let stop = self.draining.child_token();
        let revision = Arc::new(watch::Sender::new(0));
        let driver = Driver {
            worker: Worker {
                store: self.store.clone(),
                clients: self.clients.clone(),
                rules: Arc::new(self.config.rules.clone()),
                spec: Arc::new(run.spec.clone()),
                run_id: run.id.as_str().into(),
            },
            limits: self.limits(&run.spec),
            stop: stop.clone(),
            revision: revision.clone(),
        };
        let span = tracing::info_span!("run", otel.name = "RUN", run.id = run.id);
        let failure = Arc::new(OnceLock::new());
        let work = drive(driver, failure.clone()).instrument(span);
        let at_work = Loop {
            stop,
            revision,
            failure,
            ended: tokio::spawn(work),
        };
        self.locked(|loops| loops.insert(run.id.clone(), at_work));
        Ok(())
    }

    fn limits(&self, spec: &RunSpec) -> Limits {
        let concurrency = match spec.concurrency {
            0 => self.config.concurrency,
            asked => asked,
        };
        Limits {
            concurrency: concurrency as usize,
            executions: self.config.executions as usize,
            max_attempts: self.config.max_attempts,
            attempt_timeout: Duration::from_secs(self.config.attempt_timeout_seconds),
        }
    }

    fn rules(&self) -> String {
        serde_json::to_string(&self.config.rules).expect("rules are plain data")
    }

    fn locked<T>(&self, work: impl FnOnce(&mut HashMap<String, Loop>) -> T) -> T {
        work(&mut self.loops.lock().expect("no loop panics with the lock"))
    }
}

async fn drive(driver: Driver, failure: Arc<OnceLock<String>>) {
    let ending = driver.run().await;
    let (store, id) = (&driver.worker.store, &*driver.worker.run_id);
    let written = match ending {
        Ending::Complete => store.set_run_state(id, RunState::Succeeded, "").await,
        Ending::Failed(error) => {
            tracing::error!(run.id = id, error, "the run failed; it can be resumed");
            let written = store.set_run_state(id, RunState::Failed, &error).await;
            failure.get_or_init(|| error);
            written
        }
        // Stays as it is: cancelled by its canceller, or resumed by the next process.
        Ending::Stopped => Ok(()),
    };
    if let Err(error) = written {
        let error = synthsmith_rpc::error::chain(&error);
        tracing::error!(run.id = id, error, "cannot write how the run ended");
        failure.get_or_init(|| error);
    }
    driver.revision.send_modify(|revision| *revision += 1);
}
