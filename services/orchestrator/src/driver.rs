//! One run's loop: screens and commits in index order, keeps as much in work as is allowed, and
//! ends when all is done or nothing helps.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use synthsmith_rpc::Item;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use crate::facts::{Synthesized, unpack};
use crate::stage::{Class, Stage};
use crate::store::{Completion, Job, JobKey, NewJob, StoreError};
use crate::work::{ITEMS_PER_PLAN, WorkError, Worker, task_id};

/// Local work at a time; it is short.
const LOCAL_JOBS: usize = 2;
/// Items under way per model call in work: enough to keep every stage busy behind a slow item.
const ITEMS_PER_CALL: u64 = 4;
/// Longest wait before a job is tried again.
const MAX_DELAY: Duration = Duration::from_secs(30);
/// A job that just came due is claimed a moment later.
const RECHECK: Duration = Duration::from_millis(20);
/// So many looks in vain at a run with nothing in work mean that its database is damaged.
const MAX_VAIN_LOOKS: u32 = 50;

/// The loop of one run.
#[derive(Debug)]
pub(crate) struct Driver {
    pub worker: Worker,
    pub limits: Limits,
    /// Stops the loop at its next safe point.
    pub stop: CancellationToken,
    /// Counts up whenever something changed.
    pub revision: Arc<watch::Sender<u64>>,
}

/// How much of a run is in work at a time, and how patient the loop is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub concurrency: usize,
    pub executions: usize,
    pub max_attempts: u32,
    pub attempt_timeout: Duration,
}

/// How a loop ended.
#[derive(Debug)]
pub(crate) enum Ending {
    Complete,
    Stopped,
    Failed(String),
}

/// A job that was tried.
struct Tried {
    job: Job,
    result: Result<Completion, WorkError>,
    busy: Duration,
}

impl Driver {
    pub(crate) async fn run(&self) -> Ending {
        match self.work_until_done().await {
            Ok(ending) => ending,
            Err(error) => Ending::Failed(synthsmith_rpc::error::chain(&error)),
        }
    }

    async fn work_until_done(&self) -> Result<Ending, StoreError> {
        let mut jobs: JoinSet<Tried> = JoinSet::new();
        let mut in_work: HashMap<Class, usize> = HashMap::new();
        let mut vain_looks = 0;
        loop {
            if self.advance().await? {
                return Ok(Ending::Complete);
            }
            self.fill(&mut jobs, &mut in_work).await?;
            let due = self.worker.store.next_due(&self.worker.run_id).await?;
            let is_vain = jobs.is_empty() && due.is_none();
            vain_looks = if is_vain { vain_looks + 1 } else { 0 };
            if vain_looks > MAX_VAIN_LOOKS {
                let stuck =
                    "nothing is left to do though items are open; the run database is damaged";
                return Ok(Ending::Failed(stuck.to_owned()));
            }
            let idle = if is_vain {
                RECHECK
            } else {
                due.unwrap_or(MAX_DELAY)
            };
            tokio::select! {
                () = self.stop.cancelled() => return Ok(Ending::Stopped),
                Some(tried) = jobs.join_next() => {
                    let Ok(tried) = tried else {
                        return Ok(Ending::Failed("a job broke down; the log tells more".to_owned()));
                    };
                    *in_work.entry(tried.job.key.stage.class()).or_default() -= 1;
                    if let Some(failure) = self.settle(tried).await? {
                        return Ok(Ending::Failed(failure));
                    }
                }
                () = tokio::time::sleep(idle) => {}
            }
            self.revision.send_modify(|revision| *revision += 1);
        }
    }

    /// Screens and commits what is ready, in index order; true when the run is complete.
    async fn advance(&self) -> Result<bool, StoreError> {
        let Worker {
            store,
            spec,
            run_id,
            ..
        } = &self.worker;
        while self.screen_next().await? {}
        let (committed, accepted) = store.commit_items(run_id, spec.accepted_count).await?;
        let enough = spec.accepted_count > 0 && accepted >= spec.accepted_count;
        Ok(enough || committed == spec.item_count)
    }

    async fn screen_next(&self) -> Result<bool, StoreError> {
        let Worker { store, run_id, .. } = &self.worker;
        let Some(run) = store.run(run_id).await? else {
            return Ok(false);
        };
        let item = run.screened;
        let key = JobKey {
            stage: Stage::Synthesize,
            item,
            part: 0,
        };
        let Some(packed) = store.result(run_id, key).await? else {
            return Ok(false);
        };
        match unpack(&packed)? {
            Synthesized::Rejected { .. } => store.pass_screen(run_id, item).await?,
            Synthesized::Task(task) => {
                let next =
                    [Stage::Solve, Stage::GenerateTests].map(|stage| NewJob::new(stage, item, 0));
                let digest = statement_digest(&task.statement);
                store.screen_item(run_id, item, &digest, &next).await?;
            }
        }
        Ok(true)
    }

