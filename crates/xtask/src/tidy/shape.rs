//! Rules on the size of files and functions, and on work left undone.

use super::RustFile;
use crate::finding::Finding;
use crate::rust_source::{self, Line};

const MAX_FILE_LINES: usize = 400;
const MAX_FUNCTION_LINES: usize = 60;

const UNDONE_MACROS: [&str; 2] = ["todo!", "unimplemented!"];
const UNDONE_REMARKS: [&str; 2] = ["TODO", "FIXME"];

pub(super) fn check(file: &RustFile<'_>, findings: &mut Vec<Finding>) {
    let line_count = file.production_line_count;
    if line_count > MAX_FILE_LINES {
        let sentence = format!("has {line_count} lines, more than {MAX_FILE_LINES}");
        findings.push(file.finding(1, sentence));
    }
    findings.extend(long_functions(file));
    for (number, line) in (1..).zip(&file.lines) {
        findings.extend(undone(line).map(|what| file.finding(number, format!("leaves a {what}"))));
    }
}

fn long_functions(file: &RustFile<'_>) -> impl Iterator<Item = Finding> {
    rust_source::functions(&file.lines[..file.production_line_count])
        .into_iter()
        .filter(|function| function.line_count > MAX_FUNCTION_LINES)
        .map(|function| {
            let sentence = format!(
                "{} has {} lines, more than {MAX_FUNCTION_LINES}",
                function.name, function.line_count
            );
            file.finding(function.line, sentence)
        })
}

fn undone(line: &Line) -> Option<&'static str> {
    let in_code = UNDONE_MACROS.iter().find(|it| line.code.contains(*it));
    let in_comment = UNDONE_REMARKS
        .iter()
        .find(|it| rust_source::names(&line.comment, it));
    in_code.or(in_comment).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::testing::found;

    const PATH: &str = "crates/a/src/lib.rs";

    #[test]
    fn finds_long_files() {
        let long = "// line\n".repeat(401);
        assert_eq!(
            found(check, PATH, &long),
            ["1: has 401 lines, more than 400"]
        );
        assert_eq!(found(check, PATH, &long[8..]), Vec::<String>::new());
        let tests = format!("fn a() {{}}\n\n#[cfg(test)]\nmod tests {{\n{long}}}\n");
        assert_eq!(found(check, PATH, &tests), Vec::<String>::new());
        assert_eq!(
            found(check, "crates/a/tests/b.rs", &long),
            Vec::<String>::new()
        );
    }

    #[test]
    fn finds_long_functions() {
        let function = |lines| format!("\nfn a() {{\n{}}}\n", "    b();\n".repeat(lines));
        assert_eq!(
            found(check, PATH, &function(59)),
            ["2: a has 61 lines, more than 60"]
        );
        assert_eq!(found(check, PATH, &function(58)), Vec::<String>::new());
    }

    #[test]
    fn finds_work_left_undone() {
        let cases = [
            ("fn a() { todo!() }\n", 1),
            ("fn a() {\n    unimplemented!(\"later\")\n}\n", 1),
            ("// TODO: more\n", 1),
            ("//! FIXME\n", 1),
            ("// TODOS are elsewhere\nlet a = \"TODO todo!()\";\n", 0),
        ];
        for (text, count) in cases {
            assert_eq!(found(check, PATH, text).len(), count, "{text}");
        }
    }
}
