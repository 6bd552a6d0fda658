//! The rule that clients of a released contract go on working: whatever they can depend on stays.

use std::collections::BTreeSet;

/// The outline of the contracts as they were released; every release adds to it, and nothing leaves it.
const RELEASED: &str = include_str!("../../released/v1.txt");

#[test]
fn what_was_released_stays() {
    let breaches = breaches(RELEASED, &crate::outline::of(&crate::our_files()));
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

/// What `released` has and `now` lacks.
fn breaches(released: &str, now: &str) -> Vec<String> {
    let now = entries(now);
    let gone = entries(released)
        .into_iter()
        .filter(|entry| !now.contains(entry));
    gone.map(|(place, line)| format!("{place}: '{line}' was released, and is gone or changed"))
        .collect()
}

/// Each line with the service, message or enum that it stands in.
fn entries(outline: &str) -> BTreeSet<(&str, &str)> {
    let mut place = "";
    let mut entries = BTreeSet::new();
    for line in outline.lines().filter(|line| line.starts_with("  ")) {
        let is_heading = !line.starts_with("    ");
        if is_heading {
            place = line.trim();
        }
        entries.insert((place, line.trim()));
    }
    entries
}

#[test]
fn a_new_field_breaks_nothing_and_a_changed_one_does() {
    let released =
        "a.proto\n  message a.A\n    int32 x = 1\n    string y = 2\n  enum a.E\n    E_ONE = 1\n";
    let grown = "a.proto\n  message a.A\n    int32 x = 1\n    string y = 2\n    bool z = 3\n  enum a.E\n    E_ONE = 1\n";
    assert!(breaches(released, grown).is_empty());
    let changes = [
        ("int32 x = 1", "int64 x = 1"),
        ("string y = 2", "string y = 3"),
        ("string y = 2", "reserved y"),
        ("  enum a.E", "  enum a.F"),
    ];
    for (from, to) in changes {
        let other = released.replace(from, to);
        assert!(!breaches(released, &other).is_empty(), "{from} to {to}");
    }
}

#[test]
fn the_same_line_elsewhere_is_not_the_same() {
    let released = "a.proto\n  message a.A\n    int32 x = 1\n  message a.B\n    int32 y = 1\n";
    let moved = "a.proto\n  message a.A\n    int32 y = 1\n  message a.B\n    int32 x = 1\n";
    assert_eq!(breaches(released, moved).len(), 2);
}
