//! The rule on `docs/errors.md`: it explains every reason that a service answers with, and no other.
//!
//! A reason is a name in upper case that a `fn reason(&self)` returns; its page has a table row that
//! begins with it, in backquotes.

use std::path::Path;

use crate::finding::Finding;
use crate::rust_source;
use crate::tree::{self, TextFile};

const PAGE: &str = "docs/errors.md";
const FOLDERS: [&str; 2] = ["services", "crates"];

/// A reason and where it was found.
#[derive(Debug, PartialEq, Eq)]
struct Reason<'a> {
    name: &'a str,
    path: &'a str,
    /// From 1.
    line: usize,
}

/// Compares the page with the sources below `root`.
pub(crate) fn check(root: &Path) -> anyhow::Result<Vec<Finding>> {
    Ok(compare(&tree::text_files(root)?))
}

fn compare(files: &[TextFile]) -> Vec<Finding> {
    let page = files.iter().find(|file| file.path == PAGE);
    let documented: Vec<Reason<'_>> = page.into_iter().flat_map(documented).collect();
    let returned: Vec<Reason<'_>> = files.iter().flat_map(returned).collect();
    let missing = lacking(&returned, &documented).map(|reason| {
        let sentence = format!("{} has no row in {PAGE}", reason.name);
        Finding::new(reason.path, reason.line, sentence)
    });
    let outdated = lacking(&documented, &returned)
        .filter(|reason| !files.iter().any(|file| holds(file, reason.name)))
        .map(|reason| {
            let sentence = format!("{} is a reason that no source gives", reason.name);
            Finding::new(reason.path, reason.line, sentence)
        });
    missing.chain(outdated).collect()
}

/// Those of `reasons` that `others` do not name.
fn lacking<'a>(
    reasons: &'a [Reason<'a>],
    others: &'a [Reason<'a>],
) -> impl Iterator<Item = &'a Reason<'a>> {
    let is_named = |reason: &Reason<'_>| others.iter().any(|other| other.name == reason.name);
    reasons.iter().filter(move |reason| !is_named(reason))
}

/// The reasons that begin a row of the page.
fn documented(page: &TextFile) -> impl Iterator<Item = Reason<'_>> {
    (1..).zip(page.text.lines()).filter_map(|(line, text)| {
        let name = text.strip_prefix("| `")?.split_once('`')?.0;
        let path = &page.path;
        is_reason(name).then_some(Reason { name, path, line })
    })
}

/// The reasons that the file's functions of that name return.
fn returned(file: &TextFile) -> Vec<Reason<'_>> {
    if !is_source(file) {
        return Vec::new();
    }
    let lines = rust_source::lines(&file.text);
    let production = &lines[..rust_source::production_line_count(&lines)];
    let texts: Vec<&str> = file.text.lines().collect();
    let functions = rust_source::functions(production);
    let bodies = functions.iter().filter(|function| {
        let declaration = &production[function.line - 1].code;
        function.name == "reason" && declaration.contains("&self")
    });
    let numbers = bodies.flat_map(|function| function.line..function.line + function.line_count);
    let reasons = numbers.flat_map(|line| {
        let names = texts[line - 1].split('"').skip(1).step_by(2);
        let path = file.path.as_str();
        names.map(move |name| Reason { name, path, line })
    });
    reasons.filter(|reason| is_reason(reason.name)).collect()
}

/// Whether the file says `name` outside its tests, for reasons that are given without an error type.
fn holds(file: &TextFile, name: &str) -> bool {
    if !is_source(file) {
        return false;
    }
    let count = rust_source::production_line_count(&rust_source::lines(&file.text));
    let quoted = format!("\"{name}\"");
    let mut production = file.text.lines().take(count);
    production.any(|line| line.contains(&quoted))
}

fn is_source(file: &TextFile) -> bool {
    file.has_extension("rs")
        && FOLDERS.iter().any(|folder| file.is_below(folder))
        && file.folders().any(|folder| folder == "src")
}

fn is_reason(name: &str) -> bool {
    let is_upper = |char: char| char.is_ascii_uppercase() || char.is_ascii_digit() || char == '_';
    name.starts_with(|char: char| char.is_ascii_uppercase()) && name.chars().all(is_upper)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "\
impl RpcError for Error {
    fn reason(&self) -> &'static str {
        match self {
            Self::Full => \"QUEUE_FULL\",
            Self::Lost => \"STORE_LOST\",
        }
    }

    fn service(&self) -> &'static str {
        \"VERIFIER\"
    }
}

#[cfg(test)]
mod tests {
    fn reason(&self) -> &'static str {
        \"ONLY_IN_TESTS\"
    }
}
";

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let file = |(path, text): &(&str, &str)| TextFile {
            path: (*path).to_owned(),
            text: (*text).to_owned(),
        };
        let files: Vec<TextFile> = files.iter().map(file).collect();
        compare(&files).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn finds_a_reason_without_a_row() {
        let page = "| reason | cause |\n| `QUEUE_FULL` | full |\n\nThe `STORE_LOST` of old.\n";
        assert_eq!(
            found(&[(PAGE, page), ("services/verifier/src/error.rs", SOURCE)]),
            ["services/verifier/src/error.rs:5: STORE_LOST has no row in docs/errors.md"]
        );
    }

    #[test]
    fn finds_every_reason_where_there_is_no_page() {
        assert_eq!(found(&[("crates/a/src/error.rs", SOURCE)]).len(), 2);
    }

    #[test]
    fn finds_a_row_that_no_source_gives() {
        let page = "| `QUEUE_FULL` | a |\n| `STORE_LOST` | b |\n| `ONLY_IN_TESTS` | c |\n";
        assert_eq!(
            found(&[(PAGE, page), ("services/verifier/src/error.rs", SOURCE)]),
            ["docs/errors.md:3: ONLY_IN_TESTS is a reason that no source gives"]
        );
    }

    #[test]
    fn a_reason_that_is_written_elsewhere_may_have_a_row() {
        let files = [
            (PAGE, "| `SERVER_BUSY` | a |\n"),
            ("crates/rpc/src/rescue.rs", "with(\"SERVER_BUSY\");\n"),
        ];
        assert_eq!(found(&files), Vec::<String>::new());
    }

    #[test]
    fn leaves_tests_and_other_functions_alone() {
        let free = "fn reason(status: &Status) -> String {\n    \"NOT_OURS\".into()\n}\n";
        for path in ["services/gateway/tests/harness.rs", "tests/src/lib.rs"] {
            assert_eq!(found(&[(path, SOURCE)]), Vec::<String>::new(), "{path}");
        }
        assert_eq!(
            found(&[("crates/rpc/src/status.rs", free)]),
            Vec::<String>::new()
        );
    }
}
