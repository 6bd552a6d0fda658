//! Rules on any text: no white space at line ends, no path of somebody's machine.

use std::path::Path;

use crate::finding::Finding;
use crate::tree::TextFile;

/// Home folders, put together so that this file keeps its own rule.
const HOMES: [&str; 3] = [
    concat!("/", "home/"),
    concat!("/", "root/"),
    concat!("/", "Users/"),
];

/// Files whose white space has a meaning or is made by a tool.
const FREE_EXTENSIONS: [&str; 3] = ["snap", "lock", "out"];

pub(super) fn check(file: &TextFile, root: &Path, findings: &mut Vec<Finding>) {
    let root = root.to_string_lossy();
    for (number, line) in (1..).zip(file.text.split('\n')) {
        if !is_free(file) && line.ends_with(char::is_whitespace) {
            findings.push(Finding::new(&file.path, number, "ends in white space"));
        }
        if names_a_machine(line, &root) {
            findings.push(Finding::new(
                &file.path,
                number,
                "names a path of one machine",
            ));
        }
    }
    if !is_free(file) && !file.text.is_empty() && !file.text.ends_with('\n') {
        let last = file.text.lines().count();
        findings.push(Finding::new(&file.path, last, "does not end in a new line"));
    }
}

fn is_free(file: &TextFile) -> bool {
    FREE_EXTENSIONS.iter().any(|it| file.has_extension(it))
        || file.folders().any(|folder| folder == "fixtures")
}

fn names_a_machine(line: &str, root: &str) -> bool {
    // A root such as "/src" is too short to tell a machine by.
    let is_telling = root.matches('/').count() > 1;
    HOMES.iter().any(|home| line.contains(home)) || (is_telling && line.contains(root))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<String> {
        let file = TextFile {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        let mut findings = Vec::new();
        check(&file, Path::new("/builds/one"), &mut findings);
        findings.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn finds_white_space_at_line_ends() {
        assert_eq!(
            found("a.md", "a \nb\n\t\n"),
            ["a.md:1: ends in white space", "a.md:3: ends in white space"]
        );
        assert_eq!(found("a.md", "a\r\n"), ["a.md:1: ends in white space"]);
        assert_eq!(
            found("a.md", "a\nb"),
            ["a.md:2: does not end in a new line"]
        );
        assert_eq!(found("a.md", ""), Vec::<String>::new());
    }

    #[test]
    fn leaves_files_alone_whose_white_space_has_a_meaning() {
        for path in ["a.snap", "Cargo.lock", "crates/reply/fixtures/plain.txt"] {
            assert_eq!(found(path, "a \nb"), Vec::<String>::new(), "{path}");
        }
    }

    #[test]
    fn finds_paths_of_a_machine() {
        let home = format!("see {}me/notes\n", HOMES[0]);
        assert_eq!(
            found("a.snap", &home),
            ["a.snap:1: names a path of one machine"]
        );
        assert_eq!(
            found("a.rs", "\"/builds/one/a\"\n"),
            ["a.rs:1: names a path of one machine"]
        );
        assert_eq!(found("a.rs", "\"/builds/two\"\n"), Vec::<String>::new());
    }
}
