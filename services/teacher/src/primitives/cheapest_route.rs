//! The lightest route from the first place to the last.

use super::{LINKS, WEIGHTS};
use crate::ir::{Answer, Answers, Arg, Code, Reducer, Shape, Slip};

pub(super) static ENTRY: Reducer = Reducer {
    name: "cheapest_route",
    family: "graphs",
    features: &["shortest path", "dijkstra algorithm", "priority queue", "weighted graph", "graph traversal"],
    shape: Shape::Graph,
    phrases: [
        "the smallest total weight of a route along links from place 1 to place n",
        "how little the weights of all links used can add up to on a trip from place 1 to place n",
    ],
    detail: "If place n cannot be reached from place 1, the answer is -1.",
    answers: Answers::Number,
    sizes: LINKS,
    values: (0, 10_000),
    accepts: WEIGHTS,
    arg: Arg::None,
    python: Code {
        naive: "
far = {1: 0}
for _ in range(n):
    for u, v, x in edges:
        if u in far and far[u] + x < far.get(v, far[u] + x + 1):
            far[v] = far[u] + x
        if v in far and far[v] + x < far.get(u, far[v] + x + 1):
            far[u] = far[v] + x
return far.get(n, -1)",
        efficient: "
near = [[] for _ in range(n + 1)]
for u, v, x in edges:
    near[u].append((v, x))
    near[v].append((u, x))
far = [-1] * (n + 1)
heap = [(0, 1)]
while heap:
    total, u = heapq.heappop(heap)
    if far[u] != -1:
        continue
    far[u] = total
    for v, x in near[u]:
        if far[v] == -1:
            heapq.heappush(heap, (total + x, v))
return far[n]",
        idiomatic: "
near = defaultdict(list)
for u, v, x in edges:
    near[u].append((x, v))
    near[v].append((x, u))
done, heap = set(), [(0, 1)]
while heap:
    total, u = heapq.heappop(heap)
    if u == n:
        return total
    if u not in done:
        done.add(u)
        for x, v in near[u]:
            heapq.heappush(heap, (total + x, v))
return -1",
    },
    cpp: Code {
        naive: "
vector<ll> far(n + 1, -1);
far[1] = 0;
for (int round = 0; round < n; round++)
    for (auto& e : edges)
        for (int side = 0; side < 2; side++) {
            ll u = e[side], v = e[1 - side];
            if (far[u] >= 0 && (far[v] < 0 || far[u] + e[2] < far[v])) far[v] = far[u] + e[2];
        }
return far[n];",
        efficient: "
vector<vector<pair<ll, ll>>> near(n + 1);
for (auto& e : edges) {
    near[e[0]].push_back({e[1], e[2]});
    near[e[1]].push_back({e[0], e[2]});
}
vector<ll> far(n + 1, -1);
priority_queue<pair<ll, ll>> heap;
heap.push({0, 1});
while (!heap.empty()) {
    ll total = -heap.top().first, u = heap.top().second;
    heap.pop();
    if (far[u] != -1) continue;
    far[u] = total;
    for (auto& step : near[u])
        if (far[step.first] == -1) heap.push({-(total + step.second), step.first});
}
return far[n];",
        idiomatic: "
vector<vector<pair<ll, ll>>> near(n + 1);
for (const auto& e : edges) {
    near[e[0]].emplace_back(e[1], e[2]);
    near[e[1]].emplace_back(e[0], e[2]);
}
vector<ll> far(n + 1, LLONG_MAX);
set<pair<ll, ll>> open = {{0, 1}};
far[1] = 0;
while (!open.empty()) {
    auto [total, u] = *open.begin();
    open.erase(open.begin());
    for (auto [v, x] : near[u])
        if (total + x < far[v]) {
            open.erase({far[v], v});
            far[v] = total + x;
            open.insert({far[v], v});
        }
}
return far[n] == LLONG_MAX ? -1 : far[n];",
    },
    slips: &[
        Slip {
            python: ("    near[v].append((u, x))\n", ""),
            cpp: ("    near[e[1]].push_back({e[0], e[2]});\n", ""),
        },
        Slip {
            python: ("(total + x, v)", "(total + 1, v)"),
            cpp: ("-(total + step.second)", "-(total + 1)"),
        },
    ],
    solve: |given| {
        let mut near = vec![Vec::new(); given.places as usize + 1];
        for row in &given.rows {
            near[row[0] as usize].push((row[1] as usize, row[2]));
            near[row[1] as usize].push((row[0] as usize, row[2]));
        }
        let mut far: Vec<Option<i64>> = vec![None; near.len()];
        let mut open = std::collections::BTreeSet::from([(0, 1)]);
        while let Some((total, place)) = open.pop_first() {
            if far[place].is_none() {
                far[place] = Some(total);
                open.extend(near[place].iter().map(|(to, weight)| (total + weight, *to)));
            }
        }
        Answer::Number(far[given.places as usize].unwrap_or(-1))
    },
};
