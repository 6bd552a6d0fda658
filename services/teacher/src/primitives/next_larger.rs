//! For each number the next larger one.

use super::ANY;
use crate::ir::{Answer, Answers, Arg, Code, Reducer, Shape, Slip};

pub(super) static ENTRY: Reducer = Reducer {
    name: "next_larger",
    family: "sequences",
    features: &["next greater element", "monotonic stack", "stack", "amortized analysis"],
    shape: Shape::List,
    phrases: [
        "for each position of the list, the nearest number to its right that is greater than the number there",
        "for every number of the list, in order, the first larger number that comes after it",
    ],
    detail: "Where there is no such number, report 0 in its place.",
    answers: Answers::List,
    sizes: &[(1, 10_000)],
    values: (-1_000, 1_000),
    accepts: ANY,
    arg: Arg::None,
    python: Code {
        naive: "
result = [0] * n
for i in range(n):
    for j in range(n - 1, i, -1):
        if a[j] > a[i]:
            result[i] = a[j]
return result",
        efficient: "
result = [0] * n
waiting = []
for i in range(n):
    while waiting and a[waiting[-1]] < a[i]:
        result[waiting.pop()] = a[i]
    waiting.append(i)
return result",
        idiomatic: "
result, larger = [], []
for x in reversed(a):
    while larger and larger[-1] <= x:
        larger.pop()
    result.append(larger[-1] if larger else 0)
    larger.append(x)
return result[::-1]",
    },
    cpp: Code {
        naive: "
vector<ll> result(n, 0);
for (int i = 0; i < n; i++)
    for (int j = n - 1; j > i; j--)
        if (a[j] > a[i]) result[i] = a[j];
return result;",
        efficient: "
vector<ll> result(n, 0);
vector<int> waiting;
for (int i = 0; i < n; i++) {
    while (!waiting.empty() && a[waiting.back()] < a[i]) {
        result[waiting.back()] = a[i];
        waiting.pop_back();
    }
    waiting.push_back(i);
}
return result;",
        idiomatic: "
vector<ll> result(n, 0);
stack<ll> larger;
for (int i = n - 1; i >= 0; i--) {
    while (!larger.empty() && larger.top() <= a[i]) larger.pop();
    if (!larger.empty()) result[i] = larger.top();
    larger.push(a[i]);
}
return result;",
    },
    slips: &[Slip {
        python: ("a[waiting[-1]] < a[i]", "a[waiting[-1]] <= a[i]"),
        cpp: ("a[waiting.back()] < a[i]", "a[waiting.back()] <= a[i]"),
    }],
    solve: |given| {
        let mut larger: Vec<i64> = Vec::new();
        let mut result = Vec::with_capacity(given.numbers.len());
        for x in given.numbers.iter().rev() {
            while larger.last().is_some_and(|top| top <= x) {
                larger.pop();
            }
            result.push(larger.last().copied().unwrap_or(0));
            larger.push(*x);
        }
        result.reverse();
        Answer::List(result)
    },
};
