//! Data while they arrive: into a file of their own, until their digest is known.

use std::path::{Path, PathBuf};

use synthsmith_proto::trainer::v1 as pb;
use tokio::fs::File;
use tokio::io::AsyncWriteExt as _;
use tonic::{Status, Streaming};

use super::status;
use crate::chats;
use crate::error::Error;

/// Data that have arrived as a whole.
#[derive(Debug)]
pub(super) struct Arrived {
    pub(super) digest: String,
    file: Scratch,
}

/// A file that goes unless it is moved.
#[derive(Debug)]
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        // It is no longer there where it was moved.
        let _ = std::fs::remove_file(&self.0);
    }
}

pub(super) async fn data(
    mut pieces: Streaming<pb::PutDataRequest>,
    folder: &Path,
    max_bytes: u64,
) -> Result<Arrived, Status> {
    let scratch = Scratch(folder.join(format!("arriving-{}", fresh())));
    let failed = |source| {
        status(Error::Write {
            path: scratch.0.clone(),
            source,
        })
    };
    let mut file = File::create_new(&scratch.0).await.map_err(failed)?;
    let mut hasher = blake3::Hasher::new();
    let mut bytes = 0;
    while let Some(piece) = pieces.message().await? {
        bytes += piece.content.len() as u64;
        if bytes > max_bytes {
            return Err(status(Error::DataTooLarge { max_bytes }));
        }
        hasher.update(&piece.content);
        file.write_all(&piece.content).await.map_err(failed)?;
    }
    file.sync_all().await.map_err(failed)?;
    Ok(Arrived {
        digest: hasher.finalize().to_hex().to_string(),
        file: scratch,
    })
}

impl Arrived {
    /// Keeps the data, if they can be learnt from.
    pub(super) async fn keep(self, target: PathBuf) -> Result<pb::PutDataResponse, Error> {
        let path = self.file.0.clone();
        let counted = tokio::task::spawn_blocking(move || chats::count(&path)).await;
        let rows = counted.expect("counting does not panic");
        let row_count = rows.map_err(Error::Data)? as i64;
        let moved = tokio::fs::rename(&self.file.0, &target).await;
        moved.map_err(|source| Error::Write {
            path: target,
            source,
        })?;
        Ok(pb::PutDataResponse {
            digest: format!("blake3:{}", self.digest),
            row_count,
        })
    }
}

/// A name that no other call has.
fn fresh() -> String {
    use std::sync::atomic::{AtomicU64, Ordering};
    static CALLS: AtomicU64 = AtomicU64::new(0);
    let call = CALLS.fetch_add(1, Ordering::Relaxed);
    format!("{}-{call}", std::process::id())
}
