//! What a step can do to the list; a new operation is one more entry.

use crate::ir::Span;

/// What an operation has to do with numbers below zero; the input has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// Leaves none where there were none.
    Keeps,
    /// May leave some.
    Lowers,
    /// Leaves none in any case.
    Lifts,
    /// Languages differ in dividing them, so there must be none; leaves none.
    Divides,
}

/// An operation on the list, in words, in two languages, and as the interpreter does it.
#[derive(Debug)]
pub(super) struct Operation {
    pub name: &'static str,
    /// Names of `features/vocabulary.txt` that such a step serves.
    pub features: &'static [&'static str],
    /// Clauses that begin with a verb, with `@c` for the number; short, and alike where the operations are.
    pub phrases: [&'static str; 3],
    pub amounts: Option<Span>,
    pub sign: Sign,
    /// An expression around the list `@a`.
    pub python: &'static str,
    /// A statement that changes the vector `a`.
    pub cpp: &'static str,
    pub apply: fn(&[i64], i64) -> Vec<i64>,
}

pub(super) fn all() -> &'static [Operation] {
    ALL
}

const ANY: Option<Span> = Some((1, 9));
/// Longer parts would often be the whole list.
const FEW: Option<Span> = Some((1, 5));
/// One would change nothing.
const FACTOR: Option<Span> = Some((2, 9));

fn each(numbers: &[i64], change: impl Fn(i64) -> i64) -> Vec<i64> {
    numbers.iter().map(|number| change(*number)).collect()
}

fn kept(numbers: &[i64], is_kept: impl Fn(i64) -> bool) -> Vec<i64> {
    let kept = numbers.iter().filter(|number| is_kept(**number));
    kept.copied().collect()
}

/// The number, or the length of the list if that is less.
fn within(numbers: &[i64], amount: i64) -> usize {
    numbers.len().min(amount.unsigned_abs() as usize)
}

