//! Training data: the golden solutions of a run, or a file of rows.

use std::path::{Path, PathBuf};

use synthsmith_proto::trainer::v1 as pb;
use synthsmith_proto::trainer::v1::put_data_request::Kind;

use crate::args::Format;
use crate::data_set::entries;
use crate::exit::Failure;
use crate::exporting::{LeftOut, record};
use crate::trainer::Trainer;
use crate::uploading::{self, PIECE_BYTES, Pieces};

/// Puts the rows of a run's output folder, or of a file.
pub(super) async fn put(trainer: &mut Trainer, data: &Path) -> anyhow::Result<pb::PutDataResponse> {
    if !data.exists() {
        let shown = data.display();
        return Err(Failure::Usage(format!("there is nothing at {shown}")).into());
    }
    let path = data.to_owned();
    uploading::put(trainer, Kind::Chats, "", move |pieces| read(&path, pieces)).await
}

fn read(path: &PathBuf, pieces: &Pieces) -> anyhow::Result<()> {
    if path.is_dir() {
        read_run(path, pieces)
    } else {
        uploading::read_file(path, pieces)
    }
}

fn read_run(folder: &Path, pieces: &Pieces) -> anyhow::Result<()> {
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
        // A trainer that takes no more says why itself.
        let _ = pieces.blocking_send(piece);
    }
    Ok(())
}
