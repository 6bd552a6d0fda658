//! What shows a feature in code: any of its signs, in either language.

use std::sync::LazyLock;

/// A feature with its place in the tree and the texts of which one must occur.
#[derive(Debug)]
pub(super) struct Sign {
    pub(super) category: &'static str,
    pub(super) family: &'static str,
    pub(super) feature: &'static str,
    pub(super) texts: Vec<&'static str>,
}

/// Lines of category, family, feature, and its texts in backquotes.
const LINES: &str = include_str!("patterns.txt");

pub(super) static SIGNS: LazyLock<Vec<Sign>> =
    LazyLock::new(|| LINES.lines().filter_map(sign).collect());

fn sign(line: &'static str) -> Option<Sign> {
    let mut parts = line.splitn(4, " | ");
    let [category, family, feature, quoted] =
        [parts.next()?, parts.next()?, parts.next()?, parts.next()?];
    let texts = quoted.split('`').skip(1).step_by(2).collect();
    Some(Sign {
        category,
        family,
        feature,
        texts,
    })
}

/// Problem types, told by features already found.
pub(super) const TYPES: &[(&str, &[&str])] = &[
    (
        "range queries",
        &["prefix sums", "segment tree", "fenwick tree"],
    ),
    (
        "subarray problems",
        &["maximum subarray", "sliding window", "running sum"],
    ),
    (
        "string problems",
        &[
            "palindrome detection",
            "run-length encoding",
            "character frequency",
            "distinct substrings",
        ],
    ),
    (
        "graph problems",
        &[
            "shortest path",
            "breadth-first search",
            "depth-first search",
            "union find",
            "adjacency list",
        ],
    ),
    (
        "number problems",
        &[
            "greatest common divisor",
            "sieve of eratosthenes",
            "modular exponentiation",
            "digit sum",
        ],
    ),
    (
        "optimization problems",
        &[
            "bottom-up tabulation",
            "memoization",
            "0/1 knapsack",
            "coin change",
        ],
    ),
    (
        "counting problems",
        &["frequency counting", "inversion counting"],
    ),
    ("implementation", &["linear scan", "while loop"]),
];

#[cfg(test)]
mod tests {
    use super::{LINES, SIGNS};

    #[test]
    fn every_line_is_a_sign_with_texts() {
        assert_eq!(SIGNS.len(), LINES.lines().count());
        assert!(SIGNS.iter().all(|sign| !sign.texts.is_empty()));
    }
}
