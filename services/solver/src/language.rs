//! The languages that candidates are written in.

use serde::{Deserialize, Serialize};

/// A language, under its name in the verifier's table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    Python3,
    Cpp17,
}

// === impl Language ===

impl Language {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Python3 => "python3",
            Self::Cpp17 => "cpp17",
        }
    }

    pub(crate) fn for_people(self) -> &'static str {
        match self {
            Self::Python3 => "Python 3",
            Self::Cpp17 => "C++17",
        }
    }

    pub(crate) fn in_reply(self) -> synthsmith_reply::Language {
        match self {
            Self::Python3 => synthsmith_reply::Language::Python,
            Self::Cpp17 => synthsmith_reply::Language::Cpp,
        }
    }
}
