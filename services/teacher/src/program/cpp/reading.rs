//! How C++ programs read their input.

use crate::ir::{Shape, Task};

pub(super) fn plain_reading(task: &Task) -> String {
    let k = if task.takes_k() { " >> k" } else { "" };
    let declared = if task.takes_k() { ", k" } else { "" };
    let pairs = |name: &str, count: &str| {
        format!(
            "vector<array<ll, 2>> {name}({count});\nfor (auto& row : {name}) cin >> row[0] >> row[1];"
        )
    };
    let links = |count: &str| {
        format!(
            "vector<array<ll, 3>> edges({count});\nfor (auto& row : edges) cin >> row[0] >> row[1] >> row[2];"
        )
    };
    match task.shape() {
        Shape::List => {
            format!("ll n{declared};\ncin >> n{k};\nvector<ll> a(n);\nfor (ll& x : a) cin >> x;")
        }
        Shape::Queries => format!(
            "ll n, q;\ncin >> n >> q;\nvector<ll> a(n);\nfor (ll& x : a) cin >> x;\n{}",
            pairs("p", "q")
        ),
        Shape::Text if task.takes_k() => "ll k;\nstring s;\ncin >> k >> s;".to_owned(),
        Shape::Text => "string s;\ncin >> s;".to_owned(),
        Shape::Texts => "string s, t;\ncin >> s >> t;".to_owned(),
        Shape::Words => {
            "ll n;\ncin >> n;\nvector<string> w(n);\nfor (auto& word : w) cin >> word;".to_owned()
        }
        Shape::Graph => format!("ll n, m{declared};\ncin >> n >> m{k};\n{}", links("m")),
        Shape::Tree => format!("ll n;\ncin >> n;\n{}", links("n - 1")),
        Shape::Grid => format!(
            "ll h, c{declared};\ncin >> h >> c{k};\nvector<vector<ll>> g(h, vector<ll>(c));\nfor (auto& row : g)\n    for (ll& x : row) cin >> x;"
        ),
        Shape::Intervals | Shape::Items => {
            format!("ll n{declared};\ncin >> n{k};\n{}", pairs("p", "n"))
        }
    }
}

/// Functions that pick the numbers or the words out of one JSON line.
pub(super) fn line_readers(shape: Shape) -> &'static str {
    match shape {
        Shape::Text | Shape::Texts | Shape::Words => {
            "vector<ll> numbers_of(string line) {
    for (char& ch : line)
        if (!isdigit(ch) && ch != '-') ch = ' ';
    istringstream stream(line);
    return vector<ll>(istream_iterator<ll>(stream), istream_iterator<ll>());
}

vector<string> words_of(string line) {
    for (char& ch : line)
        if (!isalpha(ch)) ch = ' ';
    istringstream stream(line);
    return vector<string>(istream_iterator<string>(stream), istream_iterator<string>());
}
"
        }
        _ => {
            "vector<ll> numbers_of(string line) {
    for (char& ch : line)
        if (!isdigit(ch) && ch != '-') ch = ' ';
    istringstream stream(line);
    return vector<ll>(istream_iterator<ll>(stream), istream_iterator<ll>());
}
"
        }
    }
}

pub(super) fn json_reading(task: &Task) -> String {
    let next = "getline(cin, line);\n";
    let grouped = |name: &str, width: usize| {
        let cells: Vec<String> = (0..width)
            .map(|at| format!("flat_{name}[at + {at}]"))
            .collect();
        format!(
            "{next}vector<ll> flat_{name} = numbers_of(line);\nvector<array<ll, {width}>> {name};\nfor (size_t at = 0; at < flat_{name}.size(); at += {width}) {name}.push_back({{{}}});\n",
            cells.join(", ")
        )
    };
    let parts = match task.shape() {
        Shape::List => format!("{next}vector<ll> a = numbers_of(line);\n"),
        Shape::Queries => format!(
            "{next}vector<ll> a = numbers_of(line);\n{}",
            grouped("p", 2)
        ),
        Shape::Text => format!("{next}string s = words_of(line)[0];\n"),
        Shape::Texts => {
            format!("{next}string s = words_of(line)[0];\n{next}string t = words_of(line)[0];\n")
        }
        Shape::Words => format!("{next}vector<string> w = words_of(line);\n"),
        Shape::Graph | Shape::Tree => {
            format!("{next}ll n = numbers_of(line)[0];\n{}", grouped("edges", 3))
        }
        Shape::Grid => format!(
            "{next}vector<ll> flat = numbers_of(line);\nll h = count(line.begin(), line.end(), '[') - 1, c = (ll)flat.size() / h;\nvector<vector<ll>> g;\nfor (ll at = 0; at < h; at++) g.emplace_back(flat.begin() + at * c, flat.begin() + (at + 1) * c);\n"
        ),
        Shape::Intervals | Shape::Items => grouped("p", 2),
    };
    let k = if task.takes_k() {
        "getline(cin, line);\nll k = numbers_of(line)[0];"
    } else {
        ""
    };
    format!("string line;\n{parts}{k}").trim_end().to_owned()
}
