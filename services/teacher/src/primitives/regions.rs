//! How many connected regions of high cells a table has.

use super::{ANY, TABLE};
use crate::ir::{Answer, Answers, Arg, Code, Reducer, Shape, Slip};

pub(super) static ENTRY: Reducer = Reducer {
    name: "regions",
    family: "grids",
    features: &["number of islands", "flood fill", "grid traversal", "breadth-first search", "connected components"],
    shape: Shape::Grid,
    phrases: [
        "the number of regions of cells with values above k, where cells that share a side and both lie above k belong to the same region",
        "how many separate patches the cells with values greater than k form, if such cells are joined whenever they touch along a side",
    ],
    detail: "Cells that only touch at a corner are not joined.",
    answers: Answers::Number,
    sizes: TABLE,
    values: (0, 100),
    accepts: ANY,
    arg: Arg::Within(0, 120),
    python: Code {
        naive: "
label = {(i, j): (i, j) for i in range(h) for j in range(w) if g[i][j] > k}
changed = True
while changed:
    changed = False
    for i, j in label:
        for spot in ((i - 1, j), (i + 1, j), (i, j - 1), (i, j + 1)):
            if spot in label and label[spot] < label[i, j]:
                label[i, j] = label[spot]
                changed = True
return len(set(label.values()))",
        efficient: "
seen = [[False] * w for _ in range(h)]
count = 0
for i in range(h):
    for j in range(w):
        if g[i][j] <= k or seen[i][j]:
            continue
        count += 1
        seen[i][j] = True
        todo = [(i, j)]
        while todo:
            y, x = todo.pop()
            for up, side in ((y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)):
                if 0 <= up < h and 0 <= side < w and g[up][side] > k and not seen[up][side]:
                    seen[up][side] = True
                    todo.append((up, side))
return count",
        idiomatic: "
land = {(i, j) for i in range(h) for j in range(w) if g[i][j] > k}
count = 0
while land:
    count += 1
    todo = deque([land.pop()])
    while todo:
        i, j = todo.popleft()
        fresh = {(i - 1, j), (i + 1, j), (i, j - 1), (i, j + 1)} & land
        land -= fresh
        todo.extend(fresh)
return count",
    },
    cpp: Code {
        naive: "
vector<vector<int>> label(h, vector<int>(w, 0));
for (int i = 0; i < h; i++)
    for (int j = 0; j < w; j++) label[i][j] = i * w + j;
for (bool changed = true; changed;) {
    changed = false;
    for (int i = 0; i < h; i++)
        for (int j = 0; j < w; j++)
            for (int y = 0; y < h; y++)
                for (int x = max(0, j - 1); x <= min(w - 1, j + 1); x++)
                    if (abs(i - y) + abs(j - x) == 1 && g[i][j] > k && g[y][x] > k && label[y][x] < label[i][j]) {
                        label[i][j] = label[y][x];
                        changed = true;
                    }
}
ll count = 0;
for (int i = 0; i < h; i++)
    for (int j = 0; j < w; j++)
        if (g[i][j] > k && label[i][j] == i * w + j) count++;
return count;",
        efficient: "
const int down[4] = {1, -1, 0, 0}, side[4] = {0, 0, 1, -1};
vector<vector<char>> seen(h, vector<char>(w, 0));
ll count = 0;
for (int i = 0; i < h; i++)
    for (int j = 0; j < w; j++) {
        if (g[i][j] <= k || seen[i][j]) continue;
        count++;
        seen[i][j] = 1;
        vector<pair<int, int>> todo = {{i, j}};
        while (!todo.empty()) {
            pair<int, int> top = todo.back();
            todo.pop_back();
            for (int d = 0; d < 4; d++) {
                int y = top.first + down[d], x = top.second + side[d];
                if (y < 0 || y >= h || x < 0 || x >= w || g[y][x] <= k || seen[y][x]) continue;
                seen[y][x] = 1;
                todo.push_back({y, x});
            }
        }
    }
return count;",
        idiomatic: "
function<bool(int, int)> drain = [&](int y, int x) {
    if (y < 0 || y >= h || x < 0 || x >= w || g[y][x] <= k) return false;
    g[y][x] = LLONG_MIN;
    drain(y - 1, x), drain(y + 1, x), drain(y, x - 1), drain(y, x + 1);
    return true;
};
ll count = 0;
for (int i = 0; i < h; i++)
    for (int j = 0; j < w; j++) count += drain(i, j);
return count;",
    },
    slips: &[
        Slip { python: ("g[up][side] > k", "g[up][side] >= k"), cpp: ("|| g[y][x] <= k ||", "|| g[y][x] < k ||") },
        Slip { python: ("(y, x - 1), (y, x + 1))", "(y, x + 1))"), cpp: ("for (int d = 0; d < 4; d++)", "for (int d = 0; d < 3; d++)") },
    ],
    solve: |given| {
        let (height, width) = (given.rows.len(), given.rows[0].len());
        let mut open: Vec<bool> = given.rows.iter().flatten().map(|cell| *cell > given.k).collect();
        let mut count = 0;
        for start in 0..open.len() {
            count += i64::from(open[start]);
            let mut todo = vec![start];
            while let Some(at) = todo.pop() {
                if !std::mem::take(&mut open[at]) {
                    continue;
                }
                let (y, x) = (at / width, at % width);
                let sides = [(y > 0, at.wrapping_sub(width)), (y + 1 < height, at + width)];
                let ends = [(x > 0, at.wrapping_sub(1)), (x + 1 < width, at + 1)];
                todo.extend(sides.iter().chain(&ends).filter(|side| side.0).map(|side| side.1));
            }
        }
        Answer::Number(count)
    },
};
