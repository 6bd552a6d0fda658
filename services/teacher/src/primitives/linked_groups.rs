//! How many parts a map falls into without its heavy links.

use super::{LINKS, WEIGHTS};
use crate::ir::{Answer, Answers, Arg, Code, Reducer, Shape, Slip};

pub(super) static ENTRY: Reducer = Reducer {
    name: "linked_groups",
    family: "graphs",
    features: &["connected components", "union find", "depth-first search", "graph traversal", "edge filtering"],
    shape: Shape::Graph,
    phrases: [
        "into how many groups the places fall when only links of weight at most k may be used and places that can reach each other form one group",
        "the number of separate parts of the map that remain after every link heavier than k is taken away",
    ],
    detail: "A place without any usable link is a part of its own.",
    answers: Answers::Number,
    sizes: LINKS,
    values: (1, 100),
    accepts: WEIGHTS,
    arg: Arg::Within(1, 120),
    python: Code {
        naive: "
label = list(range(n + 1))
for _ in range(n):
    for u, v, x in edges:
        if x <= k:
            label[u] = label[v] = min(label[u], label[v])
return len(set(label[1:]))",
        efficient: "
near = [[] for _ in range(n + 1)]
for u, v, x in edges:
    if x <= k:
        near[u].append(v)
        near[v].append(u)
seen = [False] * (n + 1)
count = 0
for start in range(1, n + 1):
    if seen[start]:
        continue
    count += 1
    seen[start] = True
    todo = [start]
    while todo:
        u = todo.pop()
        for v in near[u]:
            if not seen[v]:
                seen[v] = True
                todo.append(v)
return count",
        idiomatic: "
boss = list(range(n + 1))
def find(u):
    while boss[u] != u:
        boss[u] = boss[boss[u]]
        u = boss[u]
    return u
for u, v, x in edges:
    if x <= k:
        boss[find(u)] = find(v)
return sum(boss[u] == u for u in range(1, n + 1))",
    },
    cpp: Code {
        naive: "
vector<ll> label(n + 1);
for (int i = 0; i <= n; i++) label[i] = i;
for (int round = 0; round < n; round++)
    for (auto& e : edges)
        if (e[2] <= k) label[e[0]] = label[e[1]] = min(label[e[0]], label[e[1]]);
return (ll)set<ll>(label.begin() + 1, label.end()).size();",
        efficient: "
vector<vector<ll>> near(n + 1);
for (auto& e : edges)
    if (e[2] <= k) {
        near[e[0]].push_back(e[1]);
        near[e[1]].push_back(e[0]);
    }
vector<char> seen(n + 1, 0);
ll count = 0;
for (ll start = 1; start <= n; start++) {
    if (seen[start]) continue;
    count++;
    seen[start] = 1;
    vector<ll> todo = {start};
    while (!todo.empty()) {
        ll u = todo.back();
        todo.pop_back();
        for (ll v : near[u])
            if (!seen[v]) {
                seen[v] = 1;
                todo.push_back(v);
            }
    }
}
return count;",
        idiomatic: "
vector<ll> boss(n + 1);
iota(boss.begin(), boss.end(), 0);
auto find = [&](ll u) {
    while (boss[u] != u) u = boss[u] = boss[boss[u]];
    return u;
};
ll count = n;
for (const auto& e : edges) {
    ll u = find(e[0]), v = find(e[1]);
    if (e[2] > k || u == v) continue;
    boss[u] = v;
    count--;
}
return count;",
    },
    slips: &[
        Slip { python: ("if x <= k", "if x < k"), cpp: ("if (e[2] <= k)", "if (e[2] < k)") },
        Slip {
            python: ("        near[v].append(u)\n", ""),
            cpp: ("        near[e[1]].push_back(e[0]);\n", ""),
        },
    ],
    solve: |given| {
        let mut boss: Vec<usize> = (0..=given.places as usize).collect();
        let find = |boss: &mut Vec<usize>, mut place: usize| {
            while boss[place] != place {
                boss[place] = boss[boss[place]];
                place = boss[place];
            }
            place
        };
        let mut groups = given.places;
        for row in given.rows.iter().filter(|row| row[2] <= given.k) {
            let one = find(&mut boss, row[0] as usize);
            let other = find(&mut boss, row[1] as usize);
            groups -= i64::from(one != other);
            boss[one] = other;
        }
        Answer::Number(groups)
    },
};
