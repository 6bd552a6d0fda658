//! The names the teacher knows: families of techniques, and typed modifiers that make them more specific.

use crate::{primitives, transforms};
use std::collections::{BTreeMap, BTreeSet};

/// Category, family and its techniques; families of the grammar's own entries are added to these.
const FAMILIES: &[(&str, &str, &[&str])] = &[
    ("problem_type", "sequence problems", &["subarray problems", "subsequence problems", "array transformation", "range queries", "selection problems"]),
    ("problem_type", "string problems", &["palindrome detection", "string compression", "anagram grouping", "pattern matching", "substring enumeration"]),
    ("problem_type", "graph problems", &["shortest path", "connected components", "minimum spanning tree", "tree traversal", "grid traversal"]),
    ("problem_type", "counting problems", &["pair counting", "counting paths", "distinct counting", "inversion counting", "counting compositions"]),
    ("problem_type", "optimization problems", &["resource allocation", "minimum count optimization", "optimization under constraints", "maximum overlap", "minimum path sum"]),
    ("problem_type", "decision problems", &["decision problem", "feasibility table", "parity argument", "reachability", "membership test"]),
    ("problem_type", "simulation", &["event processing", "state simulation", "step-by-step transformation", "cyclic process"]),
    ("algorithm", "sorting", &["quicksort", "merge sort", "heap sort", "counting sort", "radix sort", "insertion sort", "bucket sort"]),
    ("algorithm", "searching", &["binary search", "ternary search", "linear search", "exponential search", "binary search on the answer"]),
    ("algorithm", "greedy", &["greedy scan", "exchange argument", "activity selection", "greedy matching"]),
    ("algorithm", "dynamic programming", &["bottom-up tabulation", "memoization", "interval dynamic programming", "digit dynamic programming", "bitmask dynamic programming"]),
    ("algorithm", "graphs", &["depth-first search", "breadth-first search", "topological sort", "bellman-ford algorithm", "floyd-warshall algorithm", "strongly connected components"]),
    ("algorithm", "number theory", &["extended euclid", "modular inverse", "prime factorization", "euler totient", "chinese remainder theorem"]),
    ("algorithm", "divide and conquer", &["recursive splitting", "closest pair", "merge step", "tournament method"]),
    ("algorithm", "strings", &["knuth-morris-pratt", "z function", "trie search", "suffix array", "rolling hash"]),
    ("algorithm", "bit manipulation", &["bitmask", "bitwise and", "exclusive or", "subset enumeration", "population count"]),
    ("data_structures", "linear structures", &["array", "linked list", "stack", "queue", "deque", "monotonic stack", "monotonic queue", "two-dimensional table", "circular array"]),
    ("data_structures", "associative structures", &["hash map", "hash set", "ordered map", "ordered set", "counting array", "multiset"]),
    ("data_structures", "trees and heaps", &["priority queue", "binary heap", "segment tree", "fenwick tree", "sparse table", "binary search tree", "trie"]),
    ("data_structures", "graph structures", &["adjacency list", "adjacency matrix", "edge list", "union find", "weighted graph", "grid"]),
    ("implementation_logic", "iteration", &["nested loops", "linear scan", "reverse traversal", "strided traversal", "while loop", "early termination", "adjacent comparison"]),
    ("implementation_logic", "recursion", &["recursive function", "base case handling", "recursive backtracking", "tail recursion"]),
    ("implementation_logic", "state handling", &["running sum", "rolling state", "last occurrence tracking", "state transition", "accumulator variable", "run detection"]),
    ("implementation_logic", "conditions", &["case analysis", "boundary handling", "sentinel values", "tie breaking", "guard clauses"]),
    ("implementation_logic", "arithmetic", &["modular arithmetic", "modulo operation", "integer division", "absolute difference", "digit manipulation", "index arithmetic", "character arithmetic"]),
    ("implementation_logic", "input and output", &["standard input parsing", "formatted output", "string building", "string slicing", "batch reading"]),
    ("implementation_logic", "functional style", &["elementwise mapping", "fold over a list", "filtering", "comprehension", "custom comparator", "grouping by key"]),
    ("complexity_analysis", "time complexity", &["constant time", "logarithmic time", "linear time", "linearithmic time", "quadratic time", "cubic time", "pseudo-polynomial time", "exponential time"]),
    ("complexity_analysis", "space complexity", &["constant space", "linear space", "quadratic space", "logarithmic space"]),
    ("complexity_analysis", "methods of analysis", &["amortized analysis", "worst-case analysis", "average-case analysis", "recurrence solving"]),
    ("optimization_techniques", "precomputation", &["prefix sums", "cumulative sums", "difference array", "lookup table", "precomputed powers", "sieve of eratosthenes"]),
    ("optimization_techniques", "space saving", &["space optimization", "in-place update", "rolling array", "bitset optimization"]),
    ("optimization_techniques", "search pruning", &["early exit", "bounding", "symmetry breaking", "candidate filtering"]),
    ("optimization_techniques", "passes over the input", &["two pointers", "sliding window", "sweep line", "offline queries", "coordinate compression"]),
];

