//! The canonical form of an output: white space at line ends and empty lines at the end do not count.

/// Hashes the canonical form of bytes that come in pieces of any size.
#[derive(Debug, Clone, Default)]
pub struct CanonicalHasher {
    hasher: blake3::Hasher,
    /// Line ends seen since the last byte that counts.
    line_ends: u64,
    /// White space since the last line end; counts only if more of the line follows.
    blanks: Vec<u8>,
}

impl CanonicalHasher {
    pub fn update(&mut self, piece: &[u8]) {
        let mut rest = piece;
        while let Some(&first) = rest.first() {
            match first {
                b'\n' => {
                    self.line_ends += 1;
                    self.blanks.clear();
                    rest = &rest[1..];
                }
                b' ' | b'\t' | b'\r' => {
                    self.blanks.push(first);
                    rest = &rest[1..];
                }
                _ => {
                    self.flush();
                    let end = rest.iter().position(|byte| is_white(*byte));
                    let (word, after) = rest.split_at(end.unwrap_or(rest.len()));
                    self.hasher.update(word);
                    rest = after;
                }
            }
        }
    }

    /// BLAKE3 of the canonical form, in hex.
    pub fn finish(&self) -> String {
        self.hasher.finalize().to_hex().to_string()
    }

    /// Takes in the white space that turned out to stand before something.
    fn flush(&mut self) {
        for _ in 0..self.line_ends {
            self.hasher.update(b"\n");
        }
        self.line_ends = 0;
        self.hasher.update(&self.blanks);
        self.blanks.clear();
    }
}

/// The digest of a whole output.
pub fn canonical_digest(output: &[u8]) -> String {
    let mut hasher = CanonicalHasher::default();
    hasher.update(output);
    hasher.finish()
}

/// The canonical form itself.
pub fn canonical(output: &[u8]) -> Vec<u8> {
    let trim = |line: &[u8]| line.len() - line.iter().rev().take_while(|b| is_blank(**b)).count();
    let mut lines: Vec<&[u8]> = output
        .split(|byte| *byte == b'\n')
        .map(|line| &line[..trim(line)])
        .collect();
    while lines.last().is_some_and(|line| line.is_empty()) {
        lines.pop();
    }
    lines.join(&b'\n')
}

fn is_white(byte: u8) -> bool {
    byte == b'\n' || is_blank(byte)
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_white_space_at_line_ends_and_empty_last_lines_are_forgiven() {
        let same = ["1 2\n3", "1 2\n3\n", "1 2 \r\n3\n\n\n", "1 2\t\n3 \n \n"];
        for output in same {
            assert_eq!(canonical(output.as_bytes()), b"1 2\n3", "{output:?}");
        }
        let other = [
            "1  2\n3", "1 2\n\n3", " 1 2\n3", "\n1 2\n3", "1 2 3", "1 2\n30",
        ];
        for output in other {
            assert_ne!(
                canonical_digest(output.as_bytes()),
                canonical_digest(b"1 2\n3"),
                "{output:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn pieces_do_not_change_the_digest(output in "[ab \\t\\r\\n]{0,60}", cut in 0_usize..60) {
            let output = output.as_bytes();
            let (head, tail) = output.split_at(cut.min(output.len()));
            let mut hasher = CanonicalHasher::default();
            hasher.update(head);
            hasher.update(tail);
            let whole = blake3::hash(&canonical(output)).to_hex().to_string();
            prop_assert_eq!(hasher.finish(), whole.clone());
            prop_assert_eq!(canonical_digest(output), whole);
        }
    }
}
