//! Stretches whose sum is a multiple of k.

use super::{ANY, LONG_LIST};
use crate::ir::{Answer, Answers, Arg, Code, Reducer, Shape, Slip};

pub(super) static ENTRY: Reducer = Reducer {
    name: "divisible_blocks",
    family: "sequences",
    features: &["prefix sums", "remainder classes", "modulo operation", "frequency counting", "subarray problems"],
    shape: Shape::List,
    phrases: [
        "how many non-empty stretches of consecutive numbers of the list have a sum that k divides",
        "the number of ways to cut one non-empty piece of neighbouring numbers out of the list so that its sum is a multiple of k",
    ],
    detail: "Stretches at different places are different, and 0 is a multiple of k.",
    answers: Answers::Number,
    sizes: LONG_LIST,
    values: (-10_000, 10_000),
    accepts: ANY,
    arg: Arg::Within(2, 100),
    python: Code {
        naive: "
count = 0
for i in range(n):
    total = 0
    for j in range(i, n):
        total += a[j]
        if total % k == 0:
            count += 1
return count",
        efficient: "
seen = [0] * k
seen[0] = 1
total = 0
count = 0
for x in a:
    total = (total + x) % k
    count += seen[total]
    seen[total] += 1
return count",
        idiomatic: "
classes = Counter(total % k for total in accumulate(a, initial=0))
return sum(c * (c - 1) // 2 for c in classes.values())",
    },
    cpp: Code {
        naive: "
ll count = 0;
for (int i = 0; i < n; i++) {
    ll total = 0;
    for (int j = i; j < n; j++) {
        total += a[j];
        if (total % k == 0) count++;
    }
}
return count;",
        efficient: "
vector<ll> seen(k, 0);
seen[0] = 1;
ll total = 0, count = 0;
for (ll x : a) {
    total = ((total + x) % k + k) % k;
    count += seen[total];
    seen[total]++;
}
return count;",
        idiomatic: "
map<ll, ll> classes = {{0, 1}};
ll total = 0;
for (ll x : a) classes[((total += x) % k + k) % k]++;
ll count = 0;
for (const auto& entry : classes) count += entry.second * (entry.second - 1) / 2;
return count;",
    },
    slips: &[Slip { python: ("seen[0] = 1\n", "seen[0] = 0\n"), cpp: ("seen[0] = 1;", "seen[0] = 0;") }],
    solve: |given| {
        let mut classes = vec![0_i64; given.k as usize];
        classes[0] = 1;
        let (mut total, mut count) = (0_i64, 0);
        for x in &given.numbers {
            total = (total + x).rem_euclid(given.k);
            count += classes[total as usize];
            classes[total as usize] += 1;
        }
        Answer::Number(count)
    },
};
