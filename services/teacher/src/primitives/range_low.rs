//! Minima over many stretches.

use super::{ANY, QUESTIONS};
use crate::ir::{Answer, Answers, Arg, Code, Reducer, Shape, Slip};

pub(super) static ENTRY: Reducer = Reducer {
    name: "range_low",
    family: "range queries",
    features: &["range minimum query", "sparse table", "segment tree", "offline queries"],
    shape: Shape::Queries,
    phrases: [
        "for each question, the smallest of the numbers at positions l to r of the list",
        "for every question in turn, the lowest number that stands between position l and position r",
    ],
    detail: "Positions are counted from 1, and both ends belong to the stretch.",
    answers: Answers::List,
    sizes: QUESTIONS,
    values: (-10_000, 10_000),
    accepts: ANY,
    arg: Arg::None,
    python: Code {
        naive: "
return [min(a[l - 1:r]) for l, r in p]",
        efficient: "
table = [a]
size = 1
while 2 * size <= n:
    row = table[-1]
    table.append([min(row[i], row[i + size]) for i in range(n - 2 * size + 1)])
    size *= 2
result = []
for l, r in p:
    level = (r - l + 1).bit_length() - 1
    row = table[level]
    result.append(min(row[l - 1], row[r - (1 << level)]))
return result",
        idiomatic: "
tree = [0] * n + a
for i in range(n - 1, 0, -1):
    tree[i] = min(tree[2 * i], tree[2 * i + 1])
def lowest(left, right):
    best = tree[left]
    while left < right:
        if left & 1:
            best = min(best, tree[left])
            left += 1
        if right & 1:
            right -= 1
            best = min(best, tree[right])
        left >>= 1
        right >>= 1
    return best
return [lowest(l - 1 + n, r + n) for l, r in p]",
    },
    cpp: Code {
        naive: "
vector<ll> result;
for (auto& e : p) {
    ll best = a[e[0] - 1];
    for (ll i = e[0]; i < e[1]; i++) best = min(best, a[i]);
    result.push_back(best);
}
return result;",
        efficient: "
vector<vector<ll>> table(1, a);
for (int size = 1; 2 * size <= n; size *= 2) {
    vector<ll> row;
    for (int i = 0; i + 2 * size <= n; i++) row.push_back(min(table.back()[i], table.back()[i + size]));
    table.push_back(row);
}
vector<ll> result;
for (auto& e : p) {
    int level = 0;
    while ((2LL << level) <= e[1] - e[0] + 1) level++;
    result.push_back(min(table[level][e[0] - 1], table[level][e[1] - (1LL << level)]));
}
return result;",
        idiomatic: "
vector<ll> tree(2 * n), result;
copy(a.begin(), a.end(), tree.begin() + n);
for (int i = n - 1; i > 0; i--) tree[i] = min(tree[2 * i], tree[2 * i + 1]);
for (const auto& e : p) {
    ll best = a[e[0] - 1];
    for (ll l = e[0] - 1 + n, r = e[1] + n; l < r; l /= 2, r /= 2) {
        if (l % 2) best = min(best, tree[l++]);
        if (r % 2) best = min(best, tree[--r]);
    }
    result.push_back(best);
}
return result;",
    },
    slips: &[Slip {
        python: ("min(row[l - 1], row[r - (1 << level)])", "row[l - 1]"),
        cpp: ("min(table[level][e[0] - 1], table[level][e[1] - (1LL << level)])", "table[level][e[0] - 1]"),
    }],
    solve: |given| {
        let numbers = &given.numbers;
        let mut table = vec![numbers.clone()];
        while numbers.len() >= 2 << (table.len() - 1) {
            let size = 1 << (table.len() - 1);
            let row = &table[table.len() - 1];
            table.push(row.iter().zip(&row[size..]).map(|(one, other)| *one.min(other)).collect());
        }
        let lowest = |row: &Vec<i64>| {
            let (left, right) = (row[0] as usize - 1, row[1] as usize);
            let level = (right - left).ilog2() as usize;
            table[level][left].min(table[level][right - (1 << level)])
        };
        Answer::List(given.rows.iter().map(lowest).collect())
    },
};
