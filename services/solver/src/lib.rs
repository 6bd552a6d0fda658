//! Decides which candidate solutions are worth running.
//!
//! A task → [`solve`] (several samples of one prompt, each with its own seed, in the languages of the
//! configured cycle) → [`candidate`] (complete reasoning, exactly one program, the right language,
//! bounded size) → a stream of candidates and of reasons why there is none. Nothing is run here, so
//! whether a candidate compiles or is right is not known; and a model that cannot be reached is an
//! error of the call, never a rejection.

pub mod solve;

pub mod candidate;
mod language;
mod prompt;

pub mod config;
pub mod error;
mod metrics;
mod service;
mod wire;

pub use config::Config;
pub use error::Error;
pub use language::Language;
pub use prompt::{PROMPT_VERSION, prompt_fingerprint};
pub use service::SolverService;
