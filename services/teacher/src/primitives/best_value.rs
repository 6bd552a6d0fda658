//! The most valuable choice of items within a weight.

use crate::ir::{Answer, Answers, Arg, Code, Reducer, Shape, Slip};

pub(super) static ENTRY: Reducer = Reducer {
    name: "best_value",
    family: "dynamic programming",
    features: &["0/1 knapsack", "resource allocation", "space optimization", "optimization under constraints"],
    shape: Shape::Items,
    phrases: [
        "the greatest total value of items that can be carried together if their weights may add up to at most k",
        "how much a choice of items can be worth in total when the chosen items together weigh no more than k",
    ],
    detail: "Each item can be chosen once at most, and choosing none is allowed.",
    answers: Answers::Number,
    sizes: &[(1, 100)],
    values: (1, 1_000),
    accepts: (-1_000_000_000, 1_000_000_000),
    arg: Arg::Within(1, 2_000),
    python: Code {
        naive: "
best = {0: 0}
for weight, value in p:
    for total in sorted(best, reverse=True):
        if total + weight <= k:
            best[total + weight] = max(best.get(total + weight, 0), best[total] + value)
return max(best.values())",
        efficient: "
best = [0] * (k + 1)
for weight, value in p:
    for total in range(k, weight - 1, -1):
        other = best[total - weight] + value
        if other > best[total]:
            best[total] = other
return best[k]",
        idiomatic: "
best = [0] * (k + 1)
for weight, value in p:
    taken = [old + value for old in best[:max(0, k + 1 - weight)]]
    best[weight:] = map(max, best[weight:], taken)
return best[k]",
    },
    cpp: Code {
        naive: "
vector<vector<ll>> best(n + 1, vector<ll>(k + 1, 0));
for (int i = 0; i < n; i++)
    for (ll total = 0; total <= k; total++) {
        best[i + 1][total] = best[i][total];
        if (p[i][0] <= total) best[i + 1][total] = max(best[i][total], best[i][total - p[i][0]] + p[i][1]);
    }
return best[n][k];",
        efficient: "
vector<ll> best(k + 1, 0);
for (auto& e : p)
    for (ll total = k; total >= e[0]; total--)
        best[total] = max(best[total], best[total - e[0]] + e[1]);
return best[k];",
        idiomatic: "
vector<ll> best(k + 1, 0);
for (const auto& [weight, value] : p) {
    auto before = best;
    for (ll total = weight; total <= k; total++) best[total] = max(before[total], before[total - weight] + value);
}
return best[k];",
    },
    slips: &[
        Slip { python: ("range(k, weight - 1, -1)", "range(weight, k + 1)"), cpp: ("for (ll total = k; total >= e[0]; total--)", "for (ll total = e[0]; total <= k; total++)") },
        Slip { python: ("range(k, weight - 1, -1)", "range(k, weight, -1)"), cpp: ("total >= e[0]", "total > e[0]") },
    ],
    solve: |given| {
        let capacity = given.k as usize;
        let mut best = vec![0; capacity + 1];
        for row in &given.rows {
            let weight = row[0] as usize;
            for total in (weight..=capacity).rev() {
                best[total] = best[total].max(best[total - weight] + row[1]);
            }
        }
        Answer::Number(best[capacity])
    },
};
