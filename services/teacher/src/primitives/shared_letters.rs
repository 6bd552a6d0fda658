//! The longest text left in both strings after crossing out letters.

use super::{ANY, TWO_TEXTS};
use crate::ir::{Answer, Answers, Arg, Code, Reducer, Shape, Slip};

pub(super) static ENTRY: Reducer = Reducer {
    name: "shared_letters",
    family: "dynamic programming",
    features: &["longest common subsequence", "two-dimensional table", "sequence alignment", "space optimization"],
    shape: Shape::Texts,
    phrases: [
        "the length of the longest text that can be obtained from each of the two strings by crossing out letters",
        "how many letters can stay at most if letters are removed from both strings until the two are equal",
    ],
    detail: "Letters that stay keep their order.",
    answers: Answers::Number,
    sizes: TWO_TEXTS,
    values: (0, 0),
    accepts: ANY,
    arg: Arg::None,
    python: Code {
        naive: "
best = [[0] * (m + 1) for _ in range(n + 1)]
for i in range(1, n + 1):
    for j in range(1, m + 1):
        for left in range(j):
            if s[i - 1] == t[left]:
                best[i][j] = max(best[i][j], best[i - 1][left] + 1)
        best[i][j] = max(best[i][j], best[i - 1][j])
return best[n][m]",
        efficient: "
best = [[0] * (m + 1) for _ in range(n + 1)]
for i in range(1, n + 1):
    for j in range(1, m + 1):
        if s[i - 1] == t[j - 1]:
            best[i][j] = best[i - 1][j - 1] + 1
        else:
            best[i][j] = max(best[i - 1][j], best[i][j - 1])
return best[n][m]",
        idiomatic: "
row = [0] * (m + 1)
for x in s:
    above = row
    row = [0]
    for j, y in enumerate(t):
        row.append(above[j] + 1 if x == y else max(above[j + 1], row[j]))
return row[m]",
    },
    cpp: Code {
        naive: "
vector<vector<ll>> best(n + 1, vector<ll>(m + 1, 0));
for (int i = 1; i <= n; i++)
    for (int j = 1; j <= m; j++) {
        best[i][j] = best[i - 1][j];
        for (int left = 0; left < j; left++)
            if (s[i - 1] == t[left]) best[i][j] = max(best[i][j], best[i - 1][left] + 1);
    }
return best[n][m];",
        efficient: "
vector<vector<ll>> best(n + 1, vector<ll>(m + 1, 0));
for (int i = 1; i <= n; i++)
    for (int j = 1; j <= m; j++) {
        if (s[i - 1] == t[j - 1]) best[i][j] = best[i - 1][j - 1] + 1;
        else best[i][j] = max(best[i - 1][j], best[i][j - 1]);
    }
return best[n][m];",
        idiomatic: "
vector<ll> row(m + 1, 0);
for (char x : s) {
    ll corner = 0;
    for (int j = 0; j < m; j++) {
        ll above = row[j + 1];
        row[j + 1] = x == t[j] ? corner + 1 : max(above, row[j]);
        corner = above;
    }
}
return row.back();",
    },
    slips: &[
        Slip { python: ("max(best[i - 1][j], best[i][j - 1])", "best[i - 1][j]"), cpp: ("max(best[i - 1][j], best[i][j - 1])", "best[i - 1][j]") },
        Slip { python: ("max(best[i - 1][j], best[i][j - 1])", "0"), cpp: ("max(best[i - 1][j], best[i][j - 1])", "0") },
    ],
    solve: |given| {
        let other = given.texts[1].as_bytes();
        let mut row = vec![0_i64; other.len() + 1];
        for x in given.text() {
            let mut corner = 0;
            for (at, y) in other.iter().enumerate() {
                let above = row[at + 1];
                row[at + 1] = if x == y { corner + 1 } else { above.max(row[at]) };
                corner = above;
            }
        }
        Answer::Number(row[other.len()])
    },
};
