//! The folder of a run: `state/` while it works, `data/` and `report.json` when it is done.

use std::ops::Deref;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::claimed_folder::{ClaimedFolder, Purpose};

static RUN: Purpose = Purpose {
    noun: "run",
    command: "synthsmith run",
};

/// A run's folder.
#[derive(Debug, Clone)]
pub(crate) struct RunFolder(ClaimedFolder);

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
        Self(ClaimedFolder::new(path, &RUN))
    }

    pub(crate) fn report(&self) -> PathBuf {
        self.path().join("report.json")
    }

    pub(crate) fn gateway_store(&self) -> PathBuf {
        self.state().join("gateway").join("gateway.sqlite")
    }

    /// Where the run's own orchestrator can be asked while it works.
    pub(crate) fn address(&self) -> PathBuf {
        self.state().join("orchestrator.address")
    }
}

impl Deref for RunFolder {
    type Target = ClaimedFolder;

    fn deref(&self) -> &ClaimedFolder {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

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

    #[test]
    fn a_folder_is_claimed_once_and_remembers_its_run() {
        let root = tempfile::tempdir().unwrap();
        let folder = RunFolder::new(&root.path().join("out"));
        folder.claim(&remembered()).unwrap();
        assert_eq!(folder.recall::<Remembered>().unwrap(), remembered());
        let again = folder.claim(&remembered()).unwrap_err().to_string();
        assert!(again.contains("--resume"), "{again}");
    }

    #[test]
    fn a_folder_with_anything_in_it_is_left_alone() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("thesis.txt"), "mine").unwrap();
        let folder = RunFolder::new(root.path());
        assert!(folder.claim(&remembered()).is_err());
        assert!(folder.recall::<Remembered>().is_err());
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
}
