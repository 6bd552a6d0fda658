//! The letter that occurs most often.

use super::ANY;
use crate::ir::{Answer, Answers, Arg, Code, Reducer, Shape, Slip};

pub(super) static ENTRY: Reducer = Reducer {
    name: "frequent_letter",
    family: "strings",
    features: &["character frequency", "frequency counting", "counting array", "tie breaking"],
    shape: Shape::Text,
    phrases: [
        "the letter that occurs most often in the string; of several such letters, the one that comes first in the alphabet",
        "which letter the string contains most often, preferring the alphabetically first one if several are equally frequent",
    ],
    detail: "",
    answers: Answers::Text,
    sizes: &[(1, 20_000)],
    values: (0, 0),
    accepts: ANY,
    arg: Arg::None,
    python: Code {
        naive: "
best = s[0]
for x in s:
    if s.count(x) > s.count(best) or (s.count(x) == s.count(best) and x < best):
        best = x
return best",
        efficient: "
count = [0] * 26
for x in s:
    count[ord(x) - 97] += 1
best = 0
for i in range(26):
    if count[i] > count[best]:
        best = i
return chr(best + 97)",
        idiomatic: "
return max(sorted(set(s)), key=s.count)",
    },
    cpp: Code {
        naive: "
char best = s[0];
int most = 0;
for (char x : s) {
    int times = 0;
    for (char y : s) times += x == y;
    if (times > most || (times == most && x < best)) {
        best = x;
        most = times;
    }
}
return string(1, best);",
        efficient: "
vector<int> count(26, 0);
for (char x : s) count[x - 97]++;
int best = 0;
for (int i = 1; i < 26; i++)
    if (count[i] > count[best]) best = i;
return string(1, (char)(best + 97));",
        idiomatic: "
array<int, 26> count{};
for (char x : s) ++count[x - 97];
return string(1, char(97 + (max_element(count.begin(), count.end()) - count.begin())));",
    },
    slips: &[Slip {
        python: ("count[i] > count[best]", "count[i] >= count[best]"),
        cpp: ("count[i] > count[best]", "count[i] >= count[best]"),
    }],
    solve: |given| {
        let mut count = [0_usize; 26];
        for letter in given.text() {
            count[usize::from(letter - b'a')] += 1;
        }
        let best = (0..26).max_by_key(|at| (count[*at], 26 - at)).unwrap_or(0);
        Answer::Text(char::from(b'a' + best as u8).to_string())
    },
};
