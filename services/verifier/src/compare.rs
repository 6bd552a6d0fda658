//! Whether an output is the expected one.

use synthsmith_corpus::Outcome;
use synthsmith_corpus::canonical::canonical_digest;

/// How an output is compared with the expected one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Comparison {
    /// Byte for byte.
    Exact,
    /// Line for line, in the canonical form under which outputs are digested.
    #[default]
    Lines,
    /// Token for token; any white space separates tokens.
    Tokens,
}

impl Comparison {
    /// How many bytes of the outputs the comparison must see.
    pub fn needed_bytes<'a>(
        self,
        expected: impl Iterator<Item = &'a [u8]>,
        limit_bytes: u64,
    ) -> u64 {
        match self {
            // The size tells whether there was more.
            Self::Exact => expected
                .map(|output| output.len() as u64)
                .max()
                .unwrap_or(0)
                .min(limit_bytes),
            Self::Lines => 0,
            Self::Tokens => limit_bytes,
        }
    }

    /// Whether the output of a run that ended well is the expected one.
    pub fn accepts(self, outcome: &Outcome, expected: &[u8]) -> bool {
        match self {
            Self::Exact => {
                outcome.output_size_bytes == expected.len() as u64 && outcome.output == expected
            }
            Self::Lines => outcome.output_digest == canonical_digest(expected),
            Self::Tokens => tokens(&outcome.output).eq(tokens(expected)),
        }
    }
}

fn tokens(output: &[u8]) -> impl Iterator<Item = &[u8]> {
    output
        .split(u8::is_ascii_whitespace)
        .filter(|token| !token.is_empty())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use synthsmith_corpus::{Measures, OutcomeStatus};

    use super::*;

    fn printed(output: &[u8], kept_bytes: u64) -> Outcome {
        Outcome {
            input_index: 0,
            status: OutcomeStatus::Ok,
            output_digest: canonical_digest(output),
            output_size_bytes: output.len() as u64,
            output: output[..output.len().min(kept_bytes as usize)].to_vec(),
            measures: Measures::default(),
            exit_code: Some(0),
            signal: None,
            stderr_excerpt: Vec::new(),
        }
    }

    fn accepts(comparison: Comparison, output: &[u8], expected: &[u8]) -> bool {
        let needed = comparison.needed_bytes(std::iter::once(expected), 1 << 20);
        comparison.accepts(&printed(output, needed), expected)
    }

    #[test]
    fn what_each_comparison_accepts() {
        // Output, expected, and whether exact, lines and tokens accept.
        let table: [(&[u8], &[u8], [bool; 3]); 12] = [
            (b"1 2\n", b"1 2\n", [true, true, true]),
            (b"1 2", b"1 2\n", [false, true, true]),
            (b"1 2 \r\n\n", b"1 2", [false, true, true]),
            (b"1\n2\n", b"1 2\n", [false, false, true]),
            (b" 1", b"1", [false, false, true]),
            (b"1000001", b"1000000", [false, false, false]),
            (b"yes", b"YES", [false, false, false]),
            (b"1.0", b"1", [false, false, false]),
            (b"", b"", [true, true, true]),
            (b"\n", b"", [false, true, true]),
            (b"1 2 3", b"1 2", [false, false, false]),
            (b"\xff\0", b"\xff\0", [true, true, true]),
        ];
        for (output, expected, accepted) in table {
            let comparisons = [Comparison::Exact, Comparison::Lines, Comparison::Tokens];
            let found = comparisons.map(|comparison| accepts(comparison, output, expected));
            assert_eq!(found, accepted, "{output:?} {expected:?}");
        }
    }

    proptest! {
        #[test]
        fn a_stricter_comparison_accepts_less(output in "[12 \r\n]{0,12}", expected in "[12 \r\n]{0,12}") {
            let accepts = |comparison| accepts(comparison, output.as_bytes(), expected.as_bytes());
            prop_assert!(!accepts(Comparison::Exact) || accepts(Comparison::Lines));
            prop_assert!(!accepts(Comparison::Lines) || accepts(Comparison::Tokens));
        }

        #[test]
        fn an_output_is_what_it_is(output in prop::collection::vec(any::<u8>(), 0..40)) {
            for comparison in [Comparison::Exact, Comparison::Lines, Comparison::Tokens] {
                prop_assert!(accepts(comparison, &output, &output));
            }
        }
    }
}
