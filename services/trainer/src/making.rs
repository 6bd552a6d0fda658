//! What a job makes, while it is not whole yet.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// A folder that appears in its place once it is whole.
#[derive(Debug)]
pub(crate) struct Making<'a> {
    partial: PathBuf,
    made: &'a Path,
}

impl<'a> Making<'a> {
    /// Begins anew: what a former try left is gone.
    pub(crate) fn begin(made: &'a Path) -> io::Result<Self> {
        let partial = made.with_extension("partial");
        if partial.exists() {
            std::fs::remove_dir_all(&partial)?;
        }
        std::fs::create_dir_all(&partial)?;
        Ok(Self { partial, made })
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.partial
    }

    /// After a power failure it is whole as well.
    pub(crate) fn finish(self) -> io::Result<()> {
        for entry in std::fs::read_dir(&self.partial)? {
            sync(&entry?.path())?;
        }
        sync(&self.partial)?;
        std::fs::rename(&self.partial, self.made)?;
        self.made.parent().map_or(Ok(()), sync)
    }
}

fn sync(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}
