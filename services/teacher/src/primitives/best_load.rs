//! The greatest subset sum that does not exceed k.

use super::SHORT_LIST;
use crate::ir::{Answer, Answers, Arg, Code, Reducer, Shape, Slip};

pub(super) static ENTRY: Reducer = Reducer {
    name: "best_load",
    family: "dynamic programming",
    features: &["subset sum", "0/1 knapsack", "bitset optimization", "feasibility table"],
    shape: Shape::List,
    phrases: [
        "the greatest total, not above k, that can be made from positive numbers of the list, using each position at most once",
        "how close to k, without going beyond it, the sum of some of the positive numbers of the list can come, if no position is used twice; report that sum",
    ],
    detail: "Numbers that are not positive are never used. Using no number at all gives the total 0.",
    answers: Answers::Number,
    sizes: SHORT_LIST,
    values: (1, 1_000),
    accepts: (-100_000, 100_000),
    arg: Arg::Within(1, 4_000),
    python: Code {
        naive: "
totals = [0]
for x in a:
    if x > 0:
        for total in list(totals):
            if total + x <= k and total + x not in totals:
                totals.append(total + x)
return max(totals)",
        efficient: "
can = [True] + [False] * k
for x in a:
    if x <= 0:
        continue
    for total in range(k, x - 1, -1):
        if can[total - x]:
            can[total] = True
best = k
while not can[best]:
    best -= 1
return best",
        idiomatic: "
bits = 1
for x in a:
    if 0 < x <= k:
        bits |= bits << x
return (bits & ((1 << (k + 1)) - 1)).bit_length() - 1",
    },
    cpp: Code {
        naive: "
vector<ll> totals = {0};
for (ll x : a) {
    if (x <= 0) continue;
    size_t known = totals.size();
    for (size_t i = 0; i < known; i++) {
        ll total = totals[i] + x;
        if (total <= k && find(totals.begin(), totals.end(), total) == totals.end()) totals.push_back(total);
    }
}
return *max_element(totals.begin(), totals.end());",
        efficient: "
vector<char> can(k + 1, 0);
can[0] = 1;
for (ll x : a) {
    if (x <= 0) continue;
    for (ll total = k; total >= x; total--)
        if (can[total - x]) can[total] = 1;
}
ll best = k;
while (!can[best]) best--;
return best;",
        idiomatic: "
bitset<4001> bits(1);
for (ll x : a)
    if (x > 0 && x <= k) bits |= bits << (size_t)x;
ll best = k;
while (!bits[best]) best--;
return best;",
    },
    slips: &[
        Slip {
            python: ("for total in range(k, x - 1, -1):", "for total in range(x, k + 1):"),
            cpp: ("for (ll total = k; total >= x; total--)", "for (ll total = x; total <= k; total++)"),
        },
        Slip {
            python: ("for total in range(k, x - 1, -1):", "for total in range(k, x, -1):"),
            cpp: ("total >= x", "total > x"),
        },
    ],
    solve: |given| {
        let mut totals = std::collections::BTreeSet::from([0]);
        for x in given.numbers.iter().filter(|x| **x > 0) {
            let more: Vec<i64> = totals.iter().map(|t| t + x).filter(|t| *t <= given.k).collect();
            totals.extend(more);
        }
        Answer::Number(totals.last().copied().unwrap_or(0))
    },
};
