//! Data on their way to the trainer, piece by piece.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use futures::stream;
use synthsmith_proto::trainer::v1 as pb;
use synthsmith_proto::trainer::v1::put_data_request::Kind;
use tokio::sync::mpsc;

use crate::trainer::Trainer;

pub(crate) const PIECE_BYTES: usize = 1 << 20;
/// Pieces that wait to be sent.
const WAITING: usize = 2;

/// Takes pieces; a trainer that takes no more says why itself.
pub(crate) type Pieces = mpsc::Sender<Vec<u8>>;

/// Puts what `read` gives.
pub(crate) async fn put(
    trainer: &mut Trainer,
    kind: Kind,
    benchmark: &str,
    read: impl FnOnce(&Pieces) -> anyhow::Result<()> + Send + 'static,
) -> anyhow::Result<pb::PutDataResponse> {
    let (pieces, waiting) = mpsc::channel(WAITING);
    let reading = tokio::task::spawn_blocking(move || read(&pieces));
    let benchmark = benchmark.to_owned();
    let requests = stream::unfold(
        (waiting, benchmark),
        move |(mut waiting, benchmark)| async move {
            let piece = pb::PutDataRequest {
                content: waiting.recv().await?,
                kind: kind.into(),
                benchmark: benchmark.clone(),
            };
            Some((piece, (waiting, benchmark)))
        },
    );
    let put = trainer.put(requests).await;
    // What could not be read explains what was refused.
    reading.await??;
    put
}

/// Puts a file as it is.
pub(crate) async fn put_file(
    trainer: &mut Trainer,
    kind: Kind,
    benchmark: &str,
    path: &Path,
) -> anyhow::Result<pb::PutDataResponse> {
    let path = path.to_owned();
    put(trainer, kind, benchmark, move |pieces| {
        read_file(&path, pieces)
    })
    .await
}

pub(crate) fn read_file(path: &PathBuf, pieces: &Pieces) -> anyhow::Result<()> {
    let cannot = || format!("cannot read {}", path.display());
    let mut file = BufReader::new(File::open(path).with_context(cannot)?);
    loop {
        let mut piece = Vec::new();
        let mut part = file.by_ref().take(PIECE_BYTES as u64);
        part.read_to_end(&mut piece).with_context(cannot)?;
        if piece.is_empty() || pieces.blocking_send(piece).is_err() {
            return Ok(());
        }
    }
}