/// Endings that make a name more specific, by category.
fn modifiers(category: &str) -> &'static [&'static str] {
    match category {
        "problem_type" => &["with many queries", "on a circular input", "with a length limit", "with ties", "on transformed values"],
        "algorithm" => &["over a circular array", "with duplicates", "under a modulus", "with negative values", "on a rotated sequence", "with path reconstruction", "in reverse order", "with early exit"],
        "data_structures" => &["with lazy deletion", "with index lookup", "of fixed capacity", "with counts", "keyed by value"],
        "implementation_logic" => &["with boundary checks", "in a single pass", "in reverse", "with two indices", "with a flag variable"],
        "complexity_analysis" => &["in the number of elements", "in the size of values", "per query", "after preprocessing"],
        _ => &["with a rolling buffer", "applied twice", "over remainders", "on sorted input"],
    }
}

#[derive(Debug)]
pub(super) struct Vocabulary {
    /// Category, then family, then techniques.
    pub(super) families: BTreeMap<&'static str, BTreeMap<&'static str, BTreeSet<&'static str>>>,
}

impl Vocabulary {
    pub(super) fn new() -> Self {
        let mut families: BTreeMap<_, BTreeMap<_, BTreeSet<_>>> = BTreeMap::new();
        let mut add = |category, family, names: &[&'static str]| {
            let family: &mut BTreeSet<_> = families.entry(category).or_default().entry(family).or_default();
            family.extend(names);
        };
        for (category, family, names) in FAMILIES {
            add(*category, *family, names);
        }
        for reducer in primitives::all() {
            add("algorithm", reducer.family, reducer.features);
        }
        for transform in transforms::all() {
            add("implementation_logic", "preparing the input", transform.features);
        }
        Self { families }
    }

    /// Names that stand beside `name`: of its own family if it has one, else of all families of the category.
    pub(super) fn siblings(&self, category: &str, name: &str) -> Vec<&'static str> {
        let Some(families) = self.families.get(category) else {
            return self.families.values().flat_map(BTreeMap::values).flatten().copied().collect();
        };
        let own = families.iter().find(|(family, names)| **family == name || names.contains(name));
        match own {
            Some((_, names)) => names.iter().copied().collect(),
            None => families.values().flatten().copied().collect(),
        }
    }

    /// Names one level below `name`.
    pub(super) fn children(category: &str, name: &str) -> Vec<String> {
        modifiers(category).iter().map(|modifier| format!("{name} {modifier}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Vocabulary;

    #[test]
    fn knows_more_than_four_hundred_names_and_thousands_with_modifiers() {
        let vocabulary = Vocabulary::new();
        let mut plain = std::collections::BTreeSet::new();
        let mut all = std::collections::BTreeSet::new();
        for (category, families) in &vocabulary.families {
            for name in families.values().flatten() {
                plain.insert(*name);
                all.extend(Vocabulary::children(category, name));
            }
        }
        assert!(plain.len() >= 250, "{}", plain.len());
        assert!(plain.len() + all.len() >= 1_500, "{}", all.len());
    }

    #[test]
    fn no_name_differs_from_another_only_in_case() {
        for names in Vocabulary::new().families.values().flat_map(|families| families.values()) {
            for name in names {
                assert_eq!(name.to_lowercase(), *name);
            }
        }
    }
}
