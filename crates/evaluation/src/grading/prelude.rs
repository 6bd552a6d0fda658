//! The imports that `lcb_runner` puts before every program, since models leave them out as on `LeetCode`.
//!
//! First the names of these modules, in this order, so that later ones win as they do there (`pow` is the built-in one);
//! then most of the modules themselves; and its limits of recursion and of the digits of integers. It is one line, so that line numbers are one off.

use std::fmt::Write as _;

const NAMES_FROM: [&str; 18] = [
    "string",
    "re",
    "datetime",
    "collections",
    "heapq",
    "bisect",
    "copy",
    "math",
    "random",
    "statistics",
    "itertools",
    "functools",
    "operator",
    "io",
    "sys",
    "json",
    "builtins",
    "typing",
];
const NOT_THEMSELVES: [&str; 2] = ["builtins", "typing"];
const RECURSION_LIMIT: u32 = 50_000;
/// Digits that an integer may have as text.
const MAX_DIGITS: u32 = 50_000;

/// The program with the prelude, which stands behind imports from `__future__`: these have to come first.
pub(super) fn before(code: &str) -> String {
    let (head, rest) = code.split_at(head_bytes(code));
    let line_end = if head.is_empty() || head.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    [head, line_end, &line(), rest].concat()
}

/// The prelude, with its line end.
pub(super) fn line() -> String {
    let mut line = String::new();
    for module in NAMES_FROM {
        let _ = write!(line, "from {module} import *; ");
    }
    for module in NAMES_FROM.iter().filter(|it| !NOT_THEMSELVES.contains(it)) {
        let _ = write!(line, "import {module}; ");
    }
    let _ = writeln!(
        line,
        "sys.setrecursionlimit({RECURSION_LIMIT}); sys.set_int_max_str_digits({MAX_DIGITS})"
    );
    line
}

/// How much of the code is up to the last of the imports from `__future__` that open it, each on one line.
fn head_bytes(code: &str) -> usize {
    let mut end = 0;
    let mut head = 0;
    for line in code.split_inclusive('\n') {
        end += line.len();
        let line = line.trim();
        if line.starts_with("from __future__ import") && !line.ends_with(['(', '\\', ',']) {
            head = end;
        } else if !line.is_empty() && !line.starts_with('#') {
            break;
        }
    }
    head
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stands_first_or_behind_imports_from_the_future() {
        let line = line();
        let future = "from __future__ import annotations\n";
        for (code, expected) in [
            ("print(1)\n".to_owned(), format!("{line}print(1)\n")),
            (String::new(), line.clone()),
            (
                format!("# a\n\n{future}x"),
                format!("# a\n\n{future}{line}x"),
            ),
            (
                format!("{future}{future}"),
                format!("{future}{future}{line}"),
            ),
            (format!("x\n{future}"), format!("{line}x\n{future}")),
            (future.trim().to_owned(), format!("{future}{line}")),
        ] {
            assert_eq!(before(&code), expected, "{code}");
        }
    }

    #[test]
    fn later_names_win_as_they_do_in_the_original() {
        let line = line();
        let place = |text: &str| line.find(text).unwrap();
        assert!(place("from operator import *") < place("from builtins import *"));
        assert!(place("from datetime import *") < place("import datetime;"));
        assert_eq!(line.lines().count(), 1);
        assert!(
            line.ends_with("sys.setrecursionlimit(50000); sys.set_int_max_str_digits(50000)\n")
        );
    }
}
