//! How many different numbers there are.

use super::{ANY, LONG_LIST};
use crate::ir::{Answer, Answers, Arg, Code, Reducer, Shape, Slip};

pub(super) static ENTRY: Reducer = Reducer {
    name: "distinct_values",
    family: "hashing",
    features: &["distinct counting", "hash set", "set membership", "deduplication"],
    shape: Shape::List,
    phrases: [
        "how many different values occur in the list",
        "the number of distinct values among the numbers of the list",
    ],
    detail: "",
    answers: Answers::Number,
    sizes: LONG_LIST,
    values: (-2_000, 2_000),
    accepts: ANY,
    arg: Arg::None,
    python: Code {
        naive: "
kept = []
for x in a:
    if x not in kept:
        kept.append(x)
return len(kept)",
        efficient: "
order = sorted(a)
count = 1
for i in range(1, n):
    if order[i] != order[i - 1]:
        count += 1
return count",
        idiomatic: "
return len(set(a))",
    },
    cpp: Code {
        naive: "
vector<ll> kept;
for (ll x : a)
    if (find(kept.begin(), kept.end(), x) == kept.end()) kept.push_back(x);
return (ll)kept.size();",
        efficient: "
sort(a.begin(), a.end());
ll count = 1;
for (int i = 1; i < n; i++)
    if (a[i] != a[i - 1]) count++;
return count;",
        idiomatic: "
return (ll)set<ll>(a.begin(), a.end()).size();",
    },
    slips: &[
        Slip { python: ("order = sorted(a)", "order = a"), cpp: ("sort(a.begin(), a.end());", "") },
        Slip { python: ("count = 1\n", "count = 0\n"), cpp: ("ll count = 1", "ll count = 0") },
    ],
    solve: |given| {
        let values: std::collections::BTreeSet<&i64> = given.numbers.iter().collect();
        Answer::Number(values.len() as i64)
    },
};
