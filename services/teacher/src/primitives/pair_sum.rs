//! Pairs of positions with a given sum.

use super::{ANY, LONG_LIST};
use crate::ir::{Answer, Answers, Arg, Code, Reducer, Shape, Slip};

pub(super) static ENTRY: Reducer = Reducer {
    name: "pair_sum",
    family: "searching",
    features: &["two sum", "hash map", "frequency counting", "pair counting", "complement lookup"],
    shape: Shape::List,
    phrases: [
        "the number of pairs of different positions in the list whose numbers add up to k",
        "in how many ways two different positions of the list can be chosen, in no particular order, so that the numbers there sum to k",
    ],
    detail: "A pair and the same pair in the other order count once.",
    answers: Answers::Number,
    sizes: LONG_LIST,
    values: (-100, 100),
    accepts: ANY,
    arg: Arg::Within(-120, 120),
    python: Code {
        naive: "
count = 0
for i in range(n):
    for j in range(i + 1, n):
        if a[i] + a[j] == k:
            count += 1
return count",
        efficient: "
seen = {}
count = 0
for x in a:
    count += seen.get(k - x, 0)
    seen[x] = seen.get(x, 0) + 1
return count",
        idiomatic: "
times = Counter(a)
double = sum(c * times[k - x] for x, c in list(times.items()) if k - x in times)
if k % 2 == 0:
    double -= times[k // 2]
return double // 2",
    },
    cpp: Code {
        naive: "
ll count = 0;
for (int i = 0; i < n; i++)
    for (int j = i + 1; j < n; j++)
        if (a[i] + a[j] == k) count++;
return count;",
        efficient: "
unordered_map<ll, ll> seen;
ll count = 0;
for (ll x : a) {
    auto hit = seen.find(k - x);
    if (hit != seen.end()) count += hit->second;
    seen[x]++;
}
return count;",
        idiomatic: "
sort(a.begin(), a.end());
ll count = 0;
for (auto at = a.begin(); at != a.end(); ++at) {
    auto span = equal_range(at + 1, a.end(), k - *at);
    count += span.second - span.first;
}
return count;",
    },
    slips: &[
        Slip {
            python: ("seen[x] = seen.get(x, 0) + 1", "seen[x] = 1"),
            cpp: ("seen[x]++", "seen[x] = 1"),
        },
        Slip {
            python: ("seen.get(k - x, 0)", "(k - x in seen)"),
            cpp: ("count += hit->second", "count++"),
        },
    ],
    solve: |given| {
        let mut seen = std::collections::BTreeMap::<i64, i64>::new();
        let mut count = 0;
        for x in &given.numbers {
            count += seen.get(&(given.k - x)).copied().unwrap_or(0);
            *seen.entry(*x).or_default() += 1;
        }
        Answer::Number(count)
    },
};
