//! Files that are read again when they change.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

/// Larger files hold no keys or certificates.
const MAX_FILE_BYTES: u64 = 1 << 20;

/// What some files say, as of late.
///
/// While new contents make no sense, the value of the old ones stays, and the log says why.
#[derive(Debug)]
pub struct Watched<T> {
    files: Vec<PathBuf>,
    current: RwLock<Current<T>>,
}

#[derive(Debug)]
struct Current<T> {
    /// Of the contents that were read last, whether they made sense or not.
    digest: blake3::Hash,
    value: Arc<T>,
}

/// Files that cannot be read, or make no sense.
#[derive(Debug, thiserror::Error)]
pub enum ReadError<E: std::error::Error + 'static> {
    #[error("cannot read {}", .0.display())]
    Io(PathBuf, #[source] std::io::Error),
    #[error("{} is larger than {MAX_FILE_BYTES} bytes", .0.display())]
    TooLarge(PathBuf),
    #[error("{} cannot be used", list(.0))]
    Invalid(Vec<PathBuf>, #[source] E),
}

impl<T: Send + Sync + 'static> Watched<T> {
    /// Reads the files and goes on to look at them every `interval`, for as long as the value is held.
    ///
    /// Must be called within a runtime.
    pub fn start<E, F>(
        files: Vec<PathBuf>,
        interval: Duration,
        parse: F,
    ) -> Result<Arc<Self>, ReadError<E>>
    where
        E: std::error::Error + Send + 'static,
        F: Fn(&[Vec<u8>]) -> Result<T, E> + Send + 'static,
    {
        let contents = read(&files)?;
        let value = parse(&contents).map_err(|error| ReadError::Invalid(files.clone(), error))?;
        let current = Current {
            digest: digest(&contents),
            value: Arc::new(value),
        };
        let watched = Arc::new(Self {
            files,
            current: RwLock::new(current),
        });
        let weak = Arc::downgrade(&watched);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(interval).await;
                let Some(watched) = weak.upgrade() else { break };
                watched.look(&parse);
            }
        });
        Ok(watched)
    }

    pub fn current(&self) -> Arc<T> {
        Arc::clone(
            &self
                .current
                .read()
                .unwrap_or_else(PoisonError::into_inner)
                .value,
        )
    }

    fn look<E: std::error::Error + 'static>(&self, parse: &impl Fn(&[Vec<u8>]) -> Result<T, E>) {
        match self.look_at_files(parse) {
            Ok(false) => {}
            Ok(true) => tracing::info!(files = list(&self.files), "read again"),
            Err(error) => {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                tracing::error!(%error, cause, "what was read before stays in force");
            }
        }
    }

    /// Whether the files have changed, and into something that makes sense.
    fn look_at_files<E: std::error::Error + 'static>(
        &self,
        parse: &impl Fn(&[Vec<u8>]) -> Result<T, E>,
    ) -> Result<bool, ReadError<E>> {
        let contents = read(&self.files)?;
        let digest = digest(&contents);
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if current.digest == digest {
            return Ok(false);
        }
        current.digest = digest;
        let value =
            parse(&contents).map_err(|error| ReadError::Invalid(self.files.clone(), error))?;
        current.value = Arc::new(value);
        Ok(true)
    }
}

/// Short files, so that reading them holds up nobody.
fn read<E: std::error::Error + 'static>(files: &[PathBuf]) -> Result<Vec<Vec<u8>>, ReadError<E>> {
    let read = |file: &PathBuf| {
        let io = |error| ReadError::Io(file.clone(), error);
        if std::fs::metadata(file).map_err(io)?.len() > MAX_FILE_BYTES {
            return Err(ReadError::TooLarge(file.clone()));
        }
        std::fs::read(file).map_err(io)
    };
    files.iter().map(read).collect()
}

fn digest(contents: &[Vec<u8>]) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    for file in contents {
        hasher
            .update(&(file.len() as u64).to_le_bytes())
            .update(file);
    }
    hasher.finalize()
}

fn list(files: &[PathBuf]) -> String {
    let names: Vec<_> = files
        .iter()
        .map(|file| Path::display(file).to_string())
        .collect();
    names.join(" with ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(contents: &[Vec<u8>]) -> Result<u32, std::num::ParseIntError> {
        String::from_utf8_lossy(&contents[0]).trim().parse()
    }

    #[tokio::test]
    async fn a_change_is_taken_over_and_a_broken_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("number");
        std::fs::write(&file, "1").unwrap();
        let hour = Duration::from_hours(1);
        let watched = Watched::start(vec![file.clone()], hour, number).unwrap();
        let steps = [
            ("2", 2, true),
            ("2", 2, false),
            ("x", 2, false),
            ("3", 3, true),
        ];
        for (text, value, is_new) in steps {
            std::fs::write(&file, text).unwrap();
            assert_eq!(
                watched.look_at_files(&number).unwrap_or(false),
                is_new,
                "{text}"
            );
            assert_eq!(*watched.current(), value, "{text}");
        }
        std::fs::remove_file(&file).unwrap();
        assert!(watched.look_at_files(&number).is_err());
        assert_eq!(*watched.current(), 3);
    }

    #[tokio::test]
    async fn a_file_that_makes_no_sense_at_the_start_is_an_error_that_names_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("number");
        let hour = Duration::from_hours(1);
        let start = |file: &PathBuf| Watched::start(vec![file.clone()], hour, number);
        assert!(matches!(start(&file), Err(ReadError::Io(..))));
        std::fs::write(&file, "x").unwrap();
        let error = start(&file).unwrap_err().to_string();
        assert!(error.contains("number cannot be used"), "{error}");
    }
}
