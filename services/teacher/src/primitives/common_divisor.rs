//! The greatest common divisor of a list.

use super::{ANY, LONG_LIST};
use crate::ir::{Answer, Answers, Arg, Code, Reducer, Shape, Slip};

pub(super) static ENTRY: Reducer = Reducer {
    name: "common_divisor",
    family: "number theory",
    features: &["greatest common divisor", "euclidean algorithm", "divisibility", "fold over a list"],
    shape: Shape::List,
    phrases: [
        "the largest whole number by which every number of the list can be divided without remainder",
        "the greatest positive number that divides all numbers of the list",
    ],
    detail: "Zero can be divided by every number; if all numbers of the list are zero, the answer is 0.",
    answers: Answers::Number,
    sizes: LONG_LIST,
    values: (1, 20_000),
    accepts: ANY,
    arg: Arg::None,
    python: Code {
        naive: "
top = min((abs(x) for x in a if x != 0), default=0)
for d in range(top, 0, -1):
    if all(x % d == 0 for x in a):
        return d
return 0",
        efficient: "
result = 0
for x in a:
    x = abs(x)
    while x != 0:
        result, x = x, result % x
return result",
        idiomatic: "
return gcd(*a)",
    },
    cpp: Code {
        naive: "
ll top = 0;
for (ll x : a)
    if (x != 0 && (top == 0 || llabs(x) < top)) top = llabs(x);
for (ll d = top; d > 0; d--) {
    bool good = true;
    for (ll x : a) good = good && x % d == 0;
    if (good) return d;
}
return 0;",
        efficient: "
ll result = 0;
for (ll x : a) {
    x = llabs(x);
    while (x != 0) {
        ll rest = result % x;
        result = x;
        x = rest;
    }
}
return result;",
        idiomatic: "
return accumulate(a.begin(), a.end(), 0LL, [](ll x, ll y) { return std::gcd(x, y); });",
    },
    slips: &[
        Slip { python: ("    x = abs(x)", "    x = abs(x) // 2 * 2"), cpp: ("x = llabs(x);", "x = llabs(x) / 2 * 2;") },
        Slip { python: ("result = 0\n", "result = 1\n"), cpp: ("ll result = 0", "ll result = 1") },
    ],
    solve: |given| {
        let fold = |one: i64, x: &i64| {
            let (mut one, mut other) = (one, x.abs());
            while other != 0 {
                (one, other) = (other, one % other);
            }
            one
        };
        Answer::Number(given.numbers.iter().fold(0, fold))
    },
};
