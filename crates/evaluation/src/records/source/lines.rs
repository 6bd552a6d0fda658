//! Lines of bounded length.

use std::io::{self, BufRead, Read as _};

use super::Piece;

/// The next line without its end; none at the end of the file. A line that is too long is read past.
pub(crate) fn next_line(
    reader: &mut impl BufRead,
    limit_bytes: usize,
) -> io::Result<Option<Piece>> {
    let mut line = Vec::new();
    let read = reader
        .by_ref()
        .take(limit_bytes as u64 + 1)
        .read_until(b'\n', &mut line)?;
    if read == 0 {
        return Ok(None);
    }
    if line.last() == Some(&b'\n') {
        line.pop();
    } else if line.len() > limit_bytes {
        drop(line);
        reader.skip_until(b'\n')?;
        return Ok(Some(Piece::TooLong));
    }
    Ok(Some(Piece::Whole(line)))
}
