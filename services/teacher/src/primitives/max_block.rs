//! The best sum over consecutive numbers.

use super::{ANY, LONG_LIST};
use crate::ir::{Answer, Answers, Arg, Code, Reducer, Shape, Slip};

pub(super) static ENTRY: Reducer = Reducer {
    name: "max_block",
    family: "dynamic programming",
    features: &["maximum subarray", "kadane algorithm", "running sum", "subarray problems"],
    shape: Shape::List,
    phrases: [
        "the greatest total that one or more consecutive numbers of the list can have",
        "the largest possible sum over a non-empty stretch of neighbouring numbers in the list",
    ],
    detail: "",
    answers: Answers::Number,
    sizes: LONG_LIST,
    values: (-100_000, 100_000),
    accepts: ANY,
    arg: Arg::None,
    python: Code {
        naive: "
best = a[0]
for i in range(n):
    total = 0
    for j in range(i, n):
        total += a[j]
        best = max(best, total)
return best",
        efficient: "
best = a[0]
total = 0
for x in a:
    total = max(x, total + x)
    best = max(best, total)
return best",
        idiomatic: "
return max(accumulate(a, lambda total, x: max(x, total + x)))",
    },
    cpp: Code {
        naive: "
ll best = a[0];
for (int i = 0; i < n; i++) {
    ll total = 0;
    for (int j = i; j < n; j++) {
        total += a[j];
        best = max(best, total);
    }
}
return best;",
        efficient: "
ll best = a[0], total = 0;
for (int i = 0; i < n; i++) {
    total = max(a[i], total + a[i]);
    best = max(best, total);
}
return best;",
        idiomatic: "
ll best = a[0], low = 0, total = 0;
for (ll x : a) {
    total += x;
    best = max(best, total - low);
    low = min(low, total);
}
return best;",
    },
    slips: &[
        Slip { python: ("best = a[0]", "best = 0"), cpp: ("ll best = a[0]", "ll best = 0") },
        Slip {
            python: ("max(x, total + x)", "max(0, total + x)"),
            cpp: ("max(a[i], total + a[i])", "max(0LL, total + a[i])"),
        },
    ],
    solve: |given| {
        let (mut best, mut total, mut low) = (i64::MIN, 0, 0);
        for x in &given.numbers {
            total += x;
            best = best.max(total - low);
            low = low.min(total);
        }
        Answer::Number(best)
    },
};
