//! The longest block that reads the same both ways.

use super::ANY;
use crate::ir::{Answer, Answers, Arg, Code, Reducer, Shape, Slip};

pub(super) static ENTRY: Reducer = Reducer {
    name: "mirror_block",
    family: "strings",
    features: &["longest palindromic substring", "manacher algorithm", "center expansion", "palindrome detection"],
    shape: Shape::Text,
    phrases: [
        "the length of the longest block of consecutive letters that reads the same from both sides",
        "how long a piece without gaps of the string can be if it is equal to its own reversal",
    ],
    detail: "",
    answers: Answers::Number,
    sizes: &[(1, 4_000)],
    values: (0, 0),
    accepts: ANY,
    arg: Arg::None,
    python: Code {
        naive: "
best = 1
for i in range(n):
    for j in range(i + 1, n + 1):
        part = s[i:j]
        if part == part[::-1]:
            best = max(best, j - i)
return best",
        efficient: "
wide = '#' + '#'.join(s) + '#'
reach = [0] * len(wide)
mid = right = 0
for i in range(len(wide)):
    if i < right:
        reach[i] = min(right - i, reach[2 * mid - i])
    while i - reach[i] > 0 and i + reach[i] + 1 < len(wide) and wide[i - reach[i] - 1] == wide[i + reach[i] + 1]:
        reach[i] += 1
    if i + reach[i] > right:
        mid, right = i, i + reach[i]
return max(reach)",
        idiomatic: "
best = 1
for i in range(n):
    if i > best and s[i - best - 1:i + 1] == s[i - best - 1:i + 1][::-1]:
        best += 2
    elif i >= best and s[i - best:i + 1] == s[i - best:i + 1][::-1]:
        best += 1
return best",
    },
    cpp: Code {
        naive: "
ll best = 1;
for (int i = 0; i < n; i++)
    for (int j = i + 1; j <= n; j++) {
        string part = s.substr(i, j - i), back(part.rbegin(), part.rend());
        if (part == back) best = max<ll>(best, j - i);
    }
return best;",
        efficient: "
ll best = 1;
for (int mid = 0; mid < n; mid++)
    for (int right = mid; right < n && right <= mid + 1; right++) {
        int i = mid, j = right;
        while (i >= 0 && j < n && s[i] == s[j]) i--, j++;
        best = max<ll>(best, j - i - 1);
    }
return best;",
        idiomatic: "
ll best = 1;
for (auto mid = s.begin(); mid != s.end(); ++mid)
    for (auto right : {mid, mid + 1}) {
        auto left = make_reverse_iterator(mid + 1);
        auto gap = mismatch(right, s.end(), left, s.rend());
        ll half = gap.first - right;
        best = max(best, right == mid ? 2 * half - 1 : 2 * half);
    }
return best;",
    },
    slips: &[Slip {
        python: ("'#' + '#'.join(s) + '#'", "s"),
        cpp: ("right <= mid + 1", "right <= mid"),
    }],
    solve: |given| {
        let letters = given.text();
        let grow = |left: usize, right: usize| {
            let back = letters[..left].iter().rev();
            let half = back.zip(&letters[right..]).take_while(|(one, other)| one == other).count();
            (right - left + 2 * half) as i64
        };
        let spread = (0..letters.len()).map(|at| grow(at, at + 1).max(grow(at, at)));
        Answer::Number(spread.max().unwrap_or(0))
    },
};
