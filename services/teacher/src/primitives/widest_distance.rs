//! The greatest distance between two places of a tree.

use super::WEIGHTS;
use crate::ir::{Answer, Answers, Arg, Code, Reducer, Shape, Slip};

pub(super) static ENTRY: Reducer = Reducer {
    name: "widest_distance",
    family: "graphs",
    features: &["tree diameter", "breadth-first search", "tree traversal", "tree dynamic programming"],
    shape: Shape::Tree,
    phrases: [
        "the greatest total weight of links on the way between any two places, no link being used twice",
        "how heavy the heaviest direct way between two places of the map is, if a way weighs as much as all its links together and never repeats a link",
    ],
    detail: "With a single place the answer is 0.",
    answers: Answers::Number,
    sizes: &[(2, 5_000)],
    values: (0, 10_000),
    accepts: WEIGHTS,
    arg: Arg::None,
    python: Code {
        naive: "
near = [[] for _ in range(n + 1)]
for u, v, x in edges:
    near[u].append((v, x))
    near[v].append((u, x))
best = 0
for start in range(1, n + 1):
    todo = [(start, 0, 0)]
    while todo:
        u, back, total = todo.pop()
        best = max(best, total)
        todo += [(v, u, total + x) for v, x in near[u] if v != back]
return best",
        efficient: "
near = [[] for _ in range(n + 1)]
for u, v, x in edges:
    near[u].append((v, x))
    near[v].append((u, x))
start = 1
best = 0
for _ in range(2):
    best = 0
    todo = [(start, 0, 0)]
    while todo:
        u, back, total = todo.pop()
        if total > best:
            best = total
            start = u
        for v, x in near[u]:
            if v != back:
                todo.append((v, u, total + x))
return best",
        idiomatic: "
near = defaultdict(list)
for u, v, x in edges:
    near[u].append((v, x))
    near[v].append((u, x))
def farthest(start):
    far, todo = {start: 0}, deque([start])
    while todo:
        u = todo.popleft()
        for v, x in near[u]:
            if v not in far:
                far[v] = far[u] + x
                todo.append(v)
    return max((total, u) for u, total in far.items())
return farthest(farthest(1)[1])[0]",
    },
    cpp: Code {
        naive: "
vector<vector<pair<ll, ll>>> near(n + 1);
for (auto& e : edges) {
    near[e[0]].push_back({e[1], e[2]});
    near[e[1]].push_back({e[0], e[2]});
}
ll best = 0;
for (ll start = 1; start <= n; start++) {
    vector<array<ll, 3>> todo = {{start, 0, 0}};
    while (!todo.empty()) {
        auto top = todo.back();
        todo.pop_back();
        best = max(best, top[2]);
        for (auto& step : near[top[0]])
            if (step.first != top[1]) todo.push_back({step.first, top[0], top[2] + step.second});
    }
}
return best;",
        efficient: "
vector<vector<pair<ll, ll>>> near(n + 1);
for (auto& e : edges) {
    near[e[0]].push_back({e[1], e[2]});
    near[e[1]].push_back({e[0], e[2]});
}
ll start = 1, best = 0;
for (int round = 0; round < 2; round++) {
    best = 0;
    vector<array<ll, 3>> todo = {{start, 0, 0}};
    while (!todo.empty()) {
        auto top = todo.back();
        todo.pop_back();
        if (top[2] > best) {
            best = top[2];
            start = top[0];
        }
        for (auto& step : near[top[0]])
            if (step.first != top[1]) todo.push_back({step.first, top[0], top[2] + step.second});
    }
}
return best;",
        idiomatic: "
vector<vector<pair<ll, ll>>> near(n + 1);
for (const auto& e : edges) {
    near[e[0]].emplace_back(e[1], e[2]);
    near[e[1]].emplace_back(e[0], e[2]);
}
ll best = 0;
function<ll(ll, ll)> deepest = [&](ll u, ll back) {
    ll depth = 0;
    for (auto [v, x] : near[u]) {
        if (v == back) continue;
        ll branch = deepest(v, u) + x;
        best = max(best, depth + branch);
        depth = max(depth, branch);
    }
    return depth;
};
deepest(1, 0);
return best;",
    },
    slips: &[
        Slip { python: ("range(2)", "range(1)"), cpp: ("round < 2", "round < 1") },
        Slip { python: ("total + x))", "total + 1))"), cpp: ("top[2] + step.second", "top[2] + 1") },
    ],
    solve: |given| {
        let mut near = vec![Vec::new(); given.places as usize + 1];
        for row in &given.rows {
            near[row[0] as usize].push((row[1] as usize, row[2]));
            near[row[1] as usize].push((row[0] as usize, row[2]));
        }
        let farthest = |start: usize| {
            let (mut best, mut todo) = ((0, start), vec![(start, 0, 0)]);
            while let Some((place, back, total)) = todo.pop() {
                best = best.max((total, place));
                let further = near[place].iter().filter(|(to, _)| *to != back);
                todo.extend(further.map(|(to, weight)| (*to, place, total + weight)));
            }
            best
        };
        Answer::Number(farthest(farthest(1).1).0)
    },
};
