//! Decides what a task asks.
//!
//! A feature set → stage 1 (a model chooses compatible features and a strategy, [`choice`] reads and
//! checks them) → stage 2 (it writes a statement in a style drawn by [`mix`]) → [`rules`] (sections,
//! length, readable [`samples`]) → [`leak`] (no name of a technique) → the task. Whatever breaks a rule
//! is rejected with a reason and never repaired. Whether the task can be solved, and whether its
//! examples are right, is found out elsewhere, by running programs.

pub mod synthesize;

pub mod choice;
pub mod mix;
mod prompt;

pub mod leak;
mod markdown;
pub mod rules;
pub mod samples;

pub mod config;
pub mod error;
mod metrics;
mod service;
mod wire;

#[cfg(test)]
mod testing;

pub use config::Config;
pub use error::Error;
pub use prompt::{PROMPT_VERSION, prompt_fingerprint};
pub use service::TaskSynthService;
