//! A code sample and what a reading of samples gives.

use std::path::Path;

use serde::Serialize;

use crate::Skips;

/// One program to extract features from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sample {
    /// Unique within a reading: the path below the folder, or the row's own id.
    pub id: String,
    pub language: Language,
    pub code: String,
    pub source: Option<String>,
    pub license: Option<String>,
}

/// A language that samples are read in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    Python,
    Cpp,
}

/// The usable samples, in order, and what was skipped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    pub samples: Vec<Sample>,
    pub skipped: Skips,
}

/// `text` without control characters, so that a name can be printed.
pub(crate) fn printable(text: &str) -> String {
    text.chars().filter(|char| !char.is_control()).collect()
}

// === impl Language ===

impl Language {
    /// The name in contracts and prompts.
    pub fn name(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::Cpp => "cpp",
        }
    }

    /// By the file name's extension.
    pub(crate) fn of_file(path: &Path) -> Option<Self> {
        match lower_case_extension(path)?.as_str() {
            "py" => Some(Self::Python),
            "cpp" | "cc" | "cxx" => Some(Self::Cpp),
            _ => None,
        }
    }

    /// By a name as data sets write it, for example "Python3", "C++" or "cpp17".
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        let name = name.trim().to_ascii_lowercase();
        match name.trim_end_matches(|char: char| char.is_ascii_digit() || char == '.') {
            "python" | "py" => Some(Self::Python),
            "cpp" | "c++" | "cxx" => Some(Self::Cpp),
            _ => None,
        }
    }
}

pub(crate) fn lower_case_extension(path: &Path) -> Option<String> {
    Some(path.extension()?.to_str()?.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_a_language_by_extension() {
        let cases = [
            ("a.py", Some(Language::Python)),
            ("a.PY", Some(Language::Python)),
            ("a.b.cpp", Some(Language::Cpp)),
            ("a.cc", Some(Language::Cpp)),
            ("a.cxx", Some(Language::Cpp)),
            ("a.pyi", None),
            ("a.hpp", None),
            ("a.c", None),
            ("py", None),
            (".py", None),
        ];
        for (name, expected) in cases {
            assert_eq!(Language::of_file(Path::new(name)), expected, "{name}");
        }
    }

    #[test]
    fn tells_a_language_by_name() {
        let cases = [
            ("python", Some(Language::Python)),
            (" Python3 ", Some(Language::Python)),
            ("python3.11", Some(Language::Python)),
            ("PY", Some(Language::Python)),
            ("C++", Some(Language::Cpp)),
            ("c++17", Some(Language::Cpp)),
            ("cpp17", Some(Language::Cpp)),
            ("c", None),
            ("rust", None),
            ("", None),
        ];
        for (name, expected) in cases {
            assert_eq!(Language::of_name(name), expected, "{name}");
        }
    }

    #[test]
    fn writes_a_language_by_the_name_of_the_contract() {
        for language in [Language::Python, Language::Cpp] {
            let written = serde_json::to_string(&language).unwrap();
            assert_eq!(written, format!("{:?}", language.name()));
            assert_eq!(Language::of_name(language.name()), Some(language));
        }
    }

    #[test]
    fn drops_control_characters_from_names() {
        assert_eq!(printable("a\u{1b}[31m\n/ö.py\0"), "a[31m/ö.py");
    }
}
