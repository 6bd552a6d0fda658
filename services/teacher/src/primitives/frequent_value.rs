//! The value that occurs most often.

use super::{ANY, LONG_LIST};
use crate::ir::{Answer, Answers, Arg, Code, Reducer, Shape, Slip};

pub(super) static ENTRY: Reducer = Reducer {
    name: "frequent_value",
    family: "hashing",
    features: &["frequency counting", "mode finding", "hash map", "tie breaking"],
    shape: Shape::List,
    phrases: [
        "the value that occurs most often in the list; of several such values, the smallest",
        "which value the list repeats most often, where the smallest wins if several are equally frequent",
    ],
    detail: "",
    answers: Answers::Number,
    sizes: LONG_LIST,
    values: (-500, 500),
    accepts: ANY,
    arg: Arg::None,
    python: Code {
        naive: "
best = a[0]
for x in a:
    if a.count(x) > a.count(best) or (a.count(x) == a.count(best) and x < best):
        best = x
return best",
        efficient: "
count = {}
for x in a:
    count[x] = count.get(x, 0) + 1
best = a[0]
for x in count:
    if count[x] > count[best] or (count[x] == count[best] and x < best):
        best = x
return best",
        idiomatic: "
count = Counter(a)
return min(count, key=lambda x: (-count[x], x))",
    },
    cpp: Code {
        naive: "
ll best = a[0], most = 0;
for (ll x : a) {
    ll times = 0;
    for (ll y : a) times += x == y;
    if (times > most || (times == most && x < best)) {
        best = x;
        most = times;
    }
}
return best;",
        efficient: "
map<ll, ll> count;
for (ll x : a) count[x]++;
ll best = a[0], most = 0;
for (auto& entry : count) {
    if (entry.second > most) {
        best = entry.first;
        most = entry.second;
    }
}
return best;",
        idiomatic: "
map<ll, ll> count;
for (ll x : a) count[x]++;
return max_element(count.begin(), count.end(), [](const auto& x, const auto& y) { return x.second < y.second; })->first;",
    },
    slips: &[Slip {
        python: ("and x < best", "and x > best"),
        cpp: ("entry.second > most", "entry.second >= most"),
    }],
    solve: |given| {
        let mut order = given.numbers.clone();
        order.sort_unstable();
        let runs = order.chunk_by(|one, other| one == other);
        let best = runs.max_by_key(|run| (run.len(), std::cmp::Reverse(run[0])));
        Answer::Number(best.map_or(0, |run| run[0]))
    },
};
