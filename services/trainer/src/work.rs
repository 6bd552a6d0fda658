//! The life of one job: its slot, its training, and how that ended.

use std::sync::Arc;

use synthsmith_rpc::error::chain;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio_util::sync::CancellationToken;

use crate::backend::{Backend, Ending, Failure, Prepared, SftWork, StepMetrics, Watcher};
use crate::store::{JobState, Store, StoreError};

/// What may wait to be written; training waits beyond that.
const UNWRITTEN: usize = 256;

/// A job that waits or is trained.
#[derive(Debug)]
pub(crate) struct Work {
    pub(crate) id: String,
    pub(crate) sft: SftWork,
    pub(crate) store: Store,
    pub(crate) backend: Arc<dyn Backend>,
    pub(crate) slots: Arc<Semaphore>,
    pub(crate) stop: CancellationToken,
    pub(crate) revision: Arc<watch::Sender<u64>>,
}

/// What training tells.
#[derive(Debug)]
enum News {
    Prepared(Prepared),
    Stepped(StepMetrics),
}

impl Work {
    /// Waits for a slot, trains, and writes how that ended. A job that is stopped stays as it is: cancelled by its
    /// canceller, or resumed by the next process.
    pub(crate) async fn done(self) {
        let slots = Arc::clone(&self.slots);
        let slot = tokio::select! {
            () = self.stop.cancelled() => return,
            slot = slots.acquire_owned() => slot,
        };
        let trained = self.trained().await;
        drop(slot);
        let written = match trained {
            Ok(Ok(Ending::Done)) => self.ended(JobState::Succeeded, "").await,
            Ok(Ok(Ending::Stopped)) => Ok(()),
            Ok(Err(failure)) => {
                tracing::error!(error = failure.message, "the job ended before its end");
                let state = if failure.can_resume {
                    JobState::Paused
                } else {
                    JobState::Failed
                };
                self.ended(state, &failure.message).await
            }
            Err(error) => Err(error),
        };
        if let Err(error) = written {
            tracing::error!(error = chain(&error), "cannot write where the job stands");
        }
        self.changed();
    }

    async fn trained(&self) -> Result<Result<Ending, Failure>, StoreError> {
        let state = JobState::Running;
        self.store.set_state(&self.id, state, "").await?;
        self.changed();
        let (news, told) = mpsc::channel(UNWRITTEN);
        let desk = Desk {
            news,
            stop: self.stop.clone(),
        };
        let (backend, sft) = (Arc::clone(&self.backend), self.sft.clone());
        let training = tokio::task::spawn_blocking(move || backend.sft(&sft, &desk));
        let written = self.write(told).await;
        if written.is_err() {
            // What cannot be told of is not worth going on with.
            self.stop.cancel();
        }
        let trained = training.await.unwrap_or_else(|panic| {
            Err(Failure {
                message: format!("training broke down, which is a bug: {panic}"),
                can_resume: true,
            })
        });
        written.map(|()| trained)
    }

    /// Writes what training tells, until it has ended.
    async fn write(&self, mut told: mpsc::Receiver<News>) -> Result<(), StoreError> {
        let mut news = Vec::new();
        while told.recv_many(&mut news, UNWRITTEN).await > 0 {
            let mut steps = Vec::new();
            for piece in news.drain(..) {
                match piece {
                    News::Prepared(prepared) => self.store.prepared(&self.id, prepared).await?,
                    News::Stepped(step) => steps.push(step),
                }
            }
            self.store.add_steps(&self.id, &steps).await?;
            metrics::counter!("synthsmith_trainer_steps_total").increment(steps.len() as u64);
            let tokens = steps.iter().map(|step| step.tokens).sum();
            metrics::counter!("synthsmith_trainer_tokens_total").increment(tokens);
            self.changed();
        }
        Ok(())
    }

    async fn ended(&self, state: JobState, error: &str) -> Result<(), StoreError> {
        self.store.set_state(&self.id, state, error).await
    }

    fn changed(&self) {
        self.revision.send_modify(|revision| *revision += 1);
    }
}

/// Where training tells what happens.
struct Desk {
    news: mpsc::Sender<News>,
    stop: CancellationToken,
}

impl Watcher for Desk {
    fn prepared(&self, prepared: Prepared) {
        // Who wrote it down may have failed; then the job is stopped.
        let _ = self.news.blocking_send(News::Prepared(prepared));
    }

    fn stepped(&self, step: StepMetrics) {
        let _ = self.news.blocking_send(News::Stepped(step));
    }

    fn is_stopping(&self) -> bool {
        self.stop.is_cancelled()
    }
}
