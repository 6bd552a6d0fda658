//! The fewest edits that turn one string into the other.

use super::{ANY, TWO_TEXTS};
use crate::ir::{Answer, Answers, Arg, Code, Reducer, Shape, Slip};

pub(super) static ENTRY: Reducer = Reducer {
    name: "edit_cost",
    family: "dynamic programming",
    features: &["edit distance", "levenshtein distance", "two-dimensional table", "sequence alignment"],
    shape: Shape::Texts,
    phrases: [
        "the smallest number of changes that turns the first string into the second, when a change adds, removes or replaces one letter anywhere",
        "how many single-letter changes (adding, removing or replacing a letter at any place) are needed at least to make the second string out of the first",
    ],
    detail: "",
    answers: Answers::Number,
    sizes: TWO_TEXTS,
    values: (0, 0),
    accepts: ANY,
    arg: Arg::None,
    python: Code {
        naive: "
cost = {}
for i in range(n + 1):
    for j in range(m + 1):
        options = [max(i, j)]
        for left in range(i):
            options.append(cost[left, j] + i - left)
        for left in range(j):
            options.append(cost[i, left] + j - left)
        if i and j:
            options.append(cost[i - 1, j - 1] + (s[i - 1] != t[j - 1]))
        cost[i, j] = min(options)
return cost[n, m]",
        efficient: "
row = list(range(m + 1))
for i in range(1, n + 1):
    above = row
    row = [i]
    for j in range(1, m + 1):
        if s[i - 1] == t[j - 1]:
            row.append(above[j - 1])
        else:
            row.append(1 + min(above[j - 1], above[j], row[j - 1]))
return row[m]",
        idiomatic: "
row = list(range(m + 1))
for i, x in enumerate(s, 1):
    above, row = row, [i]
    for j, y in enumerate(t):
        row.append(min(above[j] + (x != y), above[j + 1] + 1, row[j] + 1))
return row[-1]",
    },
    cpp: Code {
        naive: "
vector<vector<ll>> cost(n + 1, vector<ll>(m + 1, 0));
for (int i = 0; i <= n; i++)
    for (int j = 0; j <= m; j++) {
        ll best = max(i, j);
        for (int left = 0; left < i; left++) best = min(best, cost[left][j] + i - left);
        for (int left = 0; left < j; left++) best = min(best, cost[i][left] + j - left);
        if (i > 0 && j > 0) best = min(best, cost[i - 1][j - 1] + (s[i - 1] != t[j - 1]));
        cost[i][j] = best;
    }
return cost[n][m];",
        efficient: "
vector<vector<ll>> cost(n + 1, vector<ll>(m + 1, 0));
for (int i = 0; i <= n; i++)
    for (int j = 0; j <= m; j++) {
        if (i == 0 || j == 0) cost[i][j] = max(i, j);
        else if (s[i - 1] == t[j - 1]) cost[i][j] = cost[i - 1][j - 1];
        else cost[i][j] = 1 + min(cost[i - 1][j - 1], min(cost[i - 1][j], cost[i][j - 1]));
    }
return cost[n][m];",
        idiomatic: "
vector<ll> row(m + 1);
iota(row.begin(), row.end(), 0);
for (char x : s) {
    ll corner = row[0]++;
    for (int j = 0; j < m; j++) {
        ll above = row[j + 1];
        row[j + 1] = min({corner + (x != t[j]), above + 1, row[j] + 1});
        corner = above;
    }
}
return row.back();",
    },
    slips: &[Slip {
        python: ("1 + min(above[j - 1], above[j], row[j - 1])", "1 + min(above[j], row[j - 1])"),
        cpp: ("1 + min(cost[i - 1][j - 1], min(cost[i - 1][j], cost[i][j - 1]))", "1 + min(cost[i - 1][j], cost[i][j - 1])"),
    }],
    solve: |given| {
        let other = given.texts[1].as_bytes();
        let mut row: Vec<i64> = (0..=other.len() as i64).collect();
        for x in given.text() {
            let mut corner = row[0];
            row[0] += 1;
            for (at, y) in other.iter().enumerate() {
                let above = row[at + 1];
                row[at + 1] = (corner + i64::from(x != y)).min(above + 1).min(row[at] + 1);
                corner = above;
            }
        }
        Answer::Number(row[other.len()])
    },
};
