//! Benchmarks for code models: what is asked, what decides, and what the results say.
//!
//! Records of a benchmark → [`Problem`]s → what a model is asked ([`prompt`]) → the code in its replies ([`answer`]) → what
//! the verifier is to judge ([`grading`]) → grades, kept in a [`ledger`] → [`statistics`] → a [`report`]. This crate asks no
//! model and runs no program; `docs/evaluation.md` says how its grading compares with that of the benchmarks' own tools.

pub mod problem;
mod python_name;
pub mod window;

pub mod records;

pub mod files;

pub mod prompt;

pub mod answer;

pub mod grade;
pub mod grading;

pub mod statistics;

pub mod settings;

pub mod ledger;

pub mod report;

mod error;

#[cfg(test)]
mod testing;

pub use error::Error;
pub use grade::{Failure, Grade};
pub use problem::{Benchmark, Problem};
pub use settings::Settings;
pub use window::Window;
