//! Rules on the repository's text.

mod edges;
mod names;
mod shape;
mod text;

use std::path::Path;

use crate::finding::Finding;
use crate::rust_source::{self, Line};
use crate::tree::{self, TextFile};

/// A Rust file with its lines.
#[derive(Debug)]
struct RustFile<'a> {
    file: &'a TextFile,
    lines: Vec<Line>,
    /// Lines before the unit tests; none in a file that holds nothing but tests.
    production_line_count: usize,
}

/// Checks every file below `root`.
pub(crate) fn check(root: &Path) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for file in &tree::text_files(root)? {
        text::check(file, root, &mut findings);
        if file.has_extension("rs") {
            check_rust(file, &mut findings);
        }
    }
    Ok(findings)
}

fn check_rust(file: &TextFile, findings: &mut Vec<Finding>) {
    let file = RustFile::new(file);
    names::check(&file, findings);
    shape::check(&file, findings);
    edges::check(&file, findings);
}

// === impl RustFile ===

impl<'a> RustFile<'a> {
    fn new(file: &'a TextFile) -> Self {
        let lines = rust_source::lines(&file.text);
        let is_test = file.folders().any(|folder| folder == "tests") || file.name() == "tests.rs";
        let production_line_count = if is_test {
            0
        } else {
            rust_source::production_line_count(&lines)
        };
        Self {
            file,
            lines,
            production_line_count,
        }
    }

    /// Lines outside tests, numbered from 1.
    fn production_lines(&self) -> impl Iterator<Item = (usize, &Line)> {
        (1..).zip(&self.lines[..self.production_line_count])
    }

    fn finding(&self, line: usize, sentence: impl Into<String>) -> Finding {
        Finding::new(&self.file.path, line, sentence)
    }
}

#[cfg(test)]
mod testing {
    use super::*;

    /// What `rule` finds in a file, as "line: sentence".
    pub(super) fn found(
        rule: fn(&RustFile<'_>, &mut Vec<Finding>),
        path: &str,
        text: &str,
    ) -> Vec<String> {
        let file = TextFile {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        let mut findings = Vec::new();
        rule(&RustFile::new(&file), &mut findings);
        let line = |finding: &Finding| format!("{}: {}", finding.line, finding.sentence);
        findings.iter().map(line).collect()
    }
}
