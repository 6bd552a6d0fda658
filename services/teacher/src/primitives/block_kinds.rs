//! How many different blocks of k letters there are.

use super::ANY;
use crate::ir::{Answer, Answers, Arg, Code, Reducer, Shape, Slip};

pub(super) static ENTRY: Reducer = Reducer {
    name: "block_kinds",
    family: "strings",
    features: &["distinct substrings", "rolling hash", "substring enumeration", "hash set"],
    shape: Shape::Text,
    phrases: [
        "how many different texts of exactly k letters occur in the string as a block of consecutive letters",
        "the number of distinct pieces of k neighbouring letters that can be cut out of the string",
    ],
    detail: "If the string has fewer than k letters, the answer is 0.",
    answers: Answers::Number,
    sizes: &[(1, 10_000)],
    values: (0, 0),
    accepts: ANY,
    arg: Arg::Within(1, 12),
    python: Code {
        naive: "
kept = []
for i in range(n - k + 1):
    part = s[i:i + k]
    if part not in kept:
        kept.append(part)
return len(kept)",
        efficient: "
seen = set()
for i in range(n - k + 1):
    seen.add(s[i:i + k])
return len(seen)",
        idiomatic: "
return len({s[i:i + k] for i in range(n - k + 1)})",
    },
    cpp: Code {
        naive: "
vector<string> kept;
for (int i = 0; i + k <= n; i++) {
    string part = s.substr(i, k);
    if (find(kept.begin(), kept.end(), part) == kept.end()) kept.push_back(part);
}
return (ll)kept.size();",
        efficient: "
set<string> seen;
for (int i = 0; i + k <= n; i++) seen.insert(s.substr(i, k));
return (ll)seen.size();",
        idiomatic: "
vector<string> parts;
for (int i = 0; i + k <= n; i++) parts.push_back(s.substr(i, k));
sort(parts.begin(), parts.end());
return unique(parts.begin(), parts.end()) - parts.begin();",
    },
    slips: &[
        Slip { python: ("range(n - k + 1)", "range(n - k)"), cpp: ("i + k <= n", "i + k < n") },
        Slip { python: ("seen = set()", "seen = set(['-'])"), cpp: ("set<string> seen;", "set<string> seen = {\"-\"};") },
    ],
    solve: |given| {
        let blocks: std::collections::BTreeSet<&[u8]> = given.text().windows(given.k as usize).collect();
        Answer::Number(blocks.len() as i64)
    },
};
