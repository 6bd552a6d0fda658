//! Decides which features exist and which are tried together in one task.
//!
//! Programs → [`evolver`] (a model names features, [`read`] takes them out of its reply) → [`tree`]
//! (merge) → [`sample`] (parts to evolve) → [`evolver`] again, with [`grow`] for what is new → merge →
//! [`sample`] (feature sets, one per task). All but the evolver is pure, and a sample depends on the
//! tree, the seed and its index alone. Nothing is stored here, and whether features fit together is
//! not decided here.

pub mod tree;

pub mod read;

pub mod evolver;
pub mod grow;
mod prompt;

mod draw;
pub mod sample;

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
pub use service::FeatureEvolverService;
