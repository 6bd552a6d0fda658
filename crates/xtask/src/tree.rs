//! The repository's text files.

use std::fs;
use std::path::Path;

use anyhow::Context as _;

const MAX_FILE_BYTES: u64 = 1 << 20;

/// Folders that tools fill.
const PASSED_OVER: [&str; 5] = ["target", "out", "node_modules", "__pycache__", "venv"];

/// Hidden folders that are part of the repository.
const HIDDEN_BUT_OURS: [&str; 4] = [".cargo", ".ci", ".config", ".github"];

/// A text file.
#[derive(Debug)]
pub(crate) struct TextFile {
    /// Below the root, with '/' between its parts.
    pub(crate) path: String,
    pub(crate) text: String,
}

// === impl TextFile ===

impl TextFile {
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The name without its last extension.
    pub(crate) fn stem(&self) -> &str {
        let name = self.name();
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }

    pub(crate) fn has_extension(&self, extension: &str) -> bool {
        let parts = self.name().rsplit_once('.');
        parts.is_some_and(|(_, found)| found == extension)
    }

    pub(crate) fn is_below(&self, folder: &str) -> bool {
        let below = self.path.strip_prefix(folder);
        below.is_some_and(|rest| rest.starts_with('/'))
    }

    /// The folders that the file lies in, from the outside in.
    pub(crate) fn folders(&self) -> impl Iterator<Item = &str> {
        let folders = self
            .path
            .rsplit_once('/')
            .map_or("", |(folders, _)| folders);
        folders.split('/').filter(|folder| !folder.is_empty())
    }
}

/// Every text file below `root`, in the order of paths; binary and huge files are left out.
pub(crate) fn text_files(root: &Path) -> anyhow::Result<Vec<TextFile>> {
    let mut files = Vec::new();
    collect(root, "", &mut files)?;
    files.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(files)
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<TextFile>) -> anyhow::Result<()> {
    let complaint = || format!("cannot list {}", folder.display());
    let entries = fs::read_dir(folder).with_context(complaint)?;
    for entry in entries {
        let entry = entry.with_context(complaint)?;
        let kind = entry.file_type()?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        if kind.is_dir() && is_ours(&name) {
            collect(&entry.path(), &format!("{path}/"), files)?;
        } else if kind.is_file() && entry.metadata()?.len() <= MAX_FILE_BYTES {
            let bytes = fs::read(entry.path()).with_context(|| format!("cannot read {path}"))?;
            files.extend(String::from_utf8(bytes).map(|text| TextFile { path, text }));
        }
    }
    Ok(())
}

fn is_ours(folder: &str) -> bool {
    if folder.starts_with('.') {
        return HIDDEN_BUT_OURS.contains(&folder);
    }
    !PASSED_OVER.contains(&folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str) -> TextFile {
        TextFile {
            path: path.to_owned(),
            text: String::new(),
        }
    }

    #[test]
    fn finds_text_in_the_order_of_paths() {
        let folder = tempfile::tempdir().unwrap();
        let paths = [
            "b/c.rs",
            "a.rs",
            "target/d.rs",
            ".git/e",
            ".config/f.toml",
            "b/target/g.rs",
        ];
        for path in paths {
            let file = folder.path().join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "text").unwrap();
        }
        fs::write(folder.path().join("image.png"), b"\xff\xfe\0").unwrap();
        let files = text_files(folder.path()).unwrap();
        let found: Vec<&str> = files.iter().map(|file| &*file.path).collect();
        assert_eq!(found, [".config/f.toml", "a.rs", "b/c.rs"]);
    }

    #[test]
    fn takes_a_path_apart() {
        let deep = file("services/solver/src/wire/task.rs");
        assert_eq!((deep.name(), deep.stem()), ("task.rs", "task"));
        assert!(deep.has_extension("rs") && !deep.has_extension("s"));
        assert!(deep.is_below("services/solver") && !deep.is_below("services/sol"));
        let folders: Vec<&str> = deep.folders().collect();
        assert_eq!(folders, ["services", "solver", "src", "wire"]);
        let flat = file("Makefile");
        assert_eq!((flat.name(), flat.stem()), ("Makefile", "Makefile"));
        assert_eq!(flat.folders().count(), 0);
    }
}
