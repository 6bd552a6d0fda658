//! Lines of a stream, none of which can fill the memory.

use std::io::{self, BufRead, Read as _};

/// What `next` found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Line {
    /// The buffer holds the line, without its end.
    Whole,
    /// The line was longer than allowed and has been passed over.
    TooLong,
}

/// Reads the next line into `buffer`; none at the end of the stream.
pub(crate) fn next(
    stream: &mut impl BufRead,
    buffer: &mut Vec<u8>,
    limit: usize,
) -> io::Result<Option<Line>> {
    buffer.clear();
    let bounded = limit as u64 + 1;
    if stream.by_ref().take(bounded).read_until(b'\n', buffer)? == 0 {
        return Ok(None);
    }
    if buffer.last() == Some(&b'\n') {
        buffer.pop();
    } else if buffer.len() > limit {
        stream.skip_until(b'\n')?;
        return Ok(Some(Line::TooLong));
    }
    Ok(Some(Line::Whole))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Each line as text, or none where it was too long.
    fn lines_of(mut stream: &[u8], limit: usize) -> Vec<Option<Vec<u8>>> {
        let mut buffer = Vec::new();
        let mut lines = Vec::new();
        while let Some(line) = next(&mut stream, &mut buffer, limit).unwrap() {
            lines.push((line == Line::Whole).then(|| buffer.clone()));
        }
        lines
    }

    #[test]
    fn passes_over_lines_that_are_too_long() {
        let lines = lines_of(b"abc\nabcd\n\nab", 3);
        let expected = [Some(&b"abc"[..]), None, Some(b""), Some(b"ab")];
        assert_eq!(lines.len(), expected.len());
        for (line, expected) in lines.iter().zip(expected) {
            assert_eq!(line.as_deref(), expected);
        }
    }

    proptest! {
        #[test]
        fn agrees_with_splitting_the_whole(text in "[ab\n]{0,40}", limit in 0..6_usize) {
            let expected: Vec<Option<Vec<u8>>> = text
                .split_inclusive('\n')
                .map(|line| line.strip_suffix('\n').unwrap_or(line))
                .map(|line| (line.len() <= limit).then(|| line.as_bytes().to_vec()))
                .collect();
            prop_assert_eq!(lines_of(text.as_bytes(), limit), expected);
        }
    }
}
