//! The life of one job: its slot, its work, and how that ended.

use std::sync::Arc;

use synthsmith_rpc::error::chain;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::backend::{Backend, Ending, Failure, SftWork};
use crate::desk::Desk;
use crate::evaluation::Evaluator;
use crate::places::Places;
use crate::spec::{Base, EvaluationSpec, SftSpec, Spec};
use crate::store::{JobState, StoreError};
use crate::training;

/// A job that waits or is worked on.
#[derive(Debug)]
pub(crate) struct Work {
    pub(crate) spec: Spec,
    pub(crate) desk: Desk,
    pub(crate) doers: Doers,
    pub(crate) slots: Arc<Semaphore>,
    pub(crate) stop: CancellationToken,
}

/// Who does the jobs. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Doers {
    pub(crate) places: Places,
    pub(crate) backend: Arc<dyn Backend>,
    pub(crate) evaluator: Evaluator,
}

impl Work {
    /// Waits for a slot, works, and writes how that ended. A job that is stopped stays as it is: cancelled by its
    /// canceller, or resumed by the next process.
    pub(crate) async fn done(self) {
        let slots = Arc::clone(&self.slots);
        let slot = tokio::select! {
            () = self.stop.cancelled() => return,
            slot = slots.acquire_owned() => slot,
        };
        let worked = self.worked().await;
        self.doers.places.forget_inputs(&self.desk.id);
        drop(slot);
        let written = match worked {
            Ok(Ok(Ending::Done)) => self.desk.set_state(JobState::Succeeded, "").await,
            Ok(Ok(Ending::Stopped)) => Ok(()),
            Ok(Err(failure)) => {
                tracing::error!(error = failure.message, "the job ended before its end");
                let state = if failure.can_resume {
                    JobState::Paused
                } else {
                    JobState::Failed
                };
                self.desk.set_state(state, &failure.message).await
            }
            Err(error) => Err(error),
        };
        if let Err(error) = written {
            tracing::error!(error = chain(&error), "cannot write where the job stands");
        }
        self.desk.changed();
    }

    /// Makes what the job is there for, unless that is done already, and keeps it.
    async fn worked(&self) -> Result<Result<Ending, Failure>, StoreError> {
        self.desk.set_state(JobState::Running, "").await?;
        let places = &self.doers.places;
        let made = places.made(&self.desk.id);
        if !made.exists() {
            match self.made().await? {
                Ok(Ending::Done) => {}
                other => return Ok(other),
            }
        }
        let kept = places.keep_made(&self.desk.id).await;
        Ok(kept
            .map(|()| Ending::Done)
            .map_err(|error| Failure::artifacts(&error)))
    }

    async fn made(&self) -> Result<Result<Ending, Failure>, StoreError> {
        match &self.spec {
            Spec::Sft(spec) => match self.sft_work(spec).await {
                Ok(work) => {
                    let backend = Arc::clone(&self.doers.backend);
                    training::trained(backend, work, &self.desk, &self.stop).await
                }
                Err(failure) => Ok(Err(failure)),
            },
            Spec::Evaluation(spec) => tokio::select! {
                ended = self.evaluated(spec) => ended,
                () = self.stop.cancelled() => Ok(Ok(Ending::Stopped)),
            },
        }
    }

    async fn sft_work(&self, spec: &SftSpec) -> Result<SftWork, Failure> {
        let places = &self.doers.places;
        let id = &self.desk.id;
        let mendable = |error| Failure::artifacts(&error);
        Ok(SftWork {
            data: places.data(&spec.data, id).await.map_err(mendable)?,
            base: match &spec.base {
                Base::New(_) => None,
                Base::Model(name) => Some(places.model(name, id).await.map_err(mendable)?),
            },
            folder: places.job(id),
            made: places.made(id),
            spec: spec.clone(),
        })
    }

    async fn evaluated(
        &self,
        spec: &EvaluationSpec,
    ) -> Result<Result<Ending, Failure>, StoreError> {
        let Doers {
            places, evaluator, ..
        } = &self.doers;
        evaluator.evaluated(spec, places, &self.desk).await
    }
}
