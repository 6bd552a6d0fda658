//! What makes a set of facts unusable.

use std::fmt;

/// We could not take the facts as one matrix.
///
/// Written out by hand because this crate has no dependency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// A candidate has not exactly one outcome per test.
    OutcomesUneven {
        candidate: usize,
        outcomes: usize,
        tests: usize,
    },
    /// A candidate has not exactly one outcome per sample of the statement.
    SampleOutcomesUneven {
        candidate: usize,
        outcomes: usize,
        samples: usize,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutcomesUneven {
                candidate,
                outcomes,
                tests,
            } => write!(
                f,
                "candidate {candidate} has {outcomes} outcomes for {tests} tests"
            ),
            Self::SampleOutcomesUneven {
                candidate,
                outcomes,
                samples,
            } => write!(
                f,
                "candidate {candidate} has {outcomes} outcomes for {samples} samples"
            ),
        }
    }
}

impl std::error::Error for Error {}
