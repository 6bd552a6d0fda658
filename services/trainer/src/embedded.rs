//! Trains in this process.

mod base;
mod rows;

use std::fs;
use std::path::{Path, PathBuf};

use synthsmith_training::{Device, Lora, Method, Session, Settings, StepReport, Target};
use synthsmith_transformer::{Adapter, Dtype, Folder};

use crate::backend::{Backend, Ending, Failure, Prepared, SftWork, StepMetrics, Watcher};
use crate::inputs::chats;
use crate::making::Making;
use crate::spec::{Base, SftSpec};

/// The engine of `synthsmith-training`.
#[derive(Debug)]
pub(crate) struct Embedded {
    /// Where a job does not say.
    pub(crate) threads: usize,
    pub(crate) device: Device,
}

impl Backend for Embedded {
    fn sft(&self, work: &SftWork, watcher: &dyn Watcher) -> Result<Ending, Failure> {
        fs::create_dir_all(&work.folder).map_err(|error| Failure::mendable(&error))?;
        let read = chats::read(&work.data);
        let chats = read.map_err(|error| Failure::fatal(&error))?;
        let mut folder = base::folder(work, &chats)?;
        let text = folder.text.as_ref().ok_or_else(no_tokenizer)?;
        let rows = rows::encoded(text, &chats)?;
        let parameters = folder.config.parameter_count() as u64;
        let mut session = self.session(work, &mut folder, rows)?;
        watcher.prepared(Prepared {
            steps_made: session.steps_made(),
            rows: session.rows() as u64,
            left_out: session.rows_left_out() as u64,
            parameters,
        });
        if drive(&mut session, work, watcher)? == Ending::Stopped {
            return Ok(Ending::Stopped);
        }
        folder.weights = session.weights();
        made(&folder, adapter(&session, &work.spec), &work.made)?;
        Ok(Ending::Done)
    }
}

impl Embedded {
    /// Takes the weights out of the folder.
    fn session(
        &self,
        work: &SftWork,
        folder: &mut Folder,
        rows: Vec<synthsmith_training::Row>,
    ) -> Result<Session, Failure> {
        let settings = self.settings(&work.spec);
        let weights = std::mem::take(&mut folder.weights);
        let checkpoint = checkpoint(work);
        let session = if checkpoint.exists() {
            Session::resume(&checkpoint, &folder.config, weights, settings, rows)
        } else {
            Session::new(&folder.config, weights, settings, rows)
        };
        session.map_err(|error| Failure::fatal(&error))
    }

    fn settings(&self, spec: &SftSpec) -> Settings {
        let method = match spec.lora {
            None => Method::Full,
            Some(lora) => Method::Lora(Lora {
                rank: lora.rank as usize,
                alpha: lora.alpha,
                targets: Target::ALL.to_vec(),
            }),
        };
        Settings {
            method,
            steps: spec.steps,
            sequences: spec.sequences as usize,
            length: spec.length as usize,
            learning_rate: spec.learning_rate,
            warmup_steps: spec.warmup_steps,
            weight_decay: spec.weight_decay,
            max_grad_norm: spec.max_grad_norm,
            checkpointing: spec.recomputes_layers,
            threads: match spec.threads {
                0 => self.threads,
                threads => threads as usize,
            },
            seed: spec.seed,
            device: self.device,
            ..Settings::default()
        }
    }
}

fn drive(session: &mut Session, work: &SftWork, watcher: &dyn Watcher) -> Result<Ending, Failure> {
    let keep = |session: &Session| {
        let kept = session.checkpoint(&checkpoint(work));
        kept.map_err(|error| Failure::mendable(&error))
    };
    loop {
        if watcher.is_stopping() {
            keep(session)?;
            return Ok(Ending::Stopped);
        }
        // A loss that is no number leaves the last checkpoint as it is.
        let Some(report) = session.step().map_err(|error| Failure::mendable(&error))? else {
            return Ok(Ending::Done);
        };
        watcher.stepped(metrics(&report));
        if report.step % work.spec.checkpoint_steps == 0 {
            keep(session)?;
        }
    }
}

fn made(folder: &Folder, adapter: Option<Adapter>, made: &Path) -> Result<(), Failure> {
    let mendable = |error| Failure::mendable(&error);
    let making = Making::begin(made).map_err(mendable)?;
    let written = folder.write(&making.folder().join("model"), Dtype::F32);
    written.map_err(|error| Failure::mendable(&error))?;
    if let Some(adapter) = adapter {
        let written = adapter.write(&making.folder().join("adapter"));
        written.map_err(|error| Failure::mendable(&error))?;
    }
    making.finish().map_err(mendable)
}

/// The adapters, and what they are for.
fn adapter(session: &Session, spec: &SftSpec) -> Option<Adapter> {
    let base = match &spec.base {
        Base::Model(name) => Some(name.to_string()),
        Base::New(_) => None,
    };
    let adapter = session.adapter()?;
    Some(Adapter { base, ..adapter })
}

fn checkpoint(work: &SftWork) -> PathBuf {
    work.folder.join("checkpoint")
}

fn metrics(report: &StepReport) -> StepMetrics {
    StepMetrics {
        step: report.step,
        loss: report.loss,
        grad_norm: report.grad_norm,
        learning_rate: report.learning_rate,
        tokens: report.tokens as u64,
        seconds: report.seconds,
    }
}

fn no_tokenizer() -> Failure {
    Failure {
        message: "the model has no tokenizer.json; put the one it was made with into its folder"
            .to_owned(),
        can_resume: false,
    }
}
