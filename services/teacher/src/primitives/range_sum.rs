//! Sums over many stretches.

use super::{ANY, QUESTIONS};
use crate::ir::{Answer, Answers, Arg, Code, Reducer, Shape, Slip};

pub(super) static ENTRY: Reducer = Reducer {
    name: "range_sum",
    family: "range queries",
    features: &["range sum queries", "prefix sums", "fenwick tree", "offline queries"],
    shape: Shape::Queries,
    phrases: [
        "for each question, the total of the numbers at positions l to r of the list",
        "for every question in turn, what the numbers from position l up to position r add up to",
    ],
    detail: "Positions are counted from 1, and both ends belong to the stretch.",
    answers: Answers::List,
    sizes: QUESTIONS,
    values: (-10_000, 10_000),
    accepts: ANY,
    arg: Arg::None,
    python: Code {
        naive: "
result = []
for l, r in p:
    total = 0
    for i in range(l - 1, r):
        total += a[i]
    result.append(total)
return result",
        efficient: "
sums = [0]
for x in a:
    sums.append(sums[-1] + x)
result = []
for l, r in p:
    result.append(sums[r] - sums[l - 1])
return result",
        idiomatic: "
sums = list(accumulate(a, initial=0))
return [sums[r] - sums[l - 1] for l, r in p]",
    },
    cpp: Code {
        naive: "
vector<ll> result;
for (auto& e : p) {
    ll total = 0;
    for (ll i = e[0] - 1; i < e[1]; i++) total += a[i];
    result.push_back(total);
}
return result;",
        efficient: "
vector<ll> sums(n + 1, 0);
for (int i = 0; i < n; i++) sums[i + 1] = sums[i] + a[i];
vector<ll> result;
for (auto& e : p) result.push_back(sums[e[1]] - sums[e[0] - 1]);
return result;",
        idiomatic: "
vector<ll> sums(1, 0), result;
partial_sum(a.begin(), a.end(), back_inserter(sums));
transform(p.begin(), p.end(), back_inserter(result), [&](const auto& e) { return sums[e[1]] - sums[e[0] - 1]; });
return result;",
    },
    slips: &[Slip {
        python: ("sums[r] - sums[l - 1]", "sums[r] - sums[l]"),
        cpp: ("sums[e[1]] - sums[e[0] - 1]", "sums[e[1]] - sums[e[0]]"),
    }],
    solve: |given| {
        let mut sums = vec![0];
        for (at, x) in given.numbers.iter().enumerate() {
            sums.push(sums[at] + x);
        }
        let total = |row: &Vec<i64>| sums[row[1] as usize] - sums[row[0] as usize - 1];
        Answer::List(given.rows.iter().map(total).collect())
    },
};
