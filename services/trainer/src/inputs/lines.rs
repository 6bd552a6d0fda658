//! JSON Lines, whose length is bounded.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;

use super::Error;

/// A longer line is refused.
const MAX_LINE_BYTES: u64 = 16 << 20;

/// Goes through all lines that are not empty; the answer is how many there are, and never 0.
pub(super) fn each(
    path: &Path,
    mut take: impl FnMut(&[u8]) -> Result<(), String>,
) -> Result<u64, Error> {
    let failed = |source| Error::Read {
        path: path.to_owned(),
        source,
    };
    let mut lines = BufReader::new(File::open(path).map_err(failed)?);
    let mut line = Vec::new();
    let (mut number, mut count) = (0, 0);
    loop {
        line.clear();
        number += 1;
        let mut bounded = lines.by_ref().take(MAX_LINE_BYTES + 1);
        if bounded.read_until(b'\n', &mut line).map_err(failed)? == 0 {
            break;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        let taken = match line.len() as u64 {
            0..=MAX_LINE_BYTES => take(&line),
            _ => Err(format!("is longer than {MAX_LINE_BYTES} bytes")),
        };
        taken.map_err(|problem| Error::Line {
            line: number,
            problem,
        })?;
        count += 1;
    }
    if count == 0 {
        Err(Error::Empty)
    } else {
        Ok(count)
    }
}
