//! Pairs that stand in the wrong order.

use super::ANY;
use crate::ir::{Answer, Answers, Arg, Code, Reducer, Shape, Slip};

pub(super) static ENTRY: Reducer = Reducer {
    name: "inversions",
    family: "divide and conquer",
    features: &["inversion counting", "merge sort", "fenwick tree", "divide and conquer"],
    shape: Shape::List,
    phrases: [
        "the number of pairs of list positions for which the number further left is greater than the number further right",
        "how many pairs of numbers of the list stand in the wrong order, the greater one before the smaller one",
    ],
    detail: "Equal numbers are never in the wrong order.",
    answers: Answers::Number,
    sizes: &[(1, 10_000)],
    values: (-100_000, 100_000),
    accepts: ANY,
    arg: Arg::None,
    python: Code {
        naive: "
count = 0
for i in range(n):
    for j in range(i + 1, n):
        if a[i] > a[j]:
            count += 1
return count",
        efficient: "
count = 0
size = 1
while size < n:
    merged = []
    for start in range(0, n, 2 * size):
        one, two = a[start:start + size], a[start + size:start + 2 * size]
        i = j = 0
        while i < len(one) and j < len(two):
            if one[i] <= two[j]:
                merged.append(one[i])
                i += 1
            else:
                count += len(one) - i
                merged.append(two[j])
                j += 1
        merged += one[i:] + two[j:]
    a = merged
    size *= 2
return count",
        idiomatic: "
seen = []
count = 0
for x in a:
    spot = bisect_right(seen, x)
    count += len(seen) - spot
    seen.insert(spot, x)
return count",
    },
    cpp: Code {
        naive: "
ll count = 0;
for (int i = 0; i < n; i++)
    for (int j = i + 1; j < n; j++)
        if (a[i] > a[j]) count++;
return count;",
        efficient: "
ll count = 0;
for (int size = 1; size < n; size *= 2) {
    vector<ll> merged;
    for (int start = 0; start < n; start += 2 * size) {
        int mid = min(start + size, n), stop = min(start + 2 * size, n), i = start, j = mid;
        while (i < mid || j < stop) {
            if (j == stop || (i < mid && a[i] <= a[j])) merged.push_back(a[i++]);
            else {
                count += mid - i;
                merged.push_back(a[j++]);
            }
        }
    }
    a = merged;
}
return count;",
        idiomatic: "
vector<ll> order(a);
sort(order.begin(), order.end());
vector<ll> tree(n + 1, 0);
ll count = 0;
for (int i = n - 1; i >= 0; i--) {
    int rank = (int)(lower_bound(order.begin(), order.end(), a[i]) - order.begin());
    for (int at = rank; at > 0; at -= at & -at) count += tree[at];
    for (int at = rank + 1; at <= n; at += at & -at) tree[at]++;
}
return count;",
    },
    slips: &[
        Slip { python: ("one[i] <= two[j]", "one[i] < two[j]"), cpp: ("a[i] <= a[j]", "a[i] < a[j]") },
        Slip { python: ("count += len(one) - i", "count += 1"), cpp: ("count += mid - i;", "count += 1;") },
    ],
    solve: |given| {
        let mut order = given.numbers.clone();
        order.sort_unstable();
        let mut tree = vec![0_i64; order.len() + 1];
        let mut count = 0;
        for x in given.numbers.iter().rev() {
            let rank = order.partition_point(|other| other < x);
            let mut at = rank;
            while at > 0 {
                count += tree[at];
                at &= at - 1;
            }
            at = rank + 1;
            while at < tree.len() {
                tree[at] += 1;
                at += at & at.wrapping_neg();
            }
        }
        Answer::Number(count)
    },
};
