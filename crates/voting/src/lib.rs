//! Decides what the right outputs of a task are and which candidate is its golden solution.
//!
//! Data flow: [`Facts`] (what every candidate printed on every test) → a [`Vote`] per test →
//! size weights and a seeded [`split`] of the labelled tests → a [`Score`] per candidate → the
//! leader, confirmed on the held-out half and on the statement's own samples → [`Decision`].
//!
//! Everything here is a pure function of its arguments. The crate runs no program, reads no
//! clock, draws no randomness but from the seed it is given, and never guesses: a tied vote
//! leaves its test without a label. The formulas and their source are in `README.md`.

mod decide;
mod ruling;

mod choose;
mod split;
mod vote;
mod weigh;

mod facts;

mod error;

pub use choose::Score;
pub use decide::{Decision, LabelledTest, decide};
pub use error::Error;
pub use facts::{Candidate, Facts, Output};
pub use ruling::{Rejection, Rules, Ruling};
pub use split::{Half, split};
pub use vote::{Vote, vote};
pub use weigh::weigh;

/// Runs the README's example with the doc tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
