//! Ordered ways to write k as a sum.

use super::SHORT_LIST;
use crate::ir::{Answer, Answers, Arg, Code, Reducer, Shape, Slip};

pub(super) static ENTRY: Reducer = Reducer {
    name: "climb_ways",
    family: "dynamic programming",
    features: &["climbing stairs", "counting paths", "linear recurrence", "bottom-up tabulation", "counting compositions"],
    shape: Shape::List,
    phrases: [
        "in how many ways a walker who stands at 0 can get to exactly k, when each move forward must have a length that is a positive number of the list; the count is reported as its remainder on division by 1000000007",
        "the remainder on division by 1000000007 of the number of ordered rows of moves that lead from 0 to exactly k, each move being as long as some positive number of the list",
    ],
    detail: "Ways that differ in the order of moves are different, equal numbers of the list are the same move, and numbers that are not positive are ignored.",
    answers: Answers::Number,
    sizes: SHORT_LIST,
    values: (1, 200),
    accepts: (-100_000, 100_000),
    arg: Arg::Within(1, 3_000),
    python: Code {
        naive: "
ways = {0: 1}
for total in range(1, k + 1):
    ways[total] = sum(ways[before] for before in range(total) if total - before in a)
return ways[k] % 1000000007",
        efficient: "
moves = sorted(set(a))
ways = [1] + [0] * k
for total in range(1, k + 1):
    count = 0
    for x in moves:
        if 0 < x <= total:
            count += ways[total - x]
    ways[total] = count % 1000000007
return ways[k]",
        idiomatic: "
moves = {x for x in a if x > 0}
ways = [1]
for total in range(1, k + 1):
    ways.append(sum(ways[total - x] for x in moves if x <= total) % 1000000007)
return ways[k]",
    },
    cpp: Code {
        naive: "
vector<ll> ways(k + 1, 0);
ways[0] = 1;
for (ll total = 1; total <= k; total++)
    for (ll before = 0; before < total; before++)
        if (find(a.begin(), a.end(), total - before) != a.end())
            ways[total] = (ways[total] + ways[before]) % 1000000007;
return ways[k];",
        efficient: "
sort(a.begin(), a.end());
a.erase(unique(a.begin(), a.end()), a.end());
vector<ll> ways(k + 1, 0);
ways[0] = 1;
for (ll total = 1; total <= k; total++) {
    ll count = 0;
    for (ll x : a)
        if (x > 0 && x <= total) count += ways[total - x];
    ways[total] = count % 1000000007;
}
return ways[k];",
        idiomatic: "
const set<ll> moves(a.begin(), a.end());
vector<ll> ways(k + 1, 0);
ways[0] = 1;
for (ll total = 1; total <= k; total++)
    for (auto it = moves.upper_bound(0); it != moves.end() && *it <= total; ++it)
        ways[total] = (ways[total] + ways[total - *it]) % 1000000007;
return ways[k];",
    },
    slips: &[
        Slip {
            python: ("sorted(set(a))", "sorted(a)"),
            cpp: ("a.erase(unique(a.begin(), a.end()), a.end());", ""),
        },
        Slip { python: ("0 < x <= total", "0 < x < total"), cpp: ("x <= total) count", "x < total) count") },
    ],
    solve: |given| {
        let moves: std::collections::BTreeSet<i64> = given.numbers.iter().copied().collect();
        let mut ways = vec![1_i64];
        for total in 1..=given.k {
            let sum: i64 = moves.range(1..=total).map(|x| ways[(total - x) as usize]).sum();
            ways.push(sum % 1_000_000_007);
        }
        Answer::Number(ways[given.k as usize])
    },
};
