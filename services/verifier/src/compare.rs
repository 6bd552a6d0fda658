//! Whether an output is the expected one, by one of the built-in rules.
//!
//! Outputs are bytes: no encoding is assumed, NUL is a character like any other, and a byte order mark belongs to the
//! first token. Outputs are hostile: whatever they are, a rule takes time in proportion to the sizes of the two texts (but
//! for a sort), and sets up nothing whose size the expected one does not bound. Checker programs are not decided here.

mod decimal;
mod json;
mod lines;
mod tokens;

#[cfg(test)]
mod golden;
#[cfg(test)]
mod properties;

use synthsmith_corpus::Outcome;
use synthsmith_corpus::canonical::canonical_digest;

/// How much longer than the expected output one may be that differs from it in white space only.
const ROOM_FOR_WHITE_SPACE_BYTES: u64 = 64 << 10;

/// How an output is compared with the expected one.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub enum Rule {
    /// Byte for byte.
    Exact,
    /// Line for line, in the canonical form under which outputs are digested.
    #[default]
    Lines,
    /// Token for token; any ASCII white space separates tokens.
    Tokens,
    /// As tokens, but where the expected token is a decimal fraction the output's may be off by the absolute tolerance
    /// or by the relative one. Integers are exact.
    Tolerance { absolute: f64, relative: f64 },
    /// As lines, but in any order; blank lines do not count anywhere.
    UnorderedLines,
    /// As JSON values; as lines where the expected output is no JSON.
    Json,
}

/// What a rule says of an output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    Accepted,
    /// The tokens are the expected ones, the white space is not, and the rule counts it.
    Presentation,
    Wrong,
}

impl Rule {
    /// How much of an output must be at hand to compare it with an expected one of this length.
    ///
    /// It is all that the limit allows where white space is free, since there may be any amount of it.
    pub fn needed_bytes(self, expected_bytes: u64, limit_bytes: u64) -> u64 {
        match self {
            Self::Exact | Self::Lines => expected_bytes
                .saturating_add(ROOM_FOR_WHITE_SPACE_BYTES)
                .min(limit_bytes),
            Self::Tokens | Self::Tolerance { .. } | Self::UnorderedLines | Self::Json => {
                limit_bytes
            }
        }
    }

    /// Why the rule makes no sense, if it makes none.
    pub fn flaw(self) -> Option<&'static str> {
        let Self::Tolerance { absolute, relative } = self else {
            return None;
        };
        match [absolute, relative].map(|tolerance| (0.0..=1.0).contains(&tolerance)) {
            [true, true] => None,
            [false, true] => Some("absolute must be a number from 0 to 1"),
            [true, false] => Some("relative must be a number from 0 to 1"),
            [false, false] => Some("absolute and relative must be numbers from 0 to 1"),
        }
    }
}

/// Compares a whole output with the expected one.
pub fn check(rule: Rule, output: &[u8], expected: &[u8]) -> Found {
    let accepts = match rule {
        Rule::Exact => output == expected,
        Rule::Lines => lines::equal(output, expected),
        Rule::Tokens => tokens::equal(output, expected),
        Rule::Tolerance { absolute, relative } => {
            tokens::near(output, expected, absolute, relative)
        }
        Rule::UnorderedLines => lines::equal_in_any_order(output, expected),
        // Lines that are equal are also equal where they are no JSON.
        Rule::Json => lines::equal(output, expected) || json::equal(output, expected),
    };
    let counts_white_space = matches!(rule, Rule::Exact | Rule::Lines);
    if accepts {
        Found::Accepted
    } else if counts_white_space && tokens::equal(output, expected) {
        Found::Presentation
    } else {
        Found::Wrong
    }
}

