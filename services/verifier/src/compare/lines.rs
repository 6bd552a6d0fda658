//! Lines in canonical form, in order and in any order.

use synthsmith_corpus::canonical::canonical_digest;

pub(super) fn equal(output: &[u8], expected: &[u8]) -> bool {
    canonical_digest(output) == canonical_digest(expected)
}

/// Blank lines do not count: those at the end never do, and in any order any of them may be there.
pub(super) fn equal_in_any_order(output: &[u8], expected: &[u8]) -> bool {
    // Counted first, so that an output of very many lines is never sorted.
    lines(output).count() == lines(expected).count() && sorted(output) == sorted(expected)
}

fn sorted(output: &[u8]) -> Vec<&[u8]> {
    let mut lines: Vec<_> = lines(output).collect();
    lines.sort_unstable();
    lines
}

/// The lines that are not blank, without the white space at their ends.
fn lines(output: &[u8]) -> impl Iterator<Item = &[u8]> {
    output.split(|&byte| byte == b'\n').filter_map(|line| {
        let last = line
            .iter()
            .rposition(|byte| !matches!(byte, b' ' | b'\t' | b'\r'))?;
        Some(&line[..=last])
    })
}
