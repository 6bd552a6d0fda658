//! The folder of a run: `state/` while it works, `data/` and `report.json` when it is done.

use std::collections::HashMap;
use std::fs::{self, File, TryLockError};
use std::io::{BufWriter, Write as _};
use std::path::{Component, Path, PathBuf};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use synthsmith_proto::orchestrator::v1::ExportRunResponse;

use crate::exit::Failure;

/// A run's folder.
#[derive(Debug, Clone)]
pub(crate) struct RunFolder {
    path: PathBuf,
}

/// What the folder remembers of its run, to go on with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Remembered {
    pub run_id: String,
    pub tasks: u64,
    pub accepted: u64,
    pub seed: i64,
    pub candidates: u32,
    pub tests: u32,
    pub evolution_rounds: u32,
    pub evolution_steps: u32,
    /// Where the services were that are not this process's own.
    pub connect: Option<String>,
    /// Needed again where the run was interrupted before the orchestrator knew of it.
    pub samples: SampleSource,
}

/// Where a run's samples are from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum SampleSource {
    BuiltIn,
    Path { path: PathBuf, max_samples: usize },
}

impl RunFolder {
    pub(crate) fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
        }
    }

    /// Takes a folder for a new run; it must be empty or not exist, so that nothing is overwritten.
    pub(crate) fn claim(&self, remembered: &Remembered) -> anyhow::Result<()> {
        let shown = self.path.display();
        if self.memory().exists() {
            let text = format!(
                "{shown} holds a run already; go on with it by `synthsmith run --resume --out {shown}`, or choose another --out"
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

    /// What the folder's run was made with.
    pub(crate) fn recall(&self) -> anyhow::Result<Remembered> {
        let shown = self.path.display();
        let memory = match fs::read(self.memory()) {
            Ok(memory) => memory,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let text =
                    format!("there is no run to resume in {shown}; start one without --resume");
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

    /// Gives back a folder that was claimed for a run that never began.
    pub(crate) fn abandon(&self) {
        // What cannot be removed is said by the next claim.
        let _ = fs::remove_dir_all(self.state());
        let _ = fs::remove_dir(&self.path);
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.path.join("state")
    }

    pub(crate) fn report(&self) -> PathBuf {
        self.path.join("report.json")
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    fn memory(&self) -> PathBuf {
        self.state().join("run.json")
    }

    pub(crate) fn gateway_store(&self) -> PathBuf {
        self.state().join("gateway").join("gateway.sqlite")
    }

    /// Where the run's own orchestrator can be asked while it works.
    pub(crate) fn address(&self) -> PathBuf {
        self.state().join("orchestrator.address")
    }
}

/// Files that come in pieces; they appear in the folder together, when all are whole.
#[derive(Debug)]
pub(crate) struct Delivery {
    folder: PathBuf,
    files: HashMap<String, BufWriter<File>>,
}

const PARTIAL: &str = "state/partial";

impl Delivery {
    pub(crate) fn begin(folder: &RunFolder) -> anyhow::Result<Self> {
        let partial = folder.path.join(PARTIAL);
        if partial.exists() {
            fs::remove_dir_all(&partial)?;
        }
        Ok(Self {
            folder: folder.path.clone(),
            files: HashMap::new(),
        })
    }

    pub(crate) fn take(&mut self, piece: &ExportRunResponse) -> anyhow::Result<()> {
        if !self.files.contains_key(&piece.path) {
            let path = self.folder.join(PARTIAL).join(inside(&piece.path)?);
            let parent = path.parent().context("a file has a folder")?;
            fs::create_dir_all(parent).with_context(|| cannot_write(&path))?;
            let file = File::create(&path).with_context(|| cannot_write(&path))?;
            self.files.insert(piece.path.clone(), BufWriter::new(file));
        }
        if let Some(file) = self.files.get_mut(&piece.path) {
            file.write_all(&piece.content)
                .with_context(|| cannot_write(&self.folder))?;
        }
        Ok(())
    }

    /// Puts the files in their places; the report last, since it says that the data is there.
    pub(crate) fn finish(self) -> anyhow::Result<()> {
        let mut names: Vec<String> = self.files.keys().cloned().collect();
        for (_, file) in self.files {
            let file = file
                .into_inner()
                .map_err(std::io::IntoInnerError::into_error)?;
            file.sync_all()?;
        }
        names.sort();
        for name in names {
            let from = self.folder.join(PARTIAL).join(inside(&name)?);
            let to = self.folder.join(inside(&name)?);
            let parent = to.parent().context("a file has a folder")?;
            fs::create_dir_all(parent)?;
            fs::rename(&from, &to).with_context(|| cannot_write(&to))?;
        }
        fs::remove_dir_all(self.folder.join(PARTIAL))?;
        Ok(())
    }
}

/// A path from elsewhere must stay below the folder.
fn inside(path: &str) -> anyhow::Result<&Path> {
    let relative = Path::new(path);
    let stays = relative
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    anyhow::ensure!(
        stays && !path.is_empty(),
        "the orchestrator sent a file named {path:?}, which is not below the output folder"
    );
    Ok(relative)
}

fn cannot_write(path: &Path) -> String {
    format!(
        "cannot write {}; make room or choose another folder, then `synthsmith run --resume`",
        path.display()
    )
}

fn write_whole(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    let partial = path.with_extension("partial");
    fs::write(&partial, content).with_context(|| cannot_write(path))?;
    fs::rename(&partial, path).with_context(|| cannot_write(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remembered() -> Remembered {
        Remembered {
            run_id: "r".to_owned(),
            tasks: 1,
            accepted: 0,
            seed: 1,
            candidates: 2,
            tests: 4,
            evolution_rounds: 0,
            evolution_steps: 1,
            connect: None,
            samples: SampleSource::BuiltIn,
        }
    }

    fn piece(path: &str, content: &str) -> ExportRunResponse {
        ExportRunResponse {
            path: path.to_owned(),
            content: content.as_bytes().to_vec(),
        }
    }

    #[test]
    fn a_folder_is_claimed_once_and_remembers_its_run() {
        let root = tempfile::tempdir().unwrap();
        let folder = RunFolder::new(&root.path().join("out"));
        folder.claim(&remembered()).unwrap();
        assert_eq!(folder.recall().unwrap(), remembered());
        let again = folder.claim(&remembered()).unwrap_err().to_string();
        assert!(again.contains("--resume"), "{again}");
    }

    #[test]
    fn a_folder_with_anything_in_it_is_left_alone() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("thesis.txt"), "mine").unwrap();
        let folder = RunFolder::new(root.path());
        assert!(folder.claim(&remembered()).is_err());
        assert!(folder.recall().is_err());
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1);
    }

    #[test]
    fn only_one_command_works_in_a_folder() {
        let root = tempfile::tempdir().unwrap();
        let folder = RunFolder::new(&root.path().join("out"));
        folder.claim(&remembered()).unwrap();
        let first = folder.lock().unwrap();
        let second = folder.lock().unwrap_err().to_string();
        assert!(second.contains("another synthsmith"), "{second}");
        drop(first);
        assert!(folder.lock().is_ok());
    }

    #[test]
    fn files_appear_when_all_are_whole() {
        let root = tempfile::tempdir().unwrap();
        let folder = RunFolder::new(root.path());
        let mut delivery = Delivery::begin(&folder).unwrap();
        delivery.take(&piece("data/tasks.jsonl", "a\n")).unwrap();
        delivery.take(&piece("data/tasks.jsonl", "b\n")).unwrap();
        delivery.take(&piece("report.json", "{}")).unwrap();
        assert!(!root.path().join("data").exists());
        delivery.finish().unwrap();
        let tasks = fs::read_to_string(root.path().join("data/tasks.jsonl")).unwrap();
        assert_eq!(tasks, "a\nb\n");
        assert!(folder.report().exists());
    }

    #[test]
    fn a_file_outside_the_folder_is_refused() {
        let root = tempfile::tempdir().unwrap();
        let mut delivery = Delivery::begin(&RunFolder::new(root.path())).unwrap();
        for path in ["../x", "/etc/x", "", "a/../../x"] {
            assert!(delivery.take(&piece(path, "x")).is_err(), "{path}");
        }
    }
}
