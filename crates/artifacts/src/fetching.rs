//! Files at hand: for those who need a path.

use std::path::{Path, PathBuf};

use tokio::fs::{self, File};

use crate::{Artifacts, Error, failed};

impl Artifacts {
    /// The path of a file. Where the store is elsewhere it is brought to `scratch` first, unless it is there already.
    pub async fn file_at_hand(&self, key: &str, scratch: &Path) -> Result<PathBuf, Error> {
        if let Some(folder) = &self.folder {
            return Ok(folder.join(key));
        }
        if !scratch.exists() {
            let partial = partial(scratch);
            self.fetch(key, &partial).await?;
            moved(&partial, scratch).await?;
        }
        Ok(scratch.to_owned())
    }

    /// The same of all files below a key.
    pub async fn folder_at_hand(&self, key: &str, scratch: &Path) -> Result<PathBuf, Error> {
        if let Some(folder) = &self.folder {
            return Ok(folder.join(key));
        }
        if !scratch.exists() {
            let partial = partial(scratch);
            let below = format!("{key}/");
            for key in self.below(key).await? {
                let name = key.strip_prefix(&below).unwrap_or(&key);
                self.fetch(&key, &partial.join(name)).await?;
            }
            moved(&partial, scratch).await?;
        }
        Ok(scratch.to_owned())
    }

    async fn fetch(&self, key: &str, to: &Path) -> Result<(), Error> {
        let failed = |source| failed(to, source);
        if let Some(parent) = to.parent() {
            fs::create_dir_all(parent).await.map_err(failed)?;
        }
        let mut content = self.read(key).await?;
        let mut file = File::create(to).await.map_err(failed)?;
        tokio::io::copy(&mut content, &mut file)
            .await
            .map_err(failed)?;
        file.sync_all().await.map_err(failed)
    }
}

fn partial(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".partial");
    name.into()
}

async fn moved(from: &Path, to: &Path) -> Result<(), Error> {
    fs::rename(from, to)
        .await
        .map_err(|source| failed(to, source))
}
