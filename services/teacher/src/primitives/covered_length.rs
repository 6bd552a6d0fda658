//! How much of the line some stretch covers.

use super::{ANY, STRETCHES};
use crate::ir::{Answer, Answers, Arg, Code, Reducer, Shape, Slip};

pub(super) static ENTRY: Reducer = Reducer {
    name: "covered_length",
    family: "intervals",
    features: &["interval merging", "sweep line", "sorting", "greedy scan"],
    shape: Shape::Intervals,
    phrases: [
        "the total length of the line that is covered by at least one stretch",
        "how much of the line lies inside some stretch, parts that are covered several times being counted once",
    ],
    detail: "The stretch from l to r has length r - l.",
    answers: Answers::Number,
    sizes: STRETCHES,
    values: (-10_000, 10_000),
    accepts: ANY,
    arg: Arg::None,
    python: Code {
        naive: "
points = sorted(set(x for pair in p for x in pair))
total = 0
for left, right in zip(points, points[1:]):
    if any(l <= left and right <= r for l, r in p):
        total += right - left
return total",
        efficient: "
p = sorted(p)
total = 0
left, right = p[0]
for l, r in p:
    if l > right:
        total += right - left
        left, right = l, r
    else:
        right = max(right, r)
return total + right - left",
        idiomatic: "
total, end = 0, min(p)[0]
for l, r in sorted(p):
    total += max(0, r - max(l, end))
    end = max(end, r)
return total",
    },
    cpp: Code {
        naive: "
set<ll> points;
for (auto& e : p) points.insert(e[0]), points.insert(e[1]);
ll total = 0, left = *points.begin();
for (ll right : points) {
    bool covered = false;
    for (auto& e : p) covered = covered || (e[0] <= left && right <= e[1]);
    if (covered) total += right - left;
    left = right;
}
return total;",
        efficient: "
sort(p.begin(), p.end());
ll total = 0, left = p[0][0], right = p[0][1];
for (auto& e : p) {
    if (e[0] > right) {
        total += right - left;
        left = e[0];
        right = e[1];
    } else {
        right = max(right, e[1]);
    }
}
return total + right - left;",
        idiomatic: "
sort(p.begin(), p.end());
ll total = 0, end = p.front()[0];
for (const auto& [l, r] : p) {
    total += max(0LL, r - max(l, end));
    end = max(end, r);
}
return total;",
    },
    slips: &[
        Slip { python: ("right = max(right, r)", "right = r"), cpp: ("right = max(right, e[1]);", "right = e[1];") },
        Slip { python: ("return total + right - left", "return total"), cpp: ("return total + right - left", "return total") },
    ],
    solve: |given| {
        let mut rows = given.rows.clone();
        rows.sort_unstable();
        let (mut total, mut end) = (0, i64::MIN);
        for row in &rows {
            total += (row[1] - row[0].max(end)).max(0);
            end = end.max(row[1]);
        }
        Answer::Number(total)
    },
};
