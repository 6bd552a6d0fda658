//! Whether a cut gives two halves of equal sum.

use super::{ANY, LONG_LIST};
use crate::ir::{Answer, Answers, Arg, Code, Reducer, Shape, Slip};

pub(super) static ENTRY: Reducer = Reducer {
    name: "even_split",
    family: "sequences",
    features: &["prefix sums", "equilibrium index", "decision problem", "running sum"],
    shape: Shape::List,
    phrases: [
        "whether the list can be cut at one place into two non-empty parts with equal sums",
        "whether there is a position before the end of the list up to which the numbers add up to exactly as much as the numbers after it",
    ],
    detail: "",
    answers: Answers::YesNo,
    sizes: LONG_LIST,
    values: (-5, 5),
    accepts: ANY,
    arg: Arg::None,
    python: Code {
        naive: "
for i in range(1, n):
    if sum(a[:i]) == sum(a[i:]):
        return True
return False",
        efficient: "
total = sum(a)
left = 0
for i in range(n - 1):
    left += a[i]
    if 2 * left == total:
        return True
return False",
        idiomatic: "
total = sum(a)
return any(2 * left == total for left in accumulate(a[:-1]))",
    },
    cpp: Code {
        naive: "
for (int i = 1; i < n; i++) {
    ll left = 0, right = 0;
    for (int j = 0; j < n; j++) (j < i ? left : right) += a[j];
    if (left == right) return true;
}
return false;",
        efficient: "
ll total = 0, left = 0;
for (ll x : a) total += x;
for (int i = 0; i < n - 1; i++) {
    left += a[i];
    if (2 * left == total) return true;
}
return false;",
        idiomatic: "
const ll total = accumulate(a.begin(), a.end(), 0LL);
ll left = 0;
return any_of(a.begin(), a.end() - 1, [&](ll x) { return 2 * (left += x) == total; });",
    },
    slips: &[
        Slip { python: ("range(n - 1)", "range(n)"), cpp: ("i < n - 1", "i < n") },
        Slip {
            python: ("2 * left == total", "left == total // 2"),
            cpp: ("2 * left == total", "left == total / 2"),
        },
    ],
    solve: |given| {
        let total: i64 = given.numbers.iter().sum();
        let mut left = 0;
        let cut = given.numbers[..given.numbers.len() - 1].iter().any(|x| {
            left += x;
            2 * left == total
        });
        Answer::YesNo(cut)
    },
};
