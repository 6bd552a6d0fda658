//! Which headers a program needs, so that the compiler reads no others.

/// Each header with what shows that a program needs it.
const HEADERS: &[(&str, &[&str])] = &[
    (
        "algorithm",
        &[
            "sort(",
            "max(",
            "min(",
            "max_element",
            "min_element",
            "reverse(",
            "rotate(",
            "unique(",
            "find(",
            "find_if",
            "count(",
            "count_if",
            "_bound(",
            "equal_range",
            "any_of",
            "nth_element",
            "mismatch",
            "adjacent_find",
            "transform(",
            "copy(",
            "max<",
            "min<",
            "swap(",
        ],
    ),
    ("array", &["array<"]),
    ("bitset", &["bitset<"]),
    ("cctype", &["isdigit", "isalpha"]),
    ("climits", &["LLONG_"]),
    ("cstdlib", &["llabs(", "abs("]),
    ("functional", &["function<", "greater<"]),
    ("iostream", &[""]),
    (
        "iterator",
        &["istream_iterator", "back_inserter", "make_reverse_iterator"],
    ),
    ("map", &["map<"]),
    ("numeric", &["accumulate(", "partial_sum(", "gcd(", "iota("]),
    ("queue", &["priority_queue<", "queue<"]),
    ("set", &["set<"]),
    (
        "sstream",
        &["stringstream", "istringstream", "ostringstream"],
    ),
    ("stack", &["stack<"]),
    ("string", &["string"]),
    ("unordered_map", &["unordered_map<"]),
    ("utility", &["pair<", "exchange("]),
    ("vector", &["vector<"]),
];

pub(super) fn includes(code: &str) -> String {
    let is_needed = |signs: &[&str]| signs.iter().any(|sign| code.contains(sign));
    let needed = HEADERS.iter().filter(|(_, signs)| is_needed(signs));
    let lines: Vec<String> = needed
        .map(|(header, _)| format!("#include <{header}>\n"))
        .collect();
    lines.concat()
}
