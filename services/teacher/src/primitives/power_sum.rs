//! The sum of k-th powers under a modulus.

use crate::ir::{Answer, Answers, Arg, Code, Reducer, Shape, Slip};

pub(super) static ENTRY: Reducer = Reducer {
    name: "power_sum",
    family: "number theory",
    features: &["modular exponentiation", "binary exponentiation", "fast power", "modular arithmetic"],
    shape: Shape::List,
    phrases: [
        "the sum of the k-th powers of all numbers of the list, reported as its remainder on division by 1000000007",
        "what remains when x^k, added up over all numbers x of the list, is divided by 1000000007",
    ],
    detail: "The remainder lies between 0 and 1000000006.",
    answers: Answers::Number,
    sizes: &[(1, 5_000)],
    values: (0, 100_000),
    accepts: (0, 10_000_000_000_000),
    arg: Arg::Within(1, 2_000),
    python: Code {
        naive: "
total = 0
for x in a:
    power = 1
    for _ in range(k):
        power = power * x % 1000000007
    total = (total + power) % 1000000007
return total",
        efficient: "
total = 0
for x in a:
    base, power, left = x % 1000000007, 1, k
    while left > 0:
        if left % 2 == 1:
            power = power * base % 1000000007
        base = base * base % 1000000007
        left //= 2
    total = (total + power) % 1000000007
return total",
        idiomatic: "
return sum(pow(x, k, 1000000007) for x in a) % 1000000007",
    },
    cpp: Code {
        naive: "
ll total = 0;
for (ll x : a) {
    ll power = 1;
    for (ll i = 0; i < k; i++) power = power * (x % 1000000007) % 1000000007;
    total = (total + power) % 1000000007;
}
return total;",
        efficient: "
ll total = 0;
for (ll x : a) {
    ll base = x % 1000000007, power = 1, left = k;
    while (left > 0) {
        if (left % 2 == 1) power = power * base % 1000000007;
        base = base * base % 1000000007;
        left /= 2;
    }
    total = (total + power) % 1000000007;
}
return total;",
        idiomatic: "
const ll mod = 1000000007;
auto raise = [&](ll base) {
    ll power = 1;
    for (ll left = k; left > 0; left >>= 1, base = base * base % mod)
        if (left & 1) power = power * base % mod;
    return power;
};
ll total = 0;
for (ll x : a) total = (total + raise(x % mod)) % mod;
return total;",
    },
    slips: &[
        Slip { python: ("left = x % 1000000007, 1, k", "left = x % 1000000007, 1, k - 1"), cpp: ("left = k;", "left = k - 1;") },
        Slip {
            python: ("    total = (total + power) % 1000000007", "    total = total + power"),
            cpp: ("    total = (total + power) % 1000000007", "    total = total + power"),
        },
    ],
    solve: |given| {
        const MODULUS: i64 = 1_000_000_007;
        let mut total = 0;
        for x in &given.numbers {
            let (mut base, mut power, mut left) = (x % MODULUS, 1, given.k);
            while left > 0 {
                if left & 1 == 1 {
                    power = power * base % MODULUS;
                }
                base = base * base % MODULUS;
                left >>= 1;
            }
            total = (total + power) % MODULUS;
        }
        Answer::Number(total)
    },
};
