//! Whether the letters can be rearranged to read the same both ways.

use super::ANY;
use crate::ir::{Answer, Answers, Arg, Code, Reducer, Shape, Slip};

pub(super) static ENTRY: Reducer = Reducer {
    name: "mirror_letters",
    family: "strings",
    features: &["palindrome permutation", "parity argument", "character frequency", "bitmask"],
    shape: Shape::Text,
    phrases: [
        "whether the letters of the string can be rearranged so that the result reads the same from both sides",
        "whether some order of all letters of the string gives a text that equals its own reversal",
    ],
    detail: "",
    answers: Answers::YesNo,
    sizes: &[(1, 20_000)],
    values: (0, 0),
    accepts: ANY,
    arg: Arg::None,
    python: Code {
        naive: "
odd = 0
for i in range(n):
    if s.count(s[i]) % 2 == 1 and s.find(s[i]) == i:
        odd += 1
return odd <= 1",
        efficient: "
count = [0] * 26
for x in s:
    count[ord(x) - 97] += 1
odd = 0
for i in range(26):
    if count[i] % 2 == 1:
        odd += 1
return odd <= 1",
        idiomatic: "
return sum(c % 2 for c in Counter(s).values()) <= 1",
    },
    cpp: Code {
        naive: "
int odd = 0;
for (int i = 0; i < n; i++) {
    int times = 0;
    for (int j = 0; j < n; j++) times += s[i] == s[j];
    if (times % 2 == 1 && (int)s.find(s[i]) == i) odd++;
}
return odd <= 1;",
        efficient: "
vector<int> count(26, 0);
for (char x : s) count[x - 97]++;
int odd = 0;
for (int i = 0; i < 26; i++)
    if (count[i] % 2 == 1) odd++;
return odd <= 1;",
        idiomatic: "
bitset<26> odd;
for (char x : s) odd.flip(x - 97);
return odd.count() <= 1;",
    },
    slips: &[Slip { python: ("odd <= 1", "odd == 0"), cpp: ("odd <= 1", "odd == 0") }],
    solve: |given| {
        let mask = given.text().iter().fold(0_u32, |mask, letter| mask ^ (1 << (letter - b'a')));
        Answer::YesNo(mask.count_ones() <= 1)
    },
};
