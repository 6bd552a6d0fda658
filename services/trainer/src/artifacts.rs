//! The files of the trainer: data by digest, and a folder per job.

use std::io;
use std::path::{Path, PathBuf};

/// Where everything lies. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Artifacts {
    root: PathBuf,
    models: PathBuf,
}

impl Artifacts {
    pub(crate) fn open(root: &Path, models: &Path) -> io::Result<Self> {
        for folder in ["data", "jobs"] {
            std::fs::create_dir_all(root.join(folder))?;
        }
        Ok(Self {
            root: root.to_owned(),
            models: models.to_owned(),
        })
    }

    /// Where data of a digest, in hexadecimal, lie.
    pub(crate) fn data(&self, digest: &str) -> PathBuf {
        self.root.join("data").join(format!("{digest}.jsonl"))
    }

    /// The folder in which data arrive before their digest is known.
    pub(crate) fn arrivals(&self) -> PathBuf {
        self.root.join("data")
    }

    pub(crate) fn job(&self, id: &str) -> PathBuf {
        self.root.join("jobs").join(id)
    }

    /// Where the model that a job makes goes.
    pub(crate) fn model_of(&self, id: &str) -> PathBuf {
        self.job(id).join("model")
    }

    /// A model that was put here by hand.
    pub(crate) fn model(&self, name: &str) -> PathBuf {
        self.models.join(name)
    }
}
