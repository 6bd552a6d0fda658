//! The files of a model, piece by piece.

use std::path::{Path, PathBuf};

use futures::{Stream, stream};
use synthsmith_proto::trainer::v1 as pb;
use tokio::fs::File;
use tokio::io::AsyncReadExt as _;
use tonic::Status;

use super::status;
use crate::error::Error;

const PIECE_BYTES: usize = 1 << 20;

/// The files in the order of their names; an empty one is a piece, too.
pub(super) async fn files(
    folder: PathBuf,
) -> Result<impl Stream<Item = Result<pb::ExportModelResponse, Status>>, Error> {
    let mut names = names(&folder).await.map_err(|source| Error::Read {
        path: folder.clone(),
        source,
    })?;
    names.sort_unstable_by(|left, right| right.cmp(left));
    let begin = Leaving {
        folder,
        names,
        open: None,
    };
    Ok(stream::try_unfold(begin, |mut leaving| async move {
        let piece = leaving.piece().await.map_err(status)?;
        Ok(piece.map(|piece| (piece, leaving)))
    }))
}

struct Leaving {
    folder: PathBuf,
    /// The next is the last.
    names: Vec<String>,
    open: Option<(String, File)>,
}

impl Leaving {
    async fn piece(&mut self) -> Result<Option<pb::ExportModelResponse>, Error> {
        loop {
            let is_new = self.open.is_none();
            if is_new {
                let Some(name) = self.names.pop() else {
                    return Ok(None);
                };
                let path = self.folder.join(&name);
                let file = File::open(&path).await.map_err(failed(&path))?;
                self.open = Some((name, file));
            }
            let Some((path, file)) = &mut self.open else {
                continue;
            };
            let mut content = Vec::new();
            let path = path.clone();
            let mut part = file.take(PIECE_BYTES as u64);
            let read = part.read_to_end(&mut content).await;
            read.map_err(failed(&self.folder.join(&path)))?;
            if content.is_empty() {
                self.open = None;
            }
            if is_new || !content.is_empty() {
                return Ok(Some(pb::ExportModelResponse { path, content }));
            }
        }
    }
}

async fn names(folder: &Path) -> std::io::Result<Vec<String>> {
    let mut entries = tokio::fs::read_dir(folder).await?;
    let mut names = Vec::new();
    while let Some(entry) = entries.next_entry().await? {
        if entry.file_type().await?.is_file() {
            names.extend(entry.file_name().into_string());
        }
    }
    Ok(names)
}

fn failed(path: &Path) -> impl FnOnce(std::io::Error) -> Error {
    let path = path.to_owned();
    |source| Error::Read { path, source }
}