    /// Claims as many jobs as there is room for; late stages first, so that items get finished.
    async fn fill(
        &self,
        jobs: &mut JoinSet<Tried>,
        in_work: &mut HashMap<Class, usize>,
    ) -> Result<(), StoreError> {
        let Worker { store, run_id, .. } = &self.worker;
        let Some(run) = store.run(run_id).await? else {
            return Ok(());
        };
        let window = run.committed + ITEMS_PER_CALL * self.limits.concurrency as u64;
        for stage in Stage::ALL.into_iter().rev() {
            let class = stage.class();
            let used = in_work.entry(class).or_default();
            let room = self.limits.of(class).saturating_sub(*used);
            if room == 0 {
                continue;
            }
            let last_item = match stage {
                Stage::Synthesize => window,
                Stage::Plan => window / ITEMS_PER_PLAN,
                _ => u64::MAX,
            };
            let claimed = store
                .claim_jobs(run_id, stage, last_item, room, "driver")
                .await?;
            *used += claimed.len();
            for job in claimed {
                jobs.spawn(attempt(
                    self.worker.clone(),
                    job,
                    self.limits.attempt_timeout,
                ));
            }
        }
        Ok(())
    }

    /// Writes what a try came to; says why the run fails, where it does.
    async fn settle(&self, tried: Tried) -> Result<Option<String>, StoreError> {
        let Tried { job, result, busy } = tried;
        let store = &self.worker.store;
        let error = match result {
            Ok(completion) => {
                metrics::counter!("synthsmith_orchestrator_jobs_total", "stage" => job.key.stage.as_str())
                    .increment(1);
                store.complete_job(&job, &completion, busy).await?;
                return Ok(None);
            }
            Err(WorkError::Store(error)) => return Err(error),
            Err(error) => error,
        };
        let (delay, is_overload) = match &error {
            WorkError::Call(call) => (call.retry_after, call.is_overload),
            _ => (None, false),
        };
        let patient = is_overload || job.attempts + 1 < self.limits.max_attempts;
        let text = synthsmith_rpc::error::chain(&error);
        let stage = job.key.stage.as_str();
        match delay.filter(|_| patient) {
            Some(delay) => {
                tracing::warn!(stage, attempt = job.attempts, error = text, "trying again");
                let delay = backoff(delay, job.attempts);
                // Being told to wait is no failure.
                let attempts = job.attempts + u32::from(!is_overload);
                store.put_off_job(&job, delay, busy, attempts).await?;
                Ok(None)
            }
            None => Ok(Some(format!("stage {stage}: {text}"))),
        }
    }
}

impl Limits {
    fn of(self, class: Class) -> usize {
        match class {
            Class::Model => self.concurrency,
            Class::Sandbox => self.executions,
            Class::Local => LOCAL_JOBS,
            Class::Ordered => 0,
        }
    }
}

async fn attempt(worker: Worker, job: Job, timeout: Duration) -> Tried {
    let stage = job.key.stage;
    let of_task = stage >= Stage::Synthesize;
    let task = if of_task {
        task_id(job.key.item)
    } else {
        String::new()
    };
    let span = tracing::info_span!(
        "job",
        otel.name = stage.as_str(),
        stage = stage.as_str(),
        run.id = &*worker.run_id,
        task.id = of_task.then_some(task.as_str()),
        part = job.key.part,
        attempt = job.attempts,
    );
    let item = Item::new(&*worker.run_id, task);
    let began = Instant::now();
    let work = item.scope(worker.perform(&job)).instrument(span);
    let result = tokio::time::timeout(timeout, work).await;
    Tried {
        result: result.unwrap_or_else(|_| Err(timed_out(timeout))),
        job,
        busy: began.elapsed(),
    }
}

fn timed_out(timeout: Duration) -> WorkError {
    WorkError::Call(crate::error::CallError {
        service: "orchestrator",
        message: format!("a job took longer than {} s", timeout.as_secs()),
        retry_after: Some(Duration::ZERO),
        is_overload: false,
    })
}

/// Doubles with each try, from what the service asked for.
fn backoff(asked: Duration, attempts: u32) -> Duration {
    asked
        .saturating_mul(1 << attempts.min(10))
        .min(MAX_DELAY)
        .max(asked)
}

/// Statements that differ in white space and case alone are the same.
fn statement_digest(statement: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    for word in statement.split_whitespace() {
        hasher.update(word.to_lowercase().as_bytes());
        hasher.update(b" ");
    }
    hasher.finalize().to_hex().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_the_same_whatever_their_white_space_and_case() {
        let digest = statement_digest("# Title\n\nGiven  N.");
        assert_eq!(statement_digest("# title given n."), digest);
        assert_ne!(statement_digest("# title given m."), digest);
    }

    #[test]
    fn waiting_grows_up_to_a_bound_and_never_below_what_was_asked() {
        let asked = Duration::from_millis(250);
        assert_eq!(backoff(asked, 0), asked);
        assert_eq!(backoff(asked, 2), 4 * asked);
        assert_eq!(backoff(asked, 60), MAX_DELAY);
        assert_eq!(backoff(2 * MAX_DELAY, 3), 2 * MAX_DELAY);
    }
}
