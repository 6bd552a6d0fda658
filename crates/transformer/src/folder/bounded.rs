//! Small files, read within a bound.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use serde_json::{Map, Value};

use crate::error::Error;

/// Opens a file that is neither a folder nor a pipe.
pub(super) fn open(path: &Path) -> Result<File, Error> {
    // Opening a pipe would wait for a writer for ever.
    let metadata = std::fs::metadata(path).map_err(Error::read(path))?;
    if !metadata.is_file() {
        let kind = std::io::Error::other("it is not a regular file");
        return Err(Error::read(path)(kind));
    }
    File::open(path).map_err(Error::read(path))
}

/// The text of a file of at most `limit` bytes; none where it is not there.
pub(super) fn text(path: &Path, limit: u64) -> Result<Option<String>, Error> {
    if !path.exists() {
        return Ok(None);
    }
    let mut text = String::new();
    let mut file = open(path)?.take(limit + 1);
    file.read_to_string(&mut text).map_err(Error::read(path))?;
    if text.len() as u64 > limit {
        return Err(Error::TooLarge {
            path: path.to_owned(),
            limit,
        });
    }
    Ok(Some(text))
}

/// The fields of a JSON file of at most `limit` bytes; none where it is not there.
pub(super) fn fields(path: &Path, limit: u64) -> Result<Option<Map<String, Value>>, Error> {
    let Some(text) = text(path, limit)? else {
        return Ok(None);
    };
    let fields = serde_json::from_str(&text).map_err(|source| Error::ParseJson {
        path: path.to_owned(),
        source,
    })?;
    Ok(Some(fields))
}
