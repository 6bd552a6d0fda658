//! The fewest list numbers, used any number of times, with a given sum.

use super::SHORT_LIST;
use crate::ir::{Answer, Answers, Arg, Code, Reducer, Shape, Slip};

pub(super) static ENTRY: Reducer = Reducer {
    name: "fewest_coins",
    family: "dynamic programming",
    features: &["coin change", "unbounded knapsack", "bottom-up tabulation", "minimum count optimization"],
    shape: Shape::List,
    phrases: [
        "the smallest number of terms that is enough to write k as a sum of positive numbers of the list, each of which may be used any number of times",
        "how few summands suffice to reach exactly k, when every summand has to be a positive number of the list and may be repeated freely",
    ],
    detail: "Numbers of the list that are not positive are ignored. If k cannot be reached, the answer is -1.",
    answers: Answers::Number,
    sizes: SHORT_LIST,
    values: (1, 400),
    accepts: (-100_000, 100_000),
    arg: Arg::Within(1, 3_000),
    python: Code {
        naive: "
level = {0}
reached = {0}
count = 0
while level:
    if k in level:
        return count
    level = {x + y for x in level for y in a if y > 0 and x + y <= k} - reached
    reached |= level
    count += 1
return -1",
        efficient: "
need = [0] + [k + 1] * k
for x in a:
    if x <= 0:
        continue
    for total in range(x, k + 1):
        if need[total - x] + 1 < need[total]:
            need[total] = need[total - x] + 1
if need[k] > k:
    return -1
return need[k]",
        idiomatic: "
coins = sorted({x for x in a if 0 < x <= k})
need = [0]
for total in range(1, k + 1):
    need.append(min((need[total - x] for x in coins if x <= total), default=k) + 1)
return need[k] if need[k] <= k else -1",
    },
    cpp: Code {
        naive: "
set<ll> level = {0}, reached = {0};
for (ll count = 0; !level.empty(); count++) {
    if (level.count(k)) return count;
    set<ll> further;
    for (ll x : level)
        for (ll y : a)
            if (y > 0 && x + y <= k && reached.insert(x + y).second) further.insert(x + y);
    level = further;
}
return -1;",
        efficient: "
vector<ll> need(k + 1, k + 1);
need[0] = 0;
for (ll x : a) {
    if (x <= 0) continue;
    for (ll total = x; total <= k; total++)
        need[total] = min(need[total], need[total - x] + 1);
}
if (need[k] > k) return -1;
return need[k];",
        idiomatic: "
vector<ll> need(k + 1, k + 1);
need[0] = 0;
for (ll total = 1; total <= k; total++)
    for (const ll& x : a)
        if (x > 0 && x <= total) need[total] = min(need[total], need[total - x] + 1);
return need[k] <= k ? need[k] : -1;",
    },
    slips: &[
        Slip {
            python: ("for total in range(x, k + 1):", "for total in range(k, x - 1, -1):"),
            cpp: ("for (ll total = x; total <= k; total++)", "for (ll total = k; total >= x; total--)"),
        },
        Slip { python: ("    return -1", "    return 0"), cpp: ("return -1;", "return 0;") },
    ],
    solve: |given| {
        let k = given.k as usize;
        let mut need = vec![i64::MAX; k + 1];
        need[0] = 0;
        for total in 1..=k {
            for x in given.numbers.iter().filter(|x| **x > 0 && **x <= total as i64) {
                let before = need[total - *x as usize];
                need[total] = need[total].min(before.saturating_add(1));
            }
        }
        Answer::Number(if need[k] == i64::MAX { -1 } else { need[k] })
    },
};
