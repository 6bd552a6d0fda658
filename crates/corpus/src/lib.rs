//! The nouns that more than one service speaks of: features, tasks, programs, tests and outcomes.
//!
//! Each noun is a plain value here; `wire` turns it from and into its protobuf form, and a value in
//! hand is valid. Nothing here decides anything, and nothing does I/O.

pub mod feature;
pub mod task;

pub mod solution;
pub mod test_suite;

pub mod canonical;
pub mod verdict;

pub mod origin;
pub mod seed;

pub mod wire;
mod wire_verdict;

pub use feature::{FeatureNode, FeatureTree};
pub use origin::Origin;
pub use solution::{CandidateRejection, Program, Solution};
pub use task::{Rejection, Sample, Style, Task};
pub use test_suite::{InputSource, TestCase, TestInput};
pub use verdict::{Compilation, Limits, Measures, Outcome, OutcomeStatus, Verdict};