/// Compares the output of a run that ended well with the expected one.
///
/// Outputs in the same canonical form differ at most in white space that only [`Rule::Exact`] counts, so the digest
/// tells most of it. An output of which more was printed than returned is wrong unless the digest says otherwise.
pub fn check_outcome(rule: Rule, outcome: &Outcome, expected: &[u8]) -> Found {
    let is_whole = outcome.output_size_bytes == outcome.output.len() as u64;
    let has_same_lines = outcome.output_digest == canonical_digest(expected);
    match rule {
        Rule::Exact if is_whole && outcome.output == expected => Found::Accepted,
        Rule::Exact if has_same_lines => Found::Presentation,
        _ if has_same_lines => Found::Accepted,
        _ if is_whole => check(rule, &outcome.output, expected),
        _ => Found::Wrong,
    }
}

#[cfg(test)]
mod tests {
    use synthsmith_corpus::{Measures, OutcomeStatus};

    use super::*;

    fn tolerance(absolute: f64, relative: f64) -> Rule {
        Rule::Tolerance { absolute, relative }
    }

    /// The outcome of a run of which no more than needed was returned.
    pub(super) fn printed(rule: Rule, output: &[u8], expected: &[u8]) -> Outcome {
        let returned_bytes = rule.needed_bytes(expected.len() as u64, 1 << 20);
        Outcome {
            input_index: 0,
            status: OutcomeStatus::Ok,
            output_digest: canonical_digest(output),
            output_size_bytes: output.len() as u64,
            output: output[..output.len().min(returned_bytes as usize)].to_vec(),
            measures: Measures::default(),
            exit_code: Some(0),
            signal: None,
            stderr_excerpt: Vec::new(),
        }
    }

    #[test]
    fn tolerances_are_numbers_from_0_to_1() {
        for sound in [
            Rule::Exact,
            Rule::Json,
            tolerance(0.0, 0.0),
            tolerance(1.0, 1e-9),
        ] {
            assert_eq!(sound.flaw(), None, "{sound:?}");
        }
        for flawed in [-1e-9, 1.001, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let absolute = tolerance(flawed, 0.0).flaw().unwrap();
            assert!(absolute.starts_with("absolute must"), "{flawed}");
            let relative = tolerance(0.0, flawed).flaw().unwrap();
            assert!(relative.starts_with("relative must"), "{flawed}");
            let both = tolerance(flawed, flawed).flaw().unwrap();
            assert!(both.starts_with("absolute and relative"), "{flawed}");
        }
    }

    #[test]
    fn asks_for_no_more_than_the_limit() {
        assert_eq!(Rule::Lines.needed_bytes(10, 1 << 20), 10 + (64 << 10));
        assert_eq!(Rule::Exact.needed_bytes(10, 100), 100);
        assert_eq!(Rule::Exact.needed_bytes(u64::MAX, 100), 100);
        assert_eq!(Rule::Tokens.needed_bytes(10, 100), 100);
    }

    #[test]
    fn an_output_that_was_not_returned_whole_is_judged_by_its_digest() {
        let padding = |count: usize| " ".repeat(count << 10);
        let (some, much) = (padding(60), padding(100));
        // What follows the 1, and what exact and lines say of it where a 1 is expected.
        let table = [
            (some.clone(), Found::Presentation, Found::Accepted),
            (much.clone(), Found::Presentation, Found::Accepted),
            (format!("{some}2"), Found::Wrong, Found::Wrong),
            (format!("{much}2"), Found::Wrong, Found::Wrong),
        ];
        for (tail, exact, lines) in table {
            for (rule, found) in [(Rule::Exact, exact), (Rule::Lines, lines)] {
                let outcome = printed(rule, format!("1{tail}").as_bytes(), b"1");
                assert_eq!(check_outcome(rule, &outcome, b"1"), found, "{rule:?}");
            }
        }
        let cut = Outcome {
            output: b"1".to_vec(),
            ..printed(Rule::Exact, b"12", b"1")
        };
        assert_eq!(check_outcome(Rule::Exact, &cut, b"1"), Found::Wrong);
        for (middle, found) in [(some, Found::Presentation), (much, Found::Wrong)] {
            let outcome = printed(Rule::Lines, format!("1{middle}2").as_bytes(), b"1 2");
            assert_eq!(check_outcome(Rule::Lines, &outcome, b"1 2"), found);
        }
    }
}
