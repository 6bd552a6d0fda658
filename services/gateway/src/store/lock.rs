//! One gateway per store.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::Error;

/// Held while the store is open. The kernel drops it with the process, however that ends.
#[derive(Debug)]
pub(super) struct StoreLock {
    _file: File,
}

impl StoreLock {
    pub(super) fn take(store: &Path) -> Result<Self, Error> {
        let path = lock_path(store);
        let opened = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path);
        let file = opened.map_err(|source| not_opened(&path, source))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Error::StoreInUse {
                path: store.to_owned(),
            }),
            Err(TryLockError::Error(source)) => Err(not_opened(&path, source)),
        }
    }
}

fn lock_path(store: &Path) -> PathBuf {
    let mut name = store.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}

fn not_opened(path: &Path, source: std::io::Error) -> Error {
    Error::StoreOpen {
        path: path.to_owned(),
        source: Arc::new(source),
    }
}
