//! Empties directories, run as the user whose files are in them.
//!
//! A program may leave trees of any depth, so nothing here recurses: a directory inside a directory moves to the
//! top first.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::error::{During, Error};

/// The argument that makes the runner sweep.
pub(crate) const VERB: &str = "sweep";

pub(crate) fn empty_all(directories: impl Iterator<Item = PathBuf>) -> Result<(), Error> {
    for directory in directories {
        empty(&directory).during("empty a directory")?;
    }
    Ok(())
}

fn empty(root: &Path) -> io::Result<()> {
    let mut moved = 0;
    loop {
        let entries: Vec<fs::DirEntry> = fs::read_dir(root)?.collect::<io::Result<_>>()?;
        if entries.is_empty() {
            return Ok(());
        }
        for entry in entries {
            if entry.file_type()?.is_dir() {
                hollow(&entry.path(), root, &mut moved)?;
            } else {
                fs::remove_file(entry.path())?;
            }
        }
    }
}

/// Removes a directory after moving the directories in it to `root`.
fn hollow(directory: &Path, root: &Path, moved: &mut u64) -> io::Result<()> {
    open_up(directory)?;
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            // Moving a directory writes to it.
            open_up(&entry.path())?;
            fs::rename(entry.path(), free_name(root, moved))?;
        } else {
            fs::remove_file(entry.path())?;
        }
    }
    fs::remove_dir(directory)
}

fn open_up(directory: &Path) -> io::Result<()> {
    fs::set_permissions(directory, fs::Permissions::from_mode(0o700))
}

fn free_name(root: &Path, moved: &mut u64) -> PathBuf {
    loop {
        *moved += 1;
        let path = root.join(format!("swept-{moved}"));
        if fs::symlink_metadata(&path).is_err() {
            return path;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn empties_deep_closed_and_linked_trees_and_spares_what_links_point_to() {
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("kept"), "x").unwrap();
        let root = tempfile::tempdir().unwrap();
        let mut deep = root.path().to_owned();
        for _ in 0..60 {
            deep.push("a-directory-with-a-long-name");
            fs::create_dir(&deep).unwrap();
        }
        fs::write(deep.join("file"), "x").unwrap();
        fs::create_dir(root.path().join("swept-1")).unwrap();
        fs::write(root.path().join("swept-2"), "x").unwrap();
        symlink(outside.path(), root.path().join("link")).unwrap();
        let closed = root.path().join("closed");
        fs::create_dir(&closed).unwrap();
        fs::create_dir(closed.join("inner")).unwrap();
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();

        empty(root.path()).unwrap();
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 0);
        assert!(outside.path().join("kept").exists());
    }
}
