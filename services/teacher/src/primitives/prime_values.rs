//! How many numbers are prime.

use super::LONG_LIST;
use crate::ir::{Answer, Answers, Arg, Code, Reducer, Shape, Slip};

pub(super) static ENTRY: Reducer = Reducer {
    name: "prime_values",
    family: "number theory",
    features: &["primality testing", "sieve of eratosthenes", "prime numbers", "trial division"],
    shape: Shape::List,
    phrases: [
        "how many numbers of the list are prime",
        "the number of list positions that hold a prime number",
    ],
    detail: "A number is prime if it is greater than 1 and only 1 and itself divide it.",
    answers: Answers::Number,
    sizes: LONG_LIST,
    values: (1, 10_000),
    accepts: (-200_000, 200_000),
    arg: Arg::None,
    python: Code {
        naive: "
return sum(1 for x in a if x > 1 and all(x % d for d in range(2, x)))",
        efficient: "
top = max(max(a), 2)
prime = [True] * (top + 1)
prime[0] = prime[1] = False
d = 2
while d * d <= top:
    if prime[d]:
        for x in range(d * d, top + 1, d):
            prime[x] = False
    d += 1
count = 0
for x in a:
    if x > 1 and prime[x]:
        count += 1
return count",
        idiomatic: "
top = max(max(a), 2)
prime = bytearray([1]) * (top + 1)
prime[:2] = bytes(2)
for d in range(2, int(top ** 0.5) + 1):
    if prime[d]:
        prime[d * d::d] = bytes(len(range(d * d, top + 1, d)))
return sum(prime[x] for x in a if x > 1)",
    },
    cpp: Code {
        naive: "
ll count = 0;
for (ll x : a) {
    bool good = x > 1;
    for (ll d = 2; d < x; d++) good = good && x % d != 0;
    if (good) count++;
}
return count;",
        efficient: "
ll top = 2;
for (ll x : a) top = max(top, x);
vector<char> prime(top + 1, 1);
prime[0] = prime[1] = 0;
for (ll d = 2; d * d <= top; d++)
    if (prime[d])
        for (ll x = d * d; x <= top; x += d) prime[x] = 0;
ll count = 0;
for (ll x : a)
    if (x > 1 && prime[x]) count++;
return count;",
        idiomatic: "
return (ll)count_if(a.begin(), a.end(), [](ll x) {
    if (x < 2) return false;
    for (ll d = 2; d * d <= x; d++)
        if (x % d == 0) return false;
    return true;
});",
    },
    slips: &[
        Slip {
            python: ("if x > 1 and prime[x]", "if x > 0 and (x == 1 or prime[x])"),
            cpp: ("if (x > 1 && prime[x])", "if (x > 0 && (x == 1 || prime[x]))"),
        },
        Slip {
            python: ("if x > 1 and prime[x]", "if x > 2 and prime[x]"),
            cpp: ("if (x > 1 && prime[x])", "if (x > 2 && prime[x])"),
        },
    ],
    solve: |given| {
        let is_prime = |x: i64| x > 1 && (2..=x.isqrt()).all(|d| x % d != 0);
        Answer::Number(given.numbers.iter().filter(|x| is_prime(**x)).count() as i64)
    },
};
