//! The longest increasing selection that keeps the order.

use super::{ANY, LONG_LIST};
use crate::ir::{Answer, Answers, Arg, Code, Reducer, Shape, Slip};

pub(super) static ENTRY: Reducer = Reducer {
    name: "rising_chain",
    family: "dynamic programming",
    features: &["longest increasing subsequence", "patience sorting", "binary search", "subsequence problems"],
    shape: Shape::List,
    phrases: [
        "the greatest number of list entries that can be kept, after crossing out the others, so that the kept ones strictly increase from left to right",
        "how long a strictly increasing row of numbers can be that is left when some entries of the list (possibly none) are removed",
    ],
    detail: "",
    answers: Answers::Number,
    sizes: LONG_LIST,
    values: (-100_000, 100_000),
    accepts: ANY,
    arg: Arg::None,
    python: Code {
        naive: "
best = [1] * n
for i in range(n):
    for j in range(i):
        if a[j] < a[i]:
            best[i] = max(best[i], best[j] + 1)
return max(best)",
        efficient: "
ends = []
for x in a:
    left, right = 0, len(ends)
    while left < right:
        mid = (left + right) // 2
        if ends[mid] < x:
            left = mid + 1
        else:
            right = mid
    if left == len(ends):
        ends.append(x)
    else:
        ends[left] = x
return len(ends)",
        idiomatic: "
ends = []
for x in a:
    spot = bisect_left(ends, x)
    ends[spot:spot + 1] = [x]
return len(ends)",
    },
    cpp: Code {
        naive: "
vector<ll> best(n, 1);
for (int i = 0; i < n; i++)
    for (int j = 0; j < i; j++)
        if (a[j] < a[i]) best[i] = max(best[i], best[j] + 1);
return *max_element(best.begin(), best.end());",
        efficient: "
vector<ll> ends;
for (ll x : a) {
    size_t left = 0, right = ends.size();
    while (left < right) {
        size_t mid = (left + right) / 2;
        if (ends[mid] < x) left = mid + 1;
        else right = mid;
    }
    if (left == ends.size()) ends.push_back(x);
    else ends[left] = x;
}
return (ll)ends.size();",
        idiomatic: "
vector<ll> ends;
for (ll x : a) {
    auto spot = lower_bound(ends.begin(), ends.end(), x);
    if (spot == ends.end()) ends.push_back(x);
    else *spot = x;
}
return (ll)ends.size();",
    },
    slips: &[Slip {
        python: ("ends[mid] < x", "ends[mid] <= x"),
        cpp: ("ends[mid] < x", "ends[mid] <= x"),
    }],
    solve: |given| {
        let mut ends: Vec<i64> = Vec::new();
        for x in &given.numbers {
            let spot = ends.partition_point(|end| end < x);
            match ends.get_mut(spot) {
                Some(end) => *end = *x,
                None => ends.push(*x),
            }
        }
        Answer::Number(ends.len() as i64)
    },
};
