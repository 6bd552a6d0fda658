//! The files that a job made, piece by piece.

use futures::{Stream, stream};
use synthsmith_artifacts::Artifacts;
use synthsmith_proto::trainer::v1 as pb;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tonic::Status;

use super::status;
use crate::error::Error;

const PIECE_BYTES: usize = 1 << 20;

/// The files of these keys and paths, in their order; an empty one is a piece, too.
pub(super) fn files(
    kept: Artifacts,
    mut files: Vec<(String, String)>,
) -> impl Stream<Item = Result<pb::ExportArtifactsResponse, Status>> {
    files.reverse();
    let begin = Leaving {
        kept,
        files,
        open: None,
    };
    stream::try_unfold(begin, |mut leaving| async move {
        let piece = leaving.piece().await.map_err(status)?;
        Ok(piece.map(|piece| (piece, leaving)))
    })
}

struct Leaving {
    kept: Artifacts,
    /// Keys and paths; the next is the last.
    files: Vec<(String, String)>,
    open: Option<Open>,
}

struct Open {
    path: String,
    content: Box<dyn AsyncRead + Send + Unpin>,
    is_new: bool,
}

impl Leaving {
    async fn piece(&mut self) -> Result<Option<pb::ExportArtifactsResponse>, Error> {
        loop {
            let Some(open) = &mut self.open else {
                let Some((key, path)) = self.files.pop() else {
                    return Ok(None);
                };
                let content = Box::new(self.kept.read(&key).await?);
                self.open = Some(Open {
                    path,
                    content,
                    is_new: true,
                });
                continue;
            };
            let mut content = Vec::new();
            let mut part = (&mut open.content).take(PIECE_BYTES as u64);
            let read = part.read_to_end(&mut content).await;
            read.map_err(|source| synthsmith_artifacts::Error::File {
                path: open.path.clone().into(),
                source,
            })?;
            let is_first = std::mem::take(&mut open.is_new);
            if is_first || !content.is_empty() {
                let path = open.path.clone();
                return Ok(Some(pb::ExportArtifactsResponse { path, content }));
            }
            self.open = None;
        }
    }
}
