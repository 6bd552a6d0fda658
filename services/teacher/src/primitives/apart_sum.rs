//! The best sum without two neighbours.

use super::{ANY, LONG_LIST};
use crate::ir::{Answer, Answers, Arg, Code, Reducer, Shape, Slip};

pub(super) static ENTRY: Reducer = Reducer {
    name: "apart_sum",
    family: "dynamic programming",
    features: &["house robber", "non-adjacent selection", "state transition", "rolling state"],
    shape: Shape::List,
    phrases: [
        "the greatest total of numbers that can be picked from the list when no two of them may stand next to each other",
        "the largest sum over a choice of list positions that contains no two neighbouring positions",
    ],
    detail: "Picking nothing is allowed and gives the total 0.",
    answers: Answers::Number,
    sizes: LONG_LIST,
    values: (-100_000, 100_000),
    accepts: ANY,
    arg: Arg::None,
    python: Code {
        naive: "
best = [0] * (n + 2)
for i in range(n):
    earlier = 0
    for j in range(i + 1):
        earlier = max(earlier, best[j])
    best[i + 2] = earlier + a[i]
return max(best)",
        efficient: "
take, skip = 0, 0
for x in a:
    take, skip = skip + x, max(take, skip)
return max(take, skip)",
        idiomatic: "
before, best = 0, 0
for x in a:
    before, best = best, max(best, before + x)
return best",
    },
    cpp: Code {
        naive: "
vector<ll> best(n + 2, 0);
for (int i = 0; i < n; i++) {
    ll earlier = 0;
    for (int j = 0; j <= i; j++) earlier = max(earlier, best[j]);
    best[i + 2] = earlier + a[i];
}
return *max_element(best.begin(), best.end());",
        efficient: "
ll take = 0, skip = 0;
for (ll x : a) {
    ll better = max(take, skip);
    take = skip + x;
    skip = better;
}
return max(take, skip);",
        idiomatic: "
ll before = 0, best = 0;
for (ll x : a) before = exchange(best, max(best, before + x));
return best;",
    },
    slips: &[
        Slip { python: ("max(take, skip)\nreturn", "take\nreturn"), cpp: ("ll better = max(take, skip);", "ll better = take;") },
        Slip { python: ("return max(take, skip)", "return take"), cpp: ("return max(take, skip)", "return take") },
    ],
    solve: |given| {
        let step = |(before, best): (i64, i64), x: &i64| (best, best.max(before + x));
        Answer::Number(given.numbers.iter().fold((0, 0), step).1)
    },
};
