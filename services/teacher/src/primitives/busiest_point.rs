//! How many stretches share a point.

use super::{ANY, STRETCHES};
use crate::ir::{Answer, Answers, Arg, Code, Reducer, Shape, Slip};

pub(super) static ENTRY: Reducer = Reducer {
    name: "busiest_point",
    family: "intervals",
    features: &["maximum overlap", "sweep line", "event processing", "difference array"],
    shape: Shape::Intervals,
    phrases: [
        "the greatest number of stretches that have one common point",
        "how many stretches at most lie over one and the same point of the line",
    ],
    detail: "Both ends belong to a stretch, so stretches that only touch share a point.",
    answers: Answers::Number,
    sizes: STRETCHES,
    values: (-1_000, 1_000),
    accepts: ANY,
    arg: Arg::None,
    python: Code {
        naive: "
return max(sum(1 for l, r in p if l <= point <= r) for point, _ in p)",
        efficient: "
events = []
for l, r in p:
    events.append((l, 0))
    events.append((r, 1))
events.sort()
best = 0
count = 0
for point, kind in events:
    if kind == 0:
        count += 1
    else:
        count -= 1
    best = max(best, count)
return best",
        idiomatic: "
starts = sorted(l for l, _ in p)
ends = sorted(r for _, r in p)
return max(i + 1 - bisect_left(ends, point) for i, point in enumerate(starts))",
    },
    cpp: Code {
        naive: "
ll best = 0;
for (auto& e : p) {
    ll count = 0;
    for (auto& f : p)
        if (f[0] <= e[0] && e[0] <= f[1]) count++;
    best = max(best, count);
}
return best;",
        efficient: "
vector<pair<ll, int>> events;
for (auto& e : p) {
    events.push_back({e[0], 0});
    events.push_back({e[1], 1});
}
sort(events.begin(), events.end());
ll best = 0, count = 0;
for (auto& event : events) {
    if (event.second == 0) count++;
    else count--;
    best = max(best, count);
}
return best;",
        idiomatic: "
map<ll, ll> change;
for (const auto& [l, r] : p) {
    change[l]++;
    change[r + 1]--;
}
ll best = 0, count = 0;
for (const auto& entry : change) best = max(best, count += entry.second);
return best;",
    },
    slips: &[Slip {
        python: ("events.append((r, 1))", "events.append((r, -1))"),
        cpp: ("events.push_back({e[1], 1})", "events.push_back({e[1], -1})"),
    }],
    solve: |given| {
        let mut change = std::collections::BTreeMap::<i64, i64>::new();
        for row in &given.rows {
            *change.entry(row[0]).or_default() += 1;
            *change.entry(row[1] + 1).or_default() -= 1;
        }
        let mut count = 0;
        let counts = change.values().map(|step| {
            count += step;
            count
        });
        Answer::Number(counts.max().unwrap_or(0))
    },
};
