//! The best sum over exactly k consecutive numbers.

use super::{ANY, LONG_LIST};
use crate::ir::{Answer, Answers, Arg, Code, Reducer, Shape, Slip};

pub(super) static ENTRY: Reducer = Reducer {
    name: "window_sum",
    family: "sequences",
    features: &["sliding window", "fixed-size window", "running sum", "two pointers", "subarray problems"],
    shape: Shape::List,
    phrases: [
        "the greatest total of exactly k consecutive numbers of the list",
        "the largest sum that a stretch of k neighbouring numbers of the list has",
    ],
    detail: "",
    answers: Answers::Number,
    sizes: LONG_LIST,
    values: (-100_000, 100_000),
    accepts: ANY,
    arg: Arg::UpToSize,
    python: Code {
        naive: "
return max(sum(a[i:i + k]) for i in range(n - k + 1))",
        efficient: "
total = sum(a[:k])
best = total
for i in range(k, n):
    total += a[i] - a[i - k]
    best = max(best, total)
return best",
        idiomatic: "
sums = [0] + list(accumulate(a))
return max(right - left for left, right in zip(sums, sums[k:]))",
    },
    cpp: Code {
        naive: "
ll best = LLONG_MIN;
for (int i = 0; i + k <= n; i++) {
    ll total = 0;
    for (int j = 0; j < k; j++) total += a[i + j];
    best = max(best, total);
}
return best;",
        efficient: "
ll total = 0;
for (int i = 0; i < k; i++) total += a[i];
ll best = total;
for (int i = (int)k; i < n; i++) {
    total += a[i] - a[i - k];
    best = max(best, total);
}
return best;",
        idiomatic: "
vector<ll> sums(n + 1, 0);
partial_sum(a.begin(), a.end(), sums.begin() + 1);
ll best = LLONG_MIN;
for (int i = (int)k; i <= n; i++) best = max(best, sums[i] - sums[i - k]);
return best;",
    },
    slips: &[
        Slip { python: ("best = total\n", "best = 0\n"), cpp: ("ll best = total", "ll best = 0") },
        Slip {
            python: ("range(k, n)", "range(k, n - 1)"),
            cpp: ("i < n; i++) {", "i < n - 1; i++) {"),
        },
    ],
    solve: |given| {
        let sums = given.numbers.iter().scan(0, |total, x| {
            *total += x;
            Some(*total)
        });
        let sums: Vec<i64> = std::iter::once(0).chain(sums).collect();
        let window = given.k as usize;
        let best = (window..sums.len()).map(|at| sums[at] - sums[at - window]).max();
        Answer::Number(best.unwrap_or(0))
    },
};
