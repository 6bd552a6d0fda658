//! Where files that were made are kept: a folder, or a bucket of an object store.
//!
//! Files have keys such as `jobs/a/model/config.json`, and do not change once they are kept. A file is there as a whole or
//! not at all; of several kept together some may be there after a crash, and keeping them again completes them.

mod fetching;
mod place;

use std::io;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use futures::TryStreamExt as _;
use object_store::buffered::BufWriter;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _};
use tokio::fs::File;
use tokio::io::{AsyncRead, AsyncWriteExt as _};
use tokio_util::io::StreamReader;

use place::Place;

/// The store. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Artifacts {
    store: Arc<dyn ObjectStore>,
    /// All keys are below it.
    prefix: Path,
    /// Where the store is a folder of this machine.
    folder: Option<PathBuf>,
}

/// What could not be done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(
        "{place:?} is no place for artifacts: {problem}; it is a folder, or s3://BUCKET/PREFIX"
    )]
    Place { place: String, problem: String },
    #[error("the store of artifacts cannot be used")]
    Store(#[from] object_store::Error),
    #[error("cannot read or write {}; is the disk full?", path.display())]
    File {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
}

// === impl Artifacts ===

impl Artifacts {
    /// Opens a folder, which is made where it is missing, or `s3://BUCKET/PREFIX`, whose region, address and keys are in
    /// the usual `AWS_*` variables of the environment. Nothing is asked of a bucket yet.
    pub fn open(place: &str) -> Result<Self, Error> {
        let Place {
            store,
            prefix,
            folder,
        } = Place::open(place)?;
        Ok(Self {
            store,
            prefix,
            folder,
        })
    }

    /// Whether there is a file of this key.
    pub async fn holds(&self, key: &str) -> Result<bool, Error> {
        match self.store.head(&self.path(key)).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// The keys of all files below a key, in order.
    pub async fn below(&self, key: &str) -> Result<Vec<String>, Error> {
        let listed = self.store.list(Some(&self.path(key)));
        let mut keys: Vec<String> = listed
            .map_ok(|object| self.key(&object.location))
            .try_collect()
            .await?;
        keys.sort_unstable();
        Ok(keys)
    }

    /// Keeps a file.
    pub async fn keep(&self, key: &str, file: &FilePath) -> Result<(), Error> {
        let failed = |source| failed(file, source);
        let mut content = File::open(file).await.map_err(failed)?;
        let mut writer = BufWriter::new(Arc::clone(&self.store), self.path(key));
        let mut written = tokio::io::copy(&mut content, &mut writer).await.map(drop);
        if written.is_ok() {
            written = writer.shutdown().await;
        }
        if written.is_err() {
            // What was sent of it would stay there unseen; that it cannot be taken back changes nothing of the error.
            let _ = writer.abort().await;
        }
        written.map_err(failed)
    }

    /// Keeps all files in a folder and in those below it.
    pub async fn keep_all(&self, key: &str, folder: &FilePath) -> Result<(), Error> {
        let mut folders = vec![(key.to_owned(), folder.to_owned())];
        while let Some((key, folder)) = folders.pop() {
            let failed = |source| failed(&folder, source);
            let mut entries = tokio::fs::read_dir(&folder).await.map_err(failed)?;
            while let Some(entry) = entries.next_entry().await.map_err(failed)? {
                let key = format!("{key}/{}", entry.file_name().to_string_lossy());
                if entry.file_type().await.map_err(failed)?.is_dir() {
                    folders.push((key, entry.path()));
                } else {
                    self.keep(&key, &entry.path()).await?;
                }
            }
        }
        Ok(())
    }

    /// The content of a file, from its beginning.
    pub async fn read(&self, key: &str) -> Result<impl AsyncRead + Send + Unpin + use<>, Error> {
        let found = self.store.get(&self.path(key)).await?;
        let content = found.into_stream().map_err(io::Error::from);
        Ok(StreamReader::new(content))
    }

    fn path(&self, key: &str) -> Path {
        let parts = key.split('/').filter(|part| !part.is_empty());
        self.prefix
            .clone()
            .parts()
            .chain(parts.map(Into::into))
            .collect()
    }

    fn key(&self, path: &Path) -> String {
        let parts = path.prefix_match(&self.prefix).into_iter().flatten();
        let parts: Vec<_> = parts.map(|part| part.as_ref().to_owned()).collect();
        parts.join("/")
    }
}

fn failed(path: &FilePath, source: io::Error) -> Error {
    Error::File {
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests;
