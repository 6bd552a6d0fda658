//! The canonical form of an output, under which outputs that differ only in invisible characters are the same.
//!
//! Spaces, tabs and carriage returns at the end of a line do not count, nor do empty lines at the end. The canonical
//! form ends without a newline; of an output of nothing but white space it is empty.

use blake3::{Hash, Hasher};

/// Digests the canonical form of an output that arrives in pieces.
///
/// It holds no more than the white space of which it is not yet known whether it counts.
#[derive(Debug, Clone, Default)]
pub struct CanonicalDigest {
    hasher: Hasher,
    newlines: u64,
    blanks: Vec<u8>,
}

impl CanonicalDigest {
    pub fn update(&mut self, mut piece: &[u8]) {
        while let Some(end) = piece.iter().position(|&byte| byte == b'\n') {
            self.part_of_line(&piece[..end]);
            self.blanks.clear();
            self.newlines += 1;
            piece = &piece[end + 1..];
        }
        self.part_of_line(piece);
    }

    pub fn finish(&self) -> Hash {
        self.hasher.finalize()
    }

    fn part_of_line(&mut self, part: &[u8]) {
        let Some(last) = part.iter().rposition(|&byte| !is_blank(byte)) else {
            self.blanks.extend_from_slice(part);
            return;
        };
        for _ in 0..std::mem::take(&mut self.newlines) {
            self.hasher.update(b"\n");
        }
        self.hasher.update(&self.blanks);
        self.hasher.update(&part[..=last]);
        self.blanks.clear();
        self.blanks.extend_from_slice(&part[last + 1..]);
    }
}

/// The digest of a whole output's canonical form, in hex.
pub fn canonical_digest(output: &[u8]) -> String {
    let mut digest = CanonicalDigest::default();
    digest.update(output);
    digest.finish().to_hex().to_string()
}

/// An output in canonical form as a text file: its lines, each with an end.
pub fn text(output: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(output.len() + 1);
    for line in lines(output) {
        text.extend_from_slice(line);
        text.push(b'\n');
    }
    text
}

/// Whether the byte does not count at the end of a line.
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r')
}

/// The lines of the canonical form.
fn lines(output: &[u8]) -> impl Iterator<Item = &[u8]> {
    let kept = output
        .iter()
        .rposition(|&byte| !is_blank(byte) && byte != b'\n')
        .map_or(0, |last| last + 1);
    let lines = if kept == 0 {
        None
    } else {
        Some(output[..kept].split(|&byte| byte == b'\n'))
    };
    lines.into_iter().flatten().map(|line| {
        let kept = line
            .iter()
            .rposition(|&byte| !is_blank(byte))
            .map_or(0, |last| last + 1);
        &line[..kept]
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_text_file_has_every_line_ended() {
        assert_eq!(text(b"1 2 \r\n3\n\n"), b"1 2\n3\n");
        assert_eq!(text(b" \n"), b"");
    }

    fn canonical(output: &[u8]) -> Vec<u8> {
        lines(output).collect::<Vec<_>>().join(&b'\n')
    }

    fn digest(output: &[u8]) -> Hash {
        let mut digest = CanonicalDigest::default();
        digest.update(output);
        digest.finish()
    }

    #[test]
    fn strips_what_is_invisible_at_ends() {
        let table: [(&[u8], &[u8]); 9] = [
            (b"", b""),
            (b" \n\t\r\n\n", b""),
            (b"1\n", b"1"),
            (b"1 \r\n2\t\n\n", b"1\n2"),
            (b"\n\n1", b"\n\n1"),
            (b" 1  2 ", b" 1  2"),
            (b"a\n\nb\n \n", b"a\n\nb"),
            (b"a\rb\r", b"a\rb"),
            (b"\xff\0 \n", b"\xff\0"),
        ];
        for (output, expected) in table {
            assert_eq!(canonical(output), expected, "{output:?}");
            assert_eq!(digest(output), blake3::hash(expected), "{output:?}");
        }
    }

    proptest! {
        #[test]
        fn the_digest_is_that_of_the_canonical_form(output in "[ab \t\r\n]{0,60}") {
            let canonical = canonical(output.as_bytes());
            prop_assert_eq!(digest(output.as_bytes()), blake3::hash(&canonical));
            prop_assert_eq!(digest(&canonical), digest(output.as_bytes()));
        }

        #[test]
        fn it_does_not_matter_where_pieces_end(output in "[ab \t\r\n]{0,60}", cut in 1_usize..9) {
            let mut pieces = CanonicalDigest::default();
            output.as_bytes().chunks(cut).for_each(|piece| pieces.update(piece));
            prop_assert_eq!(pieces.finish(), digest(output.as_bytes()));
        }

        #[test]
        fn white_space_at_the_end_never_counts(output in "[ab \t\r\n]{0,40}", tail in "[ \t\r\n]{0,9}") {
            prop_assert_eq!(digest(format!("{output}{tail}").as_bytes()), digest(output.as_bytes()));
        }
    }
}
