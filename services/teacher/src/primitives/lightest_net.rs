//! The lightest set of links that holds the map together.

use super::{LINKS, WEIGHTS};
use crate::ir::{Answer, Answers, Arg, Code, Reducer, Shape, Slip};

pub(super) static ENTRY: Reducer = Reducer {
    name: "lightest_net",
    family: "graphs",
    features: &["minimum spanning tree", "kruskal algorithm", "union find", "sorting", "weighted graph"],
    shape: Shape::Graph,
    phrases: [
        "the smallest total weight of links that have to be kept so that every place can still be reached from every other place",
        "how little a choice of links can weigh in total that joins all places of the map into one connected whole",
    ],
    detail: "If not even all links together connect all places, the answer is -1.",
    answers: Answers::Number,
    sizes: LINKS,
    values: (0, 10_000),
    accepts: WEIGHTS,
    arg: Arg::None,
    python: Code {
        naive: "
inside = {1}
total = 0
while len(inside) < n:
    cross = [x for u, v, x in edges if (u in inside) != (v in inside)]
    if not cross:
        return -1
    low = min(cross)
    total += low
    for u, v, x in edges:
        if x == low and (u in inside) != (v in inside):
            inside |= {u, v}
            break
return total",
        efficient: "
boss = list(range(n + 1))
def find(u):
    while boss[u] != u:
        boss[u] = boss[boss[u]]
        u = boss[u]
    return u
total = 0
count = 1
for x, u, v in sorted((x, u, v) for u, v, x in edges):
    u, v = find(u), find(v)
    if u != v:
        boss[u] = v
        total += x
        count += 1
return total if count == n else -1",
        idiomatic: "
near = defaultdict(list)
for u, v, x in edges:
    near[u].append((x, v))
    near[v].append((x, u))
done, total, heap = set(), 0, [(0, 1)]
while heap and len(done) < n:
    x, u = heapq.heappop(heap)
    if u not in done:
        done.add(u)
        total += x
        for step in near[u]:
            heapq.heappush(heap, step)
return total if len(done) == n else -1",
    },
    cpp: Code {
        naive: "
vector<char> inside(n + 1, 0);
inside[1] = 1;
ll total = 0;
for (int round = 1; round < n; round++) {
    ll low = -1, place = 0;
    for (auto& e : edges)
        if (inside[e[0]] != inside[e[1]] && (low < 0 || e[2] < low)) {
            low = e[2];
            place = inside[e[0]] ? e[1] : e[0];
        }
    if (low < 0) return -1;
    inside[place] = 1;
    total += low;
}
return total;",
        efficient: "
vector<ll> boss(n + 1);
for (int i = 0; i <= n; i++) boss[i] = i;
sort(edges.begin(), edges.end(), [](const auto& e, const auto& f) { return e[2] < f[2]; });
ll total = 0, count = 1;
for (auto& e : edges) {
    ll u = e[0], v = e[1];
    while (boss[u] != u) u = boss[u] = boss[boss[u]];
    while (boss[v] != v) v = boss[v] = boss[boss[v]];
    if (u != v) {
        boss[u] = v;
        total += e[2];
        count++;
    }
}
return count == n ? total : -1;",
        idiomatic: "
vector<vector<pair<ll, ll>>> near(n + 1);
for (const auto& e : edges) {
    near[e[0]].emplace_back(e[2], e[1]);
    near[e[1]].emplace_back(e[2], e[0]);
}
vector<char> done(n + 1, 0);
priority_queue<pair<ll, ll>, vector<pair<ll, ll>>, greater<>> heap;
heap.emplace(0, 1);
ll total = 0, count = 0;
while (!heap.empty()) {
    auto [x, u] = heap.top();
    heap.pop();
    if (done[u]) continue;
    done[u] = 1;
    total += x;
    count++;
    for (const auto& step : near[u]) heap.push(step);
}
return count == n ? total : -1;",
    },
    slips: &[
        Slip { python: ("total if count == n else -1", "total"), cpp: ("count == n ? total : -1", "total") },
        Slip { python: ("sorted((x, u, v) for u, v, x in edges)", "[(x, u, v) for u, v, x in edges]"), cpp: ("return e[2] < f[2]", "return e[0] < f[0]") },
    ],
    solve: |given| {
        let mut rows = given.rows.clone();
        rows.sort_unstable_by_key(|row| row[2]);
        let mut group: Vec<usize> = (0..=given.places as usize).collect();
        let (mut total, mut kept) = (0, 1);
        for row in &rows {
            let (one, other) = (group[row[0] as usize], group[row[1] as usize]);
            if one != other {
                group.iter_mut().filter(|at| **at == one).for_each(|at| *at = other);
                total += row[2];
                kept += 1;
            }
        }
        Answer::Number(if kept == given.places { total } else { -1 })
    },
};
