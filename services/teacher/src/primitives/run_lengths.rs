//! A string written as letters with their repetitions.

use super::ANY;
use crate::ir::{Answer, Answers, Arg, Code, Reducer, Shape, Slip};

pub(super) static ENTRY: Reducer = Reducer {
    name: "run_lengths",
    family: "strings",
    features: &["run-length encoding", "run detection", "string compression", "string building"],
    shape: Shape::Text,
    phrases: [
        "the text that is left when every longest run of one repeated letter is replaced by that letter followed by the length of the run",
        "the short form of the string, in which each maximal row of equal letters is written as the letter and then how many of it stand in the row",
    ],
    detail: "A run of length 1 is also followed by its length.",
    answers: Answers::Text,
    sizes: &[(1, 10_000)],
    values: (0, 0),
    accepts: ANY,
    arg: Arg::None,
    python: Code {
        naive: "
result = ''
rest = s
while rest:
    count = 0
    while rest and rest[0] == rest[min(count, len(rest) - 1)] and count < len(rest):
        count += 1
    result = result + rest[0] + str(count)
    rest = rest[count:]
return result",
        efficient: "
result = []
count = 1
for i in range(1, n):
    if s[i] == s[i - 1]:
        count += 1
    else:
        result.append(s[i - 1] + str(count))
        count = 1
result.append(s[n - 1] + str(count))
return ''.join(result)",
        idiomatic: "
return ''.join(letter + str(len(list(run))) for letter, run in groupby(s))",
    },
    cpp: Code {
        naive: "
string result, rest = s;
while (!rest.empty()) {
    size_t count = 1;
    while (count < rest.size() && rest[count] == rest[0]) count++;
    result = result + rest[0] + to_string(count);
    rest = rest.substr(count);
}
return result;",
        efficient: "
string result;
int count = 1;
for (int i = 1; i <= n; i++) {
    if (i < n && s[i] == s[i - 1]) {
        count++;
    } else {
        result += s[i - 1];
        result += to_string(count);
        count = 1;
    }
}
return result;",
        idiomatic: "
ostringstream result;
for (auto from = s.begin(); from != s.end();) {
    auto to = find_if(from, s.end(), [&](char other) { return other != *from; });
    result << *from << to - from;
    from = to;
}
return result.str();",
    },
    slips: &[Slip {
        python: ("s[n - 1] + str(count)", "s[n - 1] + (str(count) if count > 1 else '')"),
        cpp: ("result += to_string(count);", "if (i < n || count > 1) result += to_string(count);"),
    }],
    solve: |given| {
        let runs = given.text().chunk_by(|one, other| one == other);
        let parts: Vec<String> = runs.map(|run| format!("{}{}", char::from(run[0]), run.len())).collect();
        Answer::Text(parts.concat())
    },
};
