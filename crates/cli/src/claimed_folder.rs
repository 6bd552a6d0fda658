//! An output folder that belongs to one command at a time: what it works with lies in `state/`, and with it what is
//! needed to go on.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::delivery::cannot_write;
use crate::exit::Failure;

/// An output folder.
#[derive(Debug, Clone)]
pub(crate) struct ClaimedFolder {
    path: PathBuf,
    purpose: &'static Purpose,
}

/// What a folder is claimed for.
#[derive(Debug)]
pub(crate) struct Purpose {
    /// For example "run".
    pub(crate) noun: &'static str,
    /// For example "synthsmith run".
    pub(crate) command: &'static str,
}

impl ClaimedFolder {
    pub(crate) fn new(path: &Path, purpose: &'static Purpose) -> Self {
        Self {
            path: path.to_owned(),
            purpose,
        }
    }

    /// Takes a folder for something new; it must be empty or not exist, so that nothing is overwritten.
    pub(crate) fn claim(&self, remembered: &impl Serialize) -> anyhow::Result<()> {
        let shown = self.path.display();
        let Purpose { noun, command } = self.purpose;
        if self.memory().exists() {
            let text = format!(
                "{shown} holds a {noun} already; go on with it by `{command} --resume --out {shown}`, or choose another --out"
            );
            return Err(Failure::Usage(text).into());
        }
        let is_empty = match fs::read_dir(&self.path) {
            Ok(mut entries) => entries.next().is_none(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => true,
            Err(error) => return Err(error).with_context(|| format!("cannot look into {shown}")),
        };
        if !is_empty {
            let text = format!("{shown} is not empty; choose another --out");
            return Err(Failure::Usage(text).into());
        }
        // Making `state` is the claim: of two commands only one can.
        fs::create_dir_all(&self.path)
            .and_then(|()| fs::create_dir(self.state()))
            .with_context(|| format!("cannot make {shown}; choose another --out"))?;
        let memory = serde_json::to_vec_pretty(remembered)?;
        write_whole(&self.memory(), &memory)
    }

    /// What the folder was claimed with.
    pub(crate) fn recall<M: DeserializeOwned>(&self) -> anyhow::Result<M> {
        let shown = self.path.display();
        let noun = self.purpose.noun;
        let memory = match fs::read(self.memory()) {
            Ok(memory) => memory,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let text =
                    format!("there is no {noun} to resume in {shown}; start one without --resume");
                return Err(Failure::Usage(text).into());
            }
            Err(error) => return Err(error).with_context(|| format!("cannot read {shown}")),
        };
        serde_json::from_slice(&memory)
            .with_context(|| format!("{} is not one of this version", self.memory().display()))
    }

    /// Keeps other commands out of the folder for as long as the file is open.
    pub(crate) fn lock(&self) -> anyhow::Result<File> {
        let path = self.state().join("lock");
        let file = File::create(&path).with_context(|| cannot_write(&path))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => {
                let shown = self.path.display();
                let text = format!("another synthsmith works in {shown}; wait for it, or stop it");
                Err(Failure::Usage(text).into())
            }
            Err(TryLockError::Error(error)) => {
                Err(error).with_context(|| format!("cannot lock {}", path.display()))
            }
        }
    }

    /// Gives back a folder that was claimed for what never began.
    pub(crate) fn abandon(&self) {
        // What cannot be removed is said by the next claim.
        let _ = fs::remove_dir_all(self.state());
        let _ = fs::remove_dir(&self.path);
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.path.join("state")
    }

    fn memory(&self) -> PathBuf {
        self.state().join(format!("{}.json", self.purpose.noun))
    }
}

fn write_whole(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    let partial = path.with_extension("partial");
    fs::write(&partial, content).with_context(|| cannot_write(path))?;
    fs::rename(&partial, path).with_context(|| cannot_write(path))
}
