//! Chooses what an interpreter imports ahead: modules that the source names, so that no program finds one that it did not
//! ask for.

/// Modules that programs often import, and that start nothing and hold nothing of the process that imports them.
const KNOWN: [&str; 24] = [
    "array",
    "bisect",
    "cmath",
    "collections",
    "contextlib",
    "copy",
    "dataclasses",
    "datetime",
    "decimal",
    "enum",
    "fractions",
    "functools",
    "heapq",
    "itertools",
    "json",
    "math",
    "numbers",
    "operator",
    "random",
    "re",
    "statistics",
    "string",
    "struct",
    "typing",
];

/// The names of those that lines of the source seem to import, with spaces between.
pub(super) fn named_in(source: &[u8]) -> String {
    let words: Vec<&[u8]> = source
        .split(|&byte| byte == b'\n' || byte == b'\r')
        .map(<[u8]>::trim_ascii_start)
        .filter(|line| line.starts_with(b"import ") || line.starts_with(b"from "))
        .flat_map(|line| line.split(|&byte| !(byte.is_ascii_alphanumeric() || byte == b'_')))
        .collect();
    let named = KNOWN
        .into_iter()
        .filter(|name| words.contains(&name.as_bytes()));
    named.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_found_on_lines_that_import() {
        let table = [
            ("import math", "math"),
            ("from heapq import*\r\n\timport re,sys", "heapq re"),
            ("import os, string as math", "math string"),
            ("import mathematics, re_, collections.abc", "collections"),
            ("important = math\nprint('import re')", ""),
            ("from typing import (\n    List,\n)", "typing"),
            ("\u{e9}\nimport json # \u{e9}", "json"),
            ("", ""),
        ];
        for (source, expected) in table {
            assert_eq!(named_in(source.as_bytes()), expected, "{source}");
        }
    }
}
