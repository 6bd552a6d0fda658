//! Where the files of jobs lie: what is kept in the store of artifacts, what is worked with in a folder per job.

use std::io;
use std::path::{Path, PathBuf};

use synthsmith_artifacts::{Artifacts, Error};

use crate::config::Config;
use crate::spec::ModelName;

/// The places. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    root: PathBuf,
    models: PathBuf,
    kept: Artifacts,
}

impl Places {
    pub(crate) fn open(config: &Config) -> Result<Self, Error> {
        let root = &config.store;
        let arrivals = root.join("arrivals");
        let prepared = clear(&arrivals).and_then(|()| std::fs::create_dir_all(&arrivals));
        prepared.map_err(|source| Error::File {
            path: arrivals,
            source,
        })?;
        let usual = root.join("artifacts");
        let kept = match config.artifacts.as_str() {
            "" => Artifacts::open(&usual.to_string_lossy()),
            place => Artifacts::open(place),
        };
        Ok(Self {
            root: root.clone(),
            models: config.models.clone(),
            kept: kept?,
        })
    }

    /// The folder in which data arrive before their digest is known.
    pub(crate) fn arrivals(&self) -> PathBuf {
        self.root.join("arrivals")
    }

    /// Keeps data under their digest, in hexadecimal.
    pub(crate) async fn keep_data(&self, digest: &str, file: &Path) -> Result<(), Error> {
        if self.holds_data(digest).await? {
            return Ok(());
        }
        self.kept.keep(&data(digest), file).await
    }

    pub(crate) async fn holds_data(&self, digest: &str) -> Result<bool, Error> {
        self.kept.holds(&data(digest)).await
    }

    /// Data at hand for a job.
    pub(crate) async fn data(&self, digest: &str, job: &str) -> Result<PathBuf, Error> {
        let scratch = self.inputs(job).join(digest);
        self.kept.file_at_hand(&data(digest), &scratch).await
    }

    /// A model at hand for a job: one that was put here by hand, or that another job made.
    pub(crate) async fn model(&self, name: &ModelName, job: &str) -> Result<PathBuf, Error> {
        let ModelName::Job(id) = name else {
            return Ok(self.folder(name));
        };
        let key = format!("{}/model", made(id));
        let scratch = self.inputs(job).join("model");
        self.kept.folder_at_hand(&key, &scratch).await
    }

    /// Where a model lies that was put here by hand.
    pub(crate) fn folder(&self, name: &ModelName) -> PathBuf {
        self.models.join(name.to_string())
    }

    /// A job's own folder.
    pub(crate) fn job(&self, id: &str) -> PathBuf {
        self.root.join("jobs").join(id)
    }

    /// Where a job puts what it makes; there only when it is whole.
    pub(crate) fn made(&self, id: &str) -> PathBuf {
        self.job(id).join("made")
    }

    /// Keeps what a job made, which is then there only.
    pub(crate) async fn keep_made(&self, id: &str) -> Result<(), Error> {
        self.kept.keep_all(&made(id), &self.made(id)).await?;
        let folder = self.made(id);
        clear(&folder).map_err(|source| Error::File {
            path: folder,
            source,
        })
    }

    /// What was brought for a job is brought again where it goes on.
    pub(crate) fn forget_inputs(&self, id: &str) {
        let folder = self.inputs(id);
        if let Err(error) = clear(&folder) {
            let folder = folder.display();
            tracing::warn!(%folder, %error, "cannot be removed");
        }
    }

    /// The keys of the files that a job made, each with its path among them.
    pub(crate) async fn files(&self, id: &str) -> Result<Vec<(String, String)>, Error> {
        let made = made(id);
        let keys = self.kept.below(&made).await?;
        let path = |key: &String| {
            key.strip_prefix(&made)?
                .strip_prefix('/')
                .map(str::to_owned)
        };
        let named = keys.into_iter().filter_map(|key| Some((path(&key)?, key)));
        Ok(named.map(|(path, key)| (key, path)).collect())
    }

    pub(crate) fn kept(&self) -> &Artifacts {
        &self.kept
    }

    fn inputs(&self, job: &str) -> PathBuf {
        self.job(job).join("inputs")
    }
}

fn data(digest: &str) -> String {
    format!("data/{digest}")
}

fn made(job: &str) -> String {
    format!("jobs/{job}")
}

/// A folder that is not there is as good as an empty one.
fn clear(folder: &Path) -> io::Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
