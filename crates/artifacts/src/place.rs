//! Which store a setting means.

use std::path::PathBuf;
use std::sync::{Arc, Once};
use std::time::Duration;

use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ClientConfigKey, ObjectStore, RetryConfig};
use url::Url;

use crate::{Error, failed};

pub(crate) struct Place {
    pub(crate) store: Arc<dyn ObjectStore>,
    pub(crate) prefix: Path,
    pub(crate) folder: Option<PathBuf>,
}

impl Place {
    pub(crate) fn open(place: &str) -> Result<Self, Error> {
        if !place.contains("://") {
            return Self::folder(place.as_ref());
        }
        let refused = |problem: String| Error::Place {
            // What stands before an @ may be a password.
            place: place
                .rsplit('@')
                .next()
                .unwrap_or_default()
                .chars()
                .take(200)
                .collect(),
            problem,
        };
        let url = Url::parse(place).map_err(|error| refused(error.to_string()))?;
        match url.scheme() {
            "file" => {
                let path = url.to_file_path();
                Self::folder(&path.map_err(|()| refused("it names no folder".to_owned()))?)
            }
            "s3" | "s3a" => {
                install_tls();
                let prefix = Path::from_url_path(url.path());
                let store = AmazonS3Builder::from_env()
                    .with_url(place)
                    .with_retry(patience())
                    // A large file takes as long as it takes, as long as something comes.
                    .with_config(AmazonS3ConfigKey::Client(ClientConfigKey::Timeout), "1 day")
                    .with_config(
                        AmazonS3ConfigKey::Client(ClientConfigKey::ReadTimeout),
                        "30 seconds",
                    )
                    .build()?;
                Ok(Self {
                    store: Arc::new(store),
                    prefix: prefix.map_err(object_store::Error::from)?,
                    folder: None,
                })
            }
            other => Err(refused(format!("there is no store of the kind {other:?}"))),
        }
    }

    fn folder(folder: &std::path::Path) -> Result<Self, Error> {
        let made = std::fs::create_dir_all(folder).and_then(|()| folder.canonicalize());
        let folder = made.map_err(|source| failed(folder, source))?;
        let store = LocalFileSystem::new_with_prefix(&folder)?.with_fsync(true);
        Ok(Self {
            store: Arc::new(store),
            prefix: Path::default(),
            folder: Some(folder),
        })
    }
}

/// Who waits for an answer is told within half a minute that there is none.
fn patience() -> RetryConfig {
    RetryConfig {
        retry_timeout: Duration::from_secs(30),
        ..RetryConfig::default()
    }
}

/// rustls wants one provider for the process; whoever came first is as good.
fn install_tls() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}
