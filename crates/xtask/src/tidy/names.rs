//! Rules on the names of modules and functions.

use super::RustFile;
use crate::finding::Finding;

/// Names that say nothing about what they name.
const EMPTY_NAMES: [&str; 9] = [
    "common", "util", "utils", "helper", "helpers", "misc", "manager", "data", "info",
];

/// Beginnings of function names that hide the verb.
const EMPTY_VERBS: [&str; 2] = ["process_", "handle_"];

pub(super) fn check(file: &RustFile<'_>, findings: &mut Vec<Finding>) {
    if file.file.name() == "mod.rs" {
        findings.push(file.finding(1, "is a mod.rs; name the file after its module"));
    }
    let folders = file.file.folders();
    for name in folders.chain([file.file.stem()]) {
        if EMPTY_NAMES.contains(&name) {
            let sentence = format!("lies in a module named {name}, which says nothing");
            findings.push(file.finding(1, sentence));
        }
    }
    for (number, line) in file.production_lines() {
        findings.extend(empty_name(&line.code).map(|sentence| file.finding(number, sentence)));
    }
}

fn empty_name(code: &str) -> Option<String> {
    let code = code.trim().trim_end_matches(['{', '}', ';', ' ']);
    let module = code.rsplit_once("mod ").map(|(_, name)| name);
    if let Some(name) = module.filter(|name| EMPTY_NAMES.contains(name)) {
        return Some(format!("names a module {name}, which says nothing"));
    }
    let (_, function) = code.split_once("fn ")?;
    let verb = EMPTY_VERBS
        .iter()
        .find(|verb| function.starts_with(*verb))?;
    Some(format!("names a function {verb}*, which says nothing"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::testing::found;

    #[test]
    fn finds_names_that_say_nothing() {
        let cases = [
            ("crates/a/src/mod.rs", "", 1),
            ("crates/a/src/util.rs", "", 1),
            ("crates/common/src/lib.rs", "", 1),
            ("crates/a/src/helpers/mod.rs", "", 2),
            ("crates/a/src/lib.rs", "pub(crate) mod misc;\n", 1),
            ("crates/a/src/lib.rs", "mod data {}\n", 1),
            ("crates/a/src/lib.rs", "pub async fn handle_it() {}\n", 1),
            ("crates/a/src/lib.rs", "fn process_all(a: u8) {\n}\n", 1),
        ];
        for (path, text, count) in cases {
            let found = found(check, path, text);
            assert_eq!(found.len(), count, "{path} {text} {found:?}");
        }
    }

    #[test]
    fn leaves_names_alone_that_say_something() {
        let text = "mod database;\n// mod util;\nfn handle() {}\nlet process_count = 1;\n";
        for path in ["crates/a/src/lib.rs", "services/a/src/model.rs"] {
            assert_eq!(found(check, path, text), Vec::<String>::new());
        }
    }
}
