//! The work of each stage: what is asked of whom, and what follows.

mod features;
mod tasks;

pub(crate) use features::ITEMS_PER_PLAN;

use std::sync::Arc;

use synthsmith_corpus::{Origin, seed};

use crate::clients::Clients;
use crate::config::Rules;
use crate::error::CallError;
use crate::facts::{Unreadable, unpack};
use crate::spec::RunSpec;
use crate::stage::Stage;
use crate::store::{Completion, Job, JobKey, Store, StoreError};

/// All that work on a run needs; cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Worker {
    pub store: Store,
    pub clients: Clients,
    pub rules: Arc<Rules>,
    pub spec: Arc<RunSpec>,
    pub run_id: Arc<str>,
}

/// Why a job came to nothing this time.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WorkError {
    #[error(transparent)]
    Call(#[from] CallError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the facts of an item do not fit together")]
    Uneven(#[from] synthsmith_voting::Error),
    #[error("nothing could be learnt from the samples: {0}; use samples with more code in them")]
    NoFeatures(String),
}

impl From<Unreadable> for WorkError {
    fn from(error: Unreadable) -> Self {
        Self::Store(error.into())
    }
}

/// The id of an item's task, the same in every run.
pub(crate) fn task_id(item: u64) -> String {
    format!("t{item:06}")
}

impl Worker {
    /// Does a job; nothing is written here, so that a result is either complete or absent.
    pub(crate) async fn perform(&self, job: &Job) -> Result<Completion, WorkError> {
        match job.key.stage {
            Stage::Extract => self.extract(job).await,
            Stage::Grow => self.grow(job).await,
            Stage::Evolve => self.evolve(job).await,
            Stage::Plan => self.plan(job).await,
            Stage::Synthesize => self.synthesize(job).await,
            Stage::Solve => self.solve(job).await,
            Stage::GenerateTests => self.generate_tests(job).await,
            Stage::Assemble => self.assemble(job).await,
            Stage::Execute => self.execute(job).await,
            Stage::Decide => self.decide(job).await,
            Stage::Screen | Stage::Commit => unreachable!("done in order, never as a job"),
        }
    }

    fn origin(&self, stage: Stage, item: Option<u64>) -> Origin {
        Origin {
            run_id: self.run_id.to_string(),
            task_id: item.map(task_id).unwrap_or_default(),
            stage: stage.as_str().to_owned(),
        }
    }

    fn seed(&self, stage: Stage, index: u64) -> i64 {
        seed::derive(self.spec.seed, stage.as_str(), index)
    }

    /// The fact that a finished job left.
    async fn fact<T: serde::de::DeserializeOwned>(
        &self,
        stage: Stage,
        item: u64,
    ) -> Result<T, WorkError> {
        let key = JobKey {
            stage,
            item,
            part: 0,
        };
        let packed = self.store.result(&self.run_id, key).await?;
        // A job exists only once what it builds on is done; an absent row is a damaged database.
        let packed = packed.ok_or(StoreError::Query(sqlx::Error::RowNotFound))?;
        Ok(unpack(&packed)?)
    }
}

/// What a job was given when it was made.
fn input<T: serde::de::DeserializeOwned>(job: &Job) -> Result<T, WorkError> {
    let packed = job.input.as_deref();
    let packed = packed.ok_or(StoreError::Query(sqlx::Error::RowNotFound))?;
    Ok(unpack(packed)?)
}
