//! All programs below a folder, in the order of their names.

use std::ffi::OsStr;
use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};

use crate::intake::Intake;
use crate::{Error, Skip, program};

/// Folders that hold what tools made or fetched.
const JUNK: [&str; 4] = ["__pycache__", "node_modules", "target", "venv"];

#[derive(Debug)]
struct Entry {
    path: PathBuf,
    kind: FileType,
}

/// Offers every file below `root`.
pub(crate) fn offer_all(root: &Path, intake: &mut Intake) -> Result<(), Error> {
    let mut entries_left = intake.limits().max_entries;
    let mut stack = entries_of(root, entries_left).map_err(|source| Error::Unreadable {
        path: root.to_owned(),
        source,
    })?;
    while let Some(entry) = stack.pop() {
        if entries_left == 0 {
            return too_many(root, intake);
        }
        entries_left -= 1;
        let id = id_of(root, &entry.path);
        if entry.kind.is_dir() {
            match entries_of(&entry.path, entries_left) {
                Ok(entries) => stack.extend(entries),
                Err(_) => intake.skip(Skip::Unreadable, &id),
            }
        } else if entry.kind.is_file() {
            program::offer(&entry.path, &id, intake);
        } else {
            intake.skip(Skip::NotAFile, &id);
        }
    }
    Ok(())
}

/// With enough samples in hand, what lies further on need not even be counted.
fn too_many(root: &Path, intake: &Intake) -> Result<(), Error> {
    if intake.is_full() {
        return Ok(());
    }
    Err(Error::TooManyEntries {
        path: root.to_owned(),
        limit: intake.limits().max_entries,
    })
}

/// The entries worth a look, the last name first; one more than `limit` shows that there are too many.
fn entries_of(folder: &Path, limit: usize) -> io::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if !is_passed_over(&entry.file_name(), kind) {
            entries.push(Entry {
                path: entry.path(),
                kind,
            });
        }
        if entries.len() > limit {
            break;
        }
    }
    entries.sort_by(|left, right| right.path.cmp(&left.path));
    Ok(entries)
}

fn is_passed_over(name: &OsStr, kind: FileType) -> bool {
    let is_hidden = name.as_encoded_bytes().first() == Some(&b'.');
    let is_junk = kind.is_dir() && JUNK.iter().any(|junk| name == *junk);
    is_hidden || is_junk
}

fn id_of(root: &Path, path: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<_> = below.iter().map(OsStr::to_string_lossy).collect();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    use super::*;
    use crate::{Limits, Reading};

    fn folder_of(paths: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for path in paths {
            let file = folder.path().join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            let code = format!("# {path}\nprint('a program that is long enough')\n");
            fs::write(file, code).unwrap();
        }
        folder
    }

    fn read(root: &Path, limits: Limits) -> Result<Reading, Error> {
        let mut intake = Intake::new(limits);
        offer_all(root, &mut intake).map(|()| intake.finish())
    }

    fn ids(reading: &Reading) -> Vec<&str> {
        reading.samples.iter().map(|it| &*it.id).collect()
    }

    #[test]
    fn walks_in_the_order_of_names() {
        let folder = folder_of(&["b.py", "a/z.cpp", "a/b/c.py", "c/a.cc", "B.py"]);
        let reading = read(folder.path(), Limits::default()).unwrap();
        let expected = ["B.py", "a/b/c.py", "a/z.cpp", "b.py", "c/a.cc"];
        assert_eq!(ids(&reading), expected);
        assert_eq!(reading.skipped.total(), 0);
    }

    #[test]
    fn passes_over_hidden_and_junk_folders() {
        let folder = folder_of(&[
            ".git/hook.py",
            ".hidden.py",
            "__pycache__/a.py",
            "deep/node_modules/b.py",
            "target/c.py",
            "venv/d.py",
            "kept/target.py",
        ]);
        let reading = read(folder.path(), Limits::default()).unwrap();
        assert_eq!(ids(&reading), ["kept/target.py"]);
        assert_eq!(reading.skipped.total(), 0);
    }

    #[test]
    fn does_not_follow_links_nor_open_sockets() {
        let folder = folder_of(&["a/a.py"]);
        let root = folder.path();
        symlink(root.join("a"), root.join("loop")).unwrap();
        symlink(root.join("a/a.py"), root.join("link.py")).unwrap();
        let _listener = UnixListener::bind(root.join("socket.py")).unwrap();
        let reading = read(root, Limits::default()).unwrap();
        assert_eq!(ids(&reading), ["a/a.py"]);
        assert_eq!(reading.skipped.counts()[&Skip::NotAFile], 3);
    }

    #[test]
    fn counts_files_of_other_languages() {
        let folder = folder_of(&["a.py", "notes.txt", "header.hpp", "Makefile"]);
        let reading = read(folder.path(), Limits::default()).unwrap();
        assert_eq!(ids(&reading), ["a.py"]);
        assert_eq!(reading.skipped.counts()[&Skip::UnknownLanguage], 3);
    }

    #[test]
    fn refuses_a_folder_with_too_many_entries_unless_it_has_enough_samples() {
        let folder = folder_of(&["a.py", "b/b.py", "c.py", "d.py"]);
        let limits = Limits {
            max_entries: 4,
            ..Limits::default()
        };
        let error = read(folder.path(), limits).unwrap_err();
        assert!(matches!(error, Error::TooManyEntries { limit: 4, .. }));
        let satisfied = Limits {
            max_samples: 2,
            ..limits
        };
        let reading = read(folder.path(), satisfied).unwrap();
        assert_eq!(ids(&reading), ["a.py", "b/b.py"]);
        let exact = Limits {
            max_entries: 5,
            ..limits
        };
        assert_eq!(read(folder.path(), exact).unwrap().samples.len(), 4);
    }

    #[test]
    fn reports_a_folder_that_cannot_be_listed() {
        let folder = folder_of(&["a.py"]);
        let error = read(&folder.path().join("a.py"), Limits::default()).unwrap_err();
        assert!(matches!(error, Error::Unreadable { .. }));
    }
}
