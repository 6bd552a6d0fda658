//! The longest stretch that rises at each step.

use super::{ANY, LONG_LIST};
use crate::ir::{Answer, Answers, Arg, Code, Reducer, Shape, Slip};

pub(super) static ENTRY: Reducer = Reducer {
    name: "rising_run",
    family: "sequences",
    features: &["longest increasing run", "linear scan", "adjacent comparison", "run detection"],
    shape: Shape::List,
    phrases: [
        "the length of the longest stretch of consecutive numbers in which each one is greater than the one before it",
        "how many numbers the longest uninterrupted climb of the list contains, where every number of a climb is larger than its left neighbour",
    ],
    detail: "A single number counts as a stretch of length 1.",
    answers: Answers::Number,
    sizes: LONG_LIST,
    values: (-1_000, 1_000),
    accepts: ANY,
    arg: Arg::None,
    python: Code {
        naive: "
best = 1
for i in range(n):
    j = i
    while j + 1 < n and a[j] < a[j + 1]:
        j += 1
    best = max(best, j - i + 1)
return best",
        efficient: "
best = count = 1
for i in range(1, n):
    if a[i - 1] < a[i]:
        count += 1
    else:
        count = 1
    best = max(best, count)
return best",
        idiomatic: "
breaks = [0] + [i for i in range(1, n) if a[i - 1] >= a[i]] + [n]
return max(right - left for left, right in zip(breaks, breaks[1:]))",
    },
    cpp: Code {
        naive: "
ll best = 1;
for (int i = 0; i < n; i++) {
    int j = i;
    while (j + 1 < n && a[j] < a[j + 1]) j++;
    best = max<ll>(best, j - i + 1);
}
return best;",
        efficient: "
ll best = 1, count = 1;
for (int i = 1; i < n; i++) {
    if (a[i - 1] < a[i]) count++;
    else count = 1;
    best = max(best, count);
}
return best;",
        idiomatic: "
ll best = 0;
for (auto left = a.begin(); left != a.end();) {
    auto right = adjacent_find(left, a.end(), [](ll x, ll y) { return x >= y; });
    if (right != a.end()) ++right;
    best = max<ll>(best, right - left);
    left = right;
}
return best;",
    },
    slips: &[
        Slip {
            python: ("a[i - 1] < a[i]", "a[i - 1] <= a[i]"),
            cpp: ("a[i - 1] < a[i]", "a[i - 1] <= a[i]"),
        },
        Slip { python: ("        count = 1", "        count = 0"), cpp: ("else count = 1", "else count = 0") },
    ],
    solve: |given| {
        let runs = given.numbers.chunk_by(|one, next| one < next);
        Answer::Number(runs.map(|run| run.len() as i64).max().unwrap_or(0))
    },
};
