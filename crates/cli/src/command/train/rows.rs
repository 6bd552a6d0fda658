//! Training data on their way to the trainer, piece by piece.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use futures::stream;
use synthsmith_proto::trainer::v1 as pb;
use tokio::sync::mpsc;

use crate::args::Format;
use crate::data_set::entries;
use crate::exit::Failure;
use crate::exporting::{LeftOut, record};
use crate::trainer::Trainer;

const PIECE_BYTES: usize = 1 << 20;
/// Pieces that wait to be sent.
const WAITING: usize = 2;

/// Puts the rows of a run's output folder, or of a file.
pub(super) async fn put(trainer: &mut Trainer, data: &Path) -> anyhow::Result<pb::PutDataResponse> {
    if !data.exists() {
        let shown = data.display();
        return Err(Failure::Usage(format!("there is nothing at {shown}")).into());
    }
    let (pieces, waiting) = mpsc::channel(WAITING);
    let path = data.to_owned();
    let reading = tokio::task::spawn_blocking(move || read(&path, &pieces));
    let requests = stream::unfold(waiting, |mut waiting| async move {
        let content = waiting.recv().await?;
        Some((pb::PutDataRequest { content }, waiting))
    });
    let put = trainer.put(requests).await;
    // What could not be read explains what was refused.
    reading.await??;
    put
}

fn read(path: &PathBuf, pieces: &mpsc::Sender<Vec<u8>>) -> anyhow::Result<()> {
    if path.is_dir() {
        return read_run(path, pieces);
    }
    let cannot = || format!("cannot read {}", path.display());
    let mut file = BufReader::new(File::open(path).with_context(cannot)?);
    loop {
        let mut piece = Vec::new();
        let mut part = file.by_ref().take(PIECE_BYTES as u64);
        part.read_to_end(&mut piece).with_context(cannot)?;
        // A trainer that takes no more says why.
        if piece.is_empty() || pieces.blocking_send(piece).is_err() {
            return Ok(());
        }
    }
}

fn read_run(folder: &Path, pieces: &mpsc::Sender<Vec<u8>>) -> anyhow::Result<()> {
    let mut piece = Vec::new();
    let mut left_out = LeftOut::default();
    for entry in entries(folder)? {
        let row = record(&entry?, Format::Messages, &mut left_out)?;
        serde_json::to_writer(&mut piece, &row)?;
        piece.push(b'\n');
        while piece.len() >= PIECE_BYTES {
            let rest = piece.split_off(PIECE_BYTES);
            if pieces
                .blocking_send(std::mem::replace(&mut piece, rest))
                .is_err()
            {
                return Ok(());
            }
        }
    }
    if !piece.is_empty() {
        // As above.
        let _ = pieces.blocking_send(piece);
    }
    Ok(())
}