static ALL: &[Operation] = &[
    Operation {
        name: "add",
        features: &[
            "elementwise mapping",
            "offset transformation",
            "array transformation",
            "comprehension",
        ],
        phrases: ["add @c to each", "increase each by @c", "raise each by @c"],
        amounts: ANY,
        sign: Sign::Keeps,
        python: "[x + @c for x in @a]",
        cpp: "for (ll& x : a) x = x + @c;",
        apply: |a, c| each(a, |x| x + c),
    },
    Operation {
        name: "subtract",
        features: &[
            "elementwise mapping",
            "offset transformation",
            "in-place update",
            "linear transformation",
        ],
        phrases: [
            "subtract @c from each",
            "decrease each by @c",
            "lower each by @c",
        ],
        amounts: ANY,
        sign: Sign::Lowers,
        python: "[x - @c for x in @a]",
        cpp: "for (ll& x : a) x = x - @c;",
        apply: |a, c| each(a, |x| x - c),
    },
    Operation {
        name: "multiply",
        features: &[
            "scaling transformation",
            "linear transformation",
            "array transformation",
            "lookup table",
        ],
        phrases: [
            "multiply each by @c",
            "scale each by @c",
            "take each times @c",
        ],
        amounts: FACTOR,
        sign: Sign::Keeps,
        python: "[x * @c for x in @a]",
        cpp: "for (ll& x : a) x = x * @c;",
        apply: |a, c| each(a, |x| x * c),
    },
    Operation {
        name: "remainder",
        features: &[
            "modular arithmetic",
            "modulo operation",
            "integer division",
            "cyclic process",
        ],
        phrases: [
            "take each modulo @c",
            "reduce each modulo @c",
            "replace each by its rest modulo @c",
        ],
        amounts: FACTOR,
        sign: Sign::Divides,
        python: "[x % @c for x in @a]",
        cpp: "for (ll& x : a) x = x % @c;",
        apply: |a, c| each(a, |x| x.rem_euclid(c)),
    },
    Operation {
        name: "cap",
        features: &[
            "value clamping",
            "boundary handling",
            "optimization under constraints",
            "worst-case analysis",
        ],
        phrases: [
            "cap each at @c",
            "limit each to at most @c",
            "cut each down to @c",
        ],
        amounts: ANY,
        sign: Sign::Keeps,
        python: "[min(x, @c) for x in @a]",
        cpp: "for (ll& x : a) x = min<ll>(x, @c);",
        apply: |a, c| each(a, |x| x.min(c)),
    },
    Operation {
        name: "floor",
        features: &[
            "value clamping",
            "guard clauses",
            "case analysis",
            "resource allocation",
        ],
        phrases: [
            "lift each to at least @c",
            "bring each up to @c",
            "make each at least @c",
        ],
        amounts: ANY,
        sign: Sign::Lifts,
        python: "[max(x, @c) for x in @a]",
        cpp: "for (ll& x : a) x = max<ll>(x, @c);",
        apply: |a, c| each(a, |x| x.max(c)),
    },
    Operation {
        name: "distance",
        features: &[
            "absolute difference",
            "adjacent comparison",
            "closest pair",
            "elementwise mapping",
        ],
        phrases: [
            "take each distance to @c",
            "replace each by its distance to @c",
            "measure each from @c",
        ],
        amounts: ANY,
        sign: Sign::Lifts,
        python: "[abs(x - @c) for x in @a]",
        cpp: "for (ll& x : a) x = llabs(x - @c);",
        apply: |a, c| each(a, |x| (x - c).abs()),
    },
    Operation {
        name: "above",
        features: &[
            "filtering",
            "candidate filtering",
            "membership test",
            "greedy scan",
        ],
        phrases: [
            "keep those above @c",
            "keep those over @c",
            "keep those greater than @c",
        ],
        amounts: ANY,
        sign: Sign::Keeps,
        python: "[x for x in @a if x > @c]",
        cpp: "a.erase(remove_if(a.begin(), a.end(), [](ll x) { return !(x > @c); }), a.end());",
        apply: |a, c| kept(a, |x| x > c),
    },
    Operation {
        name: "below",
        features: &[
            "filtering",
            "search pruning",
            "selection problems",
            "tie breaking",
        ],
        phrases: [
            "keep those below @c",
            "keep those under @c",
            "keep those less than @c",
        ],
        amounts: ANY,
        sign: Sign::Keeps,
        python: "[x for x in @a if x < @c]",
        cpp: "a.erase(remove_if(a.begin(), a.end(), [](ll x) { return !(x < @c); }), a.end());",
        apply: |a, c| kept(a, |x| x < c),
    },
    Operation {
        name: "multiples",
        features: &[
            "modular arithmetic",
            "parity argument",
            "filtering",
            "prime factorization",
        ],
        phrases: [
            "keep those divisible by @c",
            "keep the multiples of @c",
            "keep only multiples of @c",
        ],
        amounts: FACTOR,
        sign: Sign::Divides,
        python: "[x for x in @a if x % @c == 0]",
        cpp: "a.erase(remove_if(a.begin(), a.end(), [](ll x) { return !(x % @c == 0); }), a.end());",
        apply: |a, c| kept(a, |x| x % c == 0),
    },
    Operation {
        name: "skip",
        features: &[
            "string slicing",
            "sliding window",
            "index arithmetic",
            "queue",
        ],
        phrases: [
            "drop the first @c",
            "skip the first @c",
            "remove the first @c",
        ],
        amounts: FEW,
        sign: Sign::Keeps,
        python: "@a[@c:]",
        cpp: "a.erase(a.begin(), a.begin() + min<size_t>(@c, a.size()));",
        apply: |a, c| a[within(a, c)..].to_vec(),
    },
    Operation {
        name: "take",
        features: &[
            "string slicing",
            "early termination",
            "early exit",
            "two pointers",
        ],
        phrases: [
            "keep the first @c",
            "take the first @c",
            "leave only the first @c",
        ],
        amounts: FEW,
        sign: Sign::Keeps,
        python: "@a[:@c]",
        cpp: "a.resize(min<size_t>(@c, a.size()));",
        apply: |a, c| a[..within(a, c)].to_vec(),
    },
    Operation {
        name: "chop",
        features: &["string slicing", "stack", "boundary handling", "while loop"],
        phrases: ["drop the last @c", "skip the last @c", "remove the last @c"],
        amounts: FEW,
        sign: Sign::Keeps,
        python: "@a[:-@c]",
        cpp: "a.resize(a.size() - min<size_t>(@c, a.size()));",
        apply: |a, c| a[..a.len() - within(a, c)].to_vec(),
    },
    Operation {
        name: "tail",
        features: &[
            "deque",
            "rolling state",
            "last occurrence tracking",
            "reverse traversal",
        ],
        phrases: [
            "keep the last @c",
            "take the last @c",
            "leave only the last @c",
        ],
        amounts: FEW,
        sign: Sign::Keeps,
        python: "@a[-@c:]",
        cpp: "a.erase(a.begin(), a.end() - min<size_t>(@c, a.size()));",
        apply: |a, c| a[a.len() - within(a, c)..].to_vec(),
    },
    Operation {
        name: "sort",
        features: &[
            "sorting",
            "order statistics",
            "quicksort",
            "merge sort",
            "custom comparator",
        ],
        phrases: [
            "sort the list",
            "put the list in increasing order",
            "arrange the list from small to large",
        ],
        amounts: None,
        sign: Sign::Keeps,
        python: "sorted(@a)",
        cpp: "sort(a.begin(), a.end());",
        apply: |a, _| {
            let mut sorted = a.to_vec();
            sorted.sort_unstable();
            sorted
        },
    },
    Operation {
        name: "reverse",
        features: &[
            "reverse traversal",
            "strided traversal",
            "palindrome detection",
            "stack",
        ],
        phrases: ["reverse the list", "flip the list", "turn the list around"],
        amounts: None,
        sign: Sign::Keeps,
        python: "@a[::-1]",
        cpp: "reverse(a.begin(), a.end());",
        apply: |a, _| a.iter().rev().copied().collect(),
    },
];
