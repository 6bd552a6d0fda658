//! Groups of words made of the same letters.

use super::ANY;
use crate::ir::{Answer, Answers, Arg, Code, Reducer, Shape, Slip};

pub(super) static ENTRY: Reducer = Reducer {
    name: "letter_groups",
    family: "strings",
    features: &["anagram grouping", "canonical form", "hash map", "grouping by key"],
    shape: Shape::Words,
    phrases: [
        "how many groups the words form when two words belong together exactly if one can be made by rearranging the letters of the other",
        "the number of different collections of letters among the words, where the order of letters inside a word does not count but repetitions do",
    ],
    detail: "",
    answers: Answers::Number,
    sizes: &[(1, 2_000)],
    values: (0, 0),
    accepts: ANY,
    arg: Arg::None,
    python: Code {
        naive: "
groups = []
for word in w:
    if all(sorted(word) != sorted(other) for other in groups):
        groups.append(word)
return len(groups)",
        efficient: "
seen = {}
for word in w:
    key = ''.join(sorted(word))
    seen[key] = seen.get(key, 0) + 1
return len(seen)",
        idiomatic: "
return len({tuple(sorted(word)) for word in w})",
    },
    cpp: Code {
        naive: "
for (auto& word : w) sort(word.begin(), word.end());
ll count = 0;
for (int i = 0; i < n; i++) {
    bool fresh = true;
    for (int j = 0; j < i; j++) fresh = fresh && w[i] != w[j];
    if (fresh) count++;
}
return count;",
        efficient: "
map<string, ll> seen;
for (string word : w) {
    sort(word.begin(), word.end());
    seen[word]++;
}
return (ll)seen.size();",
        idiomatic: "
for (auto& word : w) sort(word.begin(), word.end());
return (ll)set<string>(w.begin(), w.end()).size();",
    },
    slips: &[
        Slip { python: ("''.join(sorted(word))", "''.join(sorted(set(word)))"), cpp: ("sort(word.begin(), word.end());", "sort(word.begin(), word.end());\n    word.erase(unique(word.begin(), word.end()), word.end());") },
        Slip { python: ("''.join(sorted(word))", "word"), cpp: ("    sort(word.begin(), word.end());\n", "") },
    ],
    solve: |given| {
        let key = |word: &String| {
            let mut letters = word.clone().into_bytes();
            letters.sort_unstable();
            letters
        };
        let groups: std::collections::BTreeSet<Vec<u8>> = given.texts.iter().map(key).collect();
        Answer::Number(groups.len() as i64)
    },
};
