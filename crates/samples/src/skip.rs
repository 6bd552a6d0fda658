//! Why something was not kept, and how often.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

const EXAMPLES_PER_REASON: u64 = 3;

/// Why a file or row is no sample. The list is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Skip {
    /// It holds NUL bytes.
    Binary,
    NotUtf8,
    TooLarge,
    TooSmall,
    /// Nothing but white space.
    Empty,
    UnknownLanguage,
    /// The operating system would not let it be read.
    Unreadable,
    /// A symbolic link, pipe, socket or device.
    NotAFile,
    /// A row that is not an object with `id`, `language` and `code`.
    Malformed,
    /// An earlier sample has the same code.
    Duplicate,
    /// An earlier sample with other code has the same id.
    DuplicateId,
    /// There are enough samples already.
    BeyondLimit,
}

/// What was skipped, by reason.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Skips {
    counts: BTreeMap<Skip, u64>,
    examples: Vec<Example>,
}

/// One thing that was skipped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Example {
    pub reason: Skip,
    /// The path below the folder, or the file and line of a row, with what is wrong there.
    pub name: String,
}

// === impl Skip ===

impl Skip {
    pub const ALL: [Self; 12] = [
        Self::Binary,
        Self::NotUtf8,
        Self::TooLarge,
        Self::TooSmall,
        Self::Empty,
        Self::UnknownLanguage,
        Self::Unreadable,
        Self::NotAFile,
        Self::Malformed,
        Self::Duplicate,
        Self::DuplicateId,
        Self::BeyondLimit,
    ];

    /// A stable name, for reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Binary => "binary",
            Self::NotUtf8 => "not_utf8",
            Self::TooLarge => "too_large",
            Self::TooSmall => "too_small",
            Self::Empty => "empty",
            Self::UnknownLanguage => "unknown_language",
            Self::Unreadable => "unreadable",
            Self::NotAFile => "not_a_file",
            Self::Malformed => "malformed",
            Self::Duplicate => "duplicate",
            Self::DuplicateId => "duplicate_id",
            Self::BeyondLimit => "beyond_limit",
        }
    }
}

impl fmt::Display for Skip {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.name().replace('_', " "))
    }
}

// === impl Skips ===

impl Skips {
    pub fn counts(&self) -> &BTreeMap<Skip, u64> {
        &self.counts
    }

    pub fn total(&self) -> u64 {
        self.counts.values().sum()
    }

    /// The first few of each reason, in the order they were met.
    pub fn examples(&self) -> &[Example] {
        &self.examples
    }

    pub(crate) fn add(&mut self, reason: Skip, name: &str) {
        let count = self.counts.entry(reason).or_default();
        *count += 1;
        if *count <= EXAMPLES_PER_REASON {
            let name = name.to_owned();
            self.examples.push(Example { reason, name });
        }
    }

    fn first_of(&self, reason: Skip) -> &str {
        let mut of_reason = self.examples.iter().filter(|it| it.reason == reason);
        of_reason.next().map_or("", |example| &example.name)
    }
}

/// "2 binary (a.py), 1 too large (b.py)"
impl fmt::Display for Skips {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.counts.is_empty() {
            return formatter.write_str("nothing was skipped");
        }
        for (position, (reason, count)) in self.counts.iter().enumerate() {
            let separator = if position == 0 { "" } else { ", " };
            let first = self.first_of(*reason);
            write!(formatter, "{separator}{count} {reason} ({first})")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_all_and_keeps_the_first_examples_of_each_reason() {
        let mut skips = Skips::default();
        for index in 0..5 {
            skips.add(Skip::TooLarge, &format!("large{index}"));
        }
        skips.add(Skip::Binary, "blob.py");
        assert_eq!(skips.total(), 6);
        assert_eq!(skips.counts()[&Skip::TooLarge], 5);
        let names: Vec<&str> = skips.examples().iter().map(|it| &*it.name).collect();
        assert_eq!(names, ["large0", "large1", "large2", "blob.py"]);
        assert_eq!(
            skips.to_string(),
            "1 binary (blob.py), 5 too large (large0)"
        );
    }

    #[test]
    fn says_so_when_nothing_was_skipped() {
        assert_eq!(Skips::default().to_string(), "nothing was skipped");
    }

    #[test]
    fn names_every_reason_alike_in_reports_and_in_json() {
        for skip in Skip::ALL {
            let written = serde_json::to_string(&skip).unwrap();
            assert_eq!(written, format!("{:?}", skip.name()));
        }
    }
}
