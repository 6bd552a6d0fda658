//! The longest block without a repeated letter.

use super::ANY;
use crate::ir::{Answer, Answers, Arg, Code, Reducer, Shape, Slip};

pub(super) static ENTRY: Reducer = Reducer {
    name: "fresh_block",
    family: "strings",
    features: &["longest substring without repeating characters", "sliding window", "two pointers", "last occurrence tracking"],
    shape: Shape::Text,
    phrases: [
        "the length of the longest block of consecutive letters in which no letter occurs twice",
        "how long a piece of neighbouring letters of the string can be when all its letters have to be different",
    ],
    detail: "",
    answers: Answers::Number,
    sizes: &[(1, 20_000)],
    values: (0, 0),
    accepts: ANY,
    arg: Arg::None,
    python: Code {
        naive: "
best = 0
for i in range(n):
    for j in range(i + 1, n + 1):
        if len(set(s[i:j])) == j - i:
            best = max(best, j - i)
return best",
        efficient: "
last = {}
left = 0
best = 0
for i in range(n):
    if s[i] in last and last[s[i]] >= left:
        left = last[s[i]] + 1
    last[s[i]] = i
    best = max(best, i - left + 1)
return best",
        idiomatic: "
best, window = 0, ''
for letter in s:
    window = window[window.find(letter) + 1:] + letter
    best = max(best, len(window))
return best",
    },
    cpp: Code {
        naive: "
ll best = 0;
for (int i = 0; i < n; i++)
    for (int j = i + 1; j <= n; j++)
        if ((int)set<char>(s.begin() + i, s.begin() + j).size() == j - i) best = max<ll>(best, j - i);
return best;",
        efficient: "
vector<int> last(128, -1);
int left = 0;
ll best = 0;
for (int i = 0; i < n; i++) {
    if (last[(int)s[i]] >= left) left = last[(int)s[i]] + 1;
    last[(int)s[i]] = i;
    best = max<ll>(best, i - left + 1);
}
return best;",
        idiomatic: "
set<char> window;
ll best = 0;
auto left = s.begin();
for (char letter : s) {
    while (window.count(letter)) window.erase(*left++);
    window.insert(letter);
    best = max<ll>(best, window.size());
}
return best;",
    },
    slips: &[
        Slip {
            python: ("if s[i] in last and last[s[i]] >= left:", "if s[i] in last:"),
            cpp: ("last[(int)s[i]] >= left", "last[(int)s[i]] >= 0"),
        },
        Slip { python: ("i - left + 1", "i - left"), cpp: ("i - left + 1", "i - left") },
    ],
    solve: |given| {
        let mut last = [0_usize; 26];
        let (mut left, mut best) = (0, 0);
        for (at, letter) in given.text().iter().enumerate() {
            let seen = &mut last[usize::from(letter - b'a')];
            left = left.max(*seen);
            *seen = at + 1;
            best = best.max(at + 1 - left);
        }
        Answer::Number(best as i64)
    },
};
