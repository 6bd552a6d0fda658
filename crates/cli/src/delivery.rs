//! Files that services send, into an output folder.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Component, Path, PathBuf};

use anyhow::Context as _;

/// Files that come in pieces; they appear in the folder together, when all are whole.
#[derive(Debug)]
pub(crate) struct Delivery {
    folder: PathBuf,
    files: HashMap<String, BufWriter<File>>,
}

const PARTIAL: &str = "state/partial";

impl Delivery {
    pub(crate) fn begin(folder: &Path) -> anyhow::Result<Self> {
        let partial = folder.join(PARTIAL);
        if partial.exists() {
            fs::remove_dir_all(&partial)?;
        }
        Ok(Self {
            folder: folder.to_owned(),
            files: HashMap::new(),
        })
    }

    /// Takes the next bytes of a file below the folder.
    pub(crate) fn take(&mut self, path: &str, content: &[u8]) -> anyhow::Result<()> {
        if !self.files.contains_key(path) {
            let partial = self.folder.join(PARTIAL).join(inside(path)?);
            let parent = partial.parent().context("a file has a folder")?;
            fs::create_dir_all(parent).with_context(|| cannot_write(&partial))?;
            let file = File::create(&partial).with_context(|| cannot_write(&partial))?;
            self.files.insert(path.to_owned(), BufWriter::new(file));
        }
        if let Some(file) = self.files.get_mut(path) {
            file.write_all(content)
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
        "a service sent a file named {path:?}, which is not below the output folder"
    );
    Ok(relative)
}

pub(crate) fn cannot_write(path: &Path) -> String {
    format!(
        "cannot write {}; make room or choose another folder, then go on with --resume",
        path.display()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_appear_when_all_are_whole() {
        let root = tempfile::tempdir().unwrap();
        let mut delivery = Delivery::begin(root.path()).unwrap();
        delivery.take("data/tasks.jsonl", b"a\n").unwrap();
        delivery.take("data/tasks.jsonl", b"b\n").unwrap();
        delivery.take("report.json", b"{}").unwrap();
        assert!(!root.path().join("data").exists());
        delivery.finish().unwrap();
        let tasks = fs::read_to_string(root.path().join("data/tasks.jsonl")).unwrap();
        assert_eq!(tasks, "a\nb\n");
        assert!(root.path().join("report.json").exists());
    }

    #[test]
    fn a_file_outside_the_folder_is_refused() {
        let root = tempfile::tempdir().unwrap();
        let mut delivery = Delivery::begin(root.path()).unwrap();
        for path in ["../x", "/etc/x", "", "a/../../x"] {
            assert!(delivery.take(path, b"x").is_err(), "{path}");
        }
    }
}
