//! What a job makes, while it is not whole yet.

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

    pub(crate) fn finish(self) -> io::Result<()> {
        std::fs::rename(&self.partial, self.made)
    }
}
