//! The header of a safetensors file: which tensors lie where.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use safetensors::tensor::{Metadata, SafeTensorError};

use crate::error::{Cause, Error};

/// A header of more bytes is a broken or hostile file; one tensor takes about a hundred.
const MAX_HEADER_BYTES: u64 = 16 << 20;
const LENGTH_BYTES: u64 = 8;

/// A header, and where the data begin.
pub(super) struct Header {
    pub(super) metadata: Metadata,
    pub(super) data_start: u64,
}

/// Reads the header and compares the length of the file with it.
pub(super) fn read(file: &mut File, path: &Path) -> Result<Header, Error> {
    let found = file.metadata().map_err(Error::read(path))?.len();
    if found < LENGTH_BYTES {
        return Err(refuse(path, SafeTensorError::HeaderTooSmall));
    }
    let mut length = [0; LENGTH_BYTES as usize];
    file.read_exact(&mut length).map_err(Error::read(path))?;
    let length = u64::from_le_bytes(length);
    if length > MAX_HEADER_BYTES {
        return Err(refuse(path, SafeTensorError::HeaderTooLarge));
    }
    let data_start = LENGTH_BYTES + length;
    if data_start > found {
        return Err(Error::Length {
            path: path.to_owned(),
            found,
            expected: data_start,
        });
    }
    let mut bytes = vec![0; length as usize];
    file.read_exact(&mut bytes).map_err(Error::read(path))?;
    // Offsets and shapes are compared with each other on the way.
    let metadata: Metadata = serde_json::from_slice(&bytes).map_err(|it| refuse(path, it))?;
    let expected = data_start.saturating_add(metadata.data_len() as u64);
    if expected != found {
        return Err(Error::Length {
            path: path.to_owned(),
            found,
            expected,
        });
    }
    Ok(Header {
        metadata,
        data_start,
    })
}

fn refuse(path: &Path, source: impl Into<Cause>) -> Error {
    Error::Header {
        path: path.to_owned(),
        source: source.into(),
    }
}
