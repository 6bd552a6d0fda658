//! Decides which inputs a task is tested on.
//!
//! A task → [`generate`]: a model writes inputs out, and beside that writes a program that prints
//! inputs, which the verifier runs in the sandbox (the port is [`runner`], the adapter [`verifier`])
//! → [`draft`] (both are read strictly) → [`select`] (distinct, bounded, both methods represented).
//! What a right program prints for an input is not decided here, and no program runs in this process.

pub mod generate;

pub mod draft;
pub mod select;

mod prompt;
pub mod runner;
pub mod verifier;

pub mod config;
pub mod error;
mod metrics;
mod service;
mod wire;

pub use config::Config;
pub use error::Error;
pub use prompt::{PROMPT_VERSION, prompt_fingerprint};
pub use service::TestGenService;
