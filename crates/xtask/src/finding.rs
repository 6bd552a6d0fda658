//! One breach of a rule.

use std::fmt;

/// Where a rule is broken, and how.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    /// Below the workspace's root.
    pub(crate) path: String,
    /// From 1.
    pub(crate) line: usize,
    pub(crate) sentence: String,
}

impl Finding {
    pub(crate) fn new(path: &str, line: usize, sentence: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line,
            sentence: sentence.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}: {}", self.path, self.line, self.sentence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_written_as_editors_read_it() {
        let finding = Finding::new("crates/a/src/lib.rs", 7, "is not so");
        assert_eq!(finding.to_string(), "crates/a/src/lib.rs:7: is not so");
    }
}
