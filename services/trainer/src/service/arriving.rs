//! Data while they arrive: into a file of their own, until their digest is known.

use std::path::{Path, PathBuf};

use synthsmith_proto::trainer::v1 as pb;
use tokio::fs::File;
use tokio::io::AsyncWriteExt as _;
use tonic::{Status, Streaming};

use super::status;
use crate::error::Error;
use crate::inputs::Kind;
use crate::places::Places;
use crate::wire;

/// Data that have arrived as a whole.
#[derive(Debug)]
pub(super) struct Arrived {
    kind: Kind,
    digest: String,
    file: Scratch,
}

/// A file that goes.
#[derive(Debug)]
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        // What is left of it goes with the next start.
        let _ = std::fs::remove_file(&self.0);
    }
}

pub(super) async fn data(
    mut pieces: Streaming<pb::PutDataRequest>,
    folder: &Path,
    max_bytes: u64,
) -> Result<Arrived, Status> {
    let scratch = Scratch(folder.join(fresh()));
    let failed = |source| {
        status(Error::Write {
            path: scratch.0.clone(),
            source,
        })
    };
    let mut file = File::create_new(&scratch.0).await.map_err(failed)?;
    let mut hasher = blake3::Hasher::new();
    let (mut bytes, mut kind) = (0, None);
    while let Some(piece) = pieces.message().await? {
        if kind.is_none() {
            let told = wire::kind(&piece).map_err(Error::Invalid);
            kind = Some(told.map_err(status)?);
        }
        bytes += piece.content.len() as u64;
        if bytes > max_bytes {
            return Err(status(Error::DataTooLarge { max_bytes }));
        }
        hasher.update(&piece.content);
        file.write_all(&piece.content).await.map_err(failed)?;
    }
    file.sync_all().await.map_err(failed)?;
    Ok(Arrived {
        kind: kind.unwrap_or(Kind::Chats),
        digest: hasher.finalize().to_hex().to_string(),
        file: scratch,
    })
}

impl Arrived {
    /// Keeps the data, if they can be used.
    pub(super) async fn keep(self, places: &Places) -> Result<pb::PutDataResponse, Error> {
        let (kind, path) = (self.kind, self.file.0.clone());
        let counted = tokio::task::spawn_blocking(move || kind.count(&path)).await;
        let counted = counted.expect("counting does not panic");
        let counted = counted.map_err(Error::Data)?;
        places.keep_data(&self.digest, &self.file.0).await?;
        Ok(pb::PutDataResponse {
            digest: wire::digest_out(&self.digest),
            row_count: counted.rows as i64,
            left_out_row_count: counted.left_out as i64,
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
