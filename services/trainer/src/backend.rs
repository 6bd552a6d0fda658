//! The port to whatever trains models.

use std::error::Error;
use std::fmt::Debug;
use std::path::PathBuf;

use synthsmith_rpc::error::chain;

use crate::spec::SftSpec;

/// Trains models. A call blocks its thread until the work is done or stopped.
pub trait Backend: Debug + Send + Sync + 'static {
    /// Goes on from the checkpoint of the job, where there is one.
    fn sft(&self, work: &SftWork, watcher: &dyn Watcher) -> Result<Ending, Failure>;
}

/// A job with its files.
#[derive(Debug, Clone)]
pub struct SftWork {
    pub spec: SftSpec,
    /// JSON Lines of chats.
    pub data: PathBuf,
    /// The folder of the model to begin with; `None` where it is new.
    pub base: Option<PathBuf>,
    /// The job's own folder.
    pub folder: PathBuf,
    /// A folder for what is made: `model`, and `adapter` where adapters were trained.
    pub made: PathBuf,
}

/// Is told what happens, and says whether to go on.
pub trait Watcher: Send + Sync {
    /// All is read and the first step is about to be made, after so many that were made before.
    fn prepared(&self, prepared: Prepared);
    fn stepped(&self, step: StepMetrics);
    fn is_stopping(&self) -> bool;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prepared {
    pub steps_made: u64,
    pub rows: u64,
    /// Rows that are longer than a sequence.
    pub left_out: u64,
    pub parameters: u64,
}

/// What one step measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StepMetrics {
    /// From 1.
    pub step: u64,
    /// Mean over the learnt tokens, in nats, before the step.
    pub loss: f64,
    /// Before clipping.
    pub grad_norm: f64,
    pub learning_rate: f64,
    pub tokens: u64,
    pub seconds: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Done,
    /// At a checkpoint, as it was asked to.
    Stopped,
}

/// Why work ended before its end.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    pub message: String,
    /// Whether it can go on from its last checkpoint once something is mended.
    pub can_resume: bool,
}

impl Failure {
    /// It fails again unless something else is asked for.
    pub(crate) fn fatal(error: &dyn Error) -> Self {
        Self {
            message: chain(error),
            can_resume: false,
        }
    }

    /// What a store elsewhere answers goes to the log only: it may quote keys.
    pub(crate) fn artifacts(error: &synthsmith_artifacts::Error) -> Self {
        tracing::error!(error = chain(error), "the store of artifacts failed");
        Self {
            message: format!("{error}; the trainer's log tells more"),
            can_resume: true,
        }
    }

    /// A thread of ours panicked.
    pub(crate) fn broke_down(what: &str, panic: &dyn Error) -> Self {
        Self {
            message: format!("{what} broke down, which is a bug: {panic}"),
            can_resume: true,
        }
    }

    pub(crate) fn mendable(error: &dyn Error) -> Self {
        Self {
            can_resume: true,
            ..Self::fatal(error)
        }
    }
}
