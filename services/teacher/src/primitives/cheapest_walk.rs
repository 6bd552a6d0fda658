//! The best way from the top left cell to the bottom right one.

use super::{ANY, TABLE};
use crate::ir::{Answer, Answers, Arg, Code, Reducer, Shape, Slip};

pub(super) static ENTRY: Reducer = Reducer {
    name: "cheapest_walk",
    family: "dynamic programming",
    features: &["minimum path sum", "grid dynamic programming", "two-dimensional table", "in-place update"],
    shape: Shape::Grid,
    phrases: [
        "the smallest total of cell values on a walk from the top left cell to the bottom right cell that only moves right or down",
        "how little the visited cells can add up to if one walks from the first cell of the first row to the last cell of the last row, each move going one cell to the right or one cell down",
    ],
    detail: "Both the first and the last cell of the walk count.",
    answers: Answers::Number,
    sizes: TABLE,
    values: (-100, 1_000),
    accepts: ANY,
    arg: Arg::None,
    python: Code {
        naive: "
cost = {(0, 0): g[0][0]}
for _ in range(h + w):
    for i in range(h):
        for j in range(w):
            before = [cost[spot] for spot in ((i - 1, j), (i, j - 1)) if spot in cost]
            if before:
                cost[i, j] = min(before) + g[i][j]
return cost[h - 1, w - 1]",
        efficient: "
cost = [[0] * w for _ in range(h)]
for i in range(h):
    for j in range(w):
        if i == 0 and j == 0:
            before = 0
        elif i == 0:
            before = cost[i][j - 1]
        elif j == 0:
            before = cost[i - 1][j]
        else:
            before = min(cost[i - 1][j], cost[i][j - 1])
        cost[i][j] = before + g[i][j]
return cost[h - 1][w - 1]",
        idiomatic: "
row = list(accumulate(g[0]))
for line in g[1:]:
    row[0] += line[0]
    for j in range(1, w):
        row[j] = min(row[j], row[j - 1]) + line[j]
return row[-1]",
    },
    cpp: Code {
        naive: "
map<pair<int, int>, ll> cost;
cost[{0, 0}] = g[0][0];
for (int round = 0; round < h + w; round++)
    for (int i = 0; i < h; i++)
        for (int j = 0; j < w; j++) {
            if (i > 0 && cost.count({i - 1, j})) cost[{i, j}] = cost[{i - 1, j}] + g[i][j];
            if (j > 0 && cost.count({i, j - 1}) && (i == 0 || cost[{i, j - 1}] + g[i][j] < cost[{i, j}]))
                cost[{i, j}] = cost[{i, j - 1}] + g[i][j];
        }
return cost[{h - 1, w - 1}];",
        efficient: "
vector<vector<ll>> cost(h, vector<ll>(w, 0));
for (int i = 0; i < h; i++)
    for (int j = 0; j < w; j++) {
        ll before = 0;
        if (i > 0 && j > 0) before = min(cost[i - 1][j], cost[i][j - 1]);
        else if (i > 0) before = cost[i - 1][j];
        else if (j > 0) before = cost[i][j - 1];
        cost[i][j] = before + g[i][j];
    }
return cost[h - 1][w - 1];",
        idiomatic: "
vector<ll> row(w, LLONG_MAX);
row[0] = 0;
for (const auto& line : g) {
    row[0] += line[0];
    for (int j = 1; j < w; j++) row[j] = min(row[j], row[j - 1]) + line[j];
}
return row.back();",
    },
    slips: &[
        Slip { python: ("min(cost[i - 1][j], cost[i][j - 1])", "min(cost[i - 1][j], cost[i - 1][j - 1])"), cpp: ("min(cost[i - 1][j], cost[i][j - 1])", "min(cost[i - 1][j], cost[i - 1][j - 1])") },
        Slip { python: ("min(cost[i - 1][j], cost[i][j - 1])", "max(cost[i - 1][j], cost[i][j - 1])"), cpp: ("min(cost[i - 1][j], cost[i][j - 1])", "max(cost[i - 1][j], cost[i][j - 1])") },
    ],
    solve: |given| {
        let mut cost = vec![i64::MAX; given.rows[0].len()];
        cost[0] = 0;
        for row in &given.rows {
            cost[0] += row[0];
            for at in 1..row.len() {
                cost[at] = cost[at].min(cost[at - 1]) + row[at];
            }
        }
        Answer::Number(cost[cost.len() - 1])
    },
};
