//! What a decision needs, and what it can come to.

use std::fmt;

/// How much evidence a decision needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// Votes that a label needs; below 1 counts as 1.
    pub min_votes: usize,
    /// Candidates that a task needs, whatever they did.
    pub min_candidates: usize,
    /// Labelled tests that a task needs; below 2 counts as 2.
    pub min_labelled_tests: usize,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            min_votes: 2,
            min_candidates: 2,
            min_labelled_tests: 4,
        }
    }
}

/// Why a task gets no golden solution. The list is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rejection {
    TooFewCandidates {
        found: usize,
        needed: usize,
    },
    TooFewLabels {
        found: usize,
        needed: usize,
    },
    /// The leader on the golden half is not among the best on the held-out half.
    GoldenNotConfirmed {
        leader: usize,
    },
    /// The leader does not print what the statement says for this sample.
    SampleDisagrees {
        leader: usize,
        sample: usize,
    },
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooFewCandidates { found, needed } => {
                write!(f, "{found} candidates, {needed} needed")
            }
            Self::TooFewLabels { found, needed } => {
                write!(f, "{found} labelled tests, {needed} needed")
            }
            Self::GoldenNotConfirmed { leader } => write!(
                f,
                "candidate {leader} leads on the golden half but not on the held-out half"
            ),
            Self::SampleDisagrees { leader, sample } => write!(
                f,
                "candidate {leader} disagrees with sample {sample} of the statement"
            ),
        }
    }
}

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ruling {
    /// The index of the golden solution.
    Accepted {
        golden: usize,
    },
    Rejected(Rejection),
}
