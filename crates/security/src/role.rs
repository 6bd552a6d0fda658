//! What a principal may do.

use serde::{Deserialize, Serialize};

/// What a principal may do; each may do what those before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Looks at runs and usage.
    Reader,
    /// Has programs judged, and tasks, solutions and tests made.
    Caller,
    /// Starts and ends runs, and asks models directly. Daemons are operators to each other.
    Operator,
}

impl std::fmt::Display for Role {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Reader => "reader",
            Self::Caller => "caller",
            Self::Operator => "operator",
        })
    }
}
