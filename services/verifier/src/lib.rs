//! Decides what a program does on an input, and whether that is what was expected.
//!
//! A request enters the bounded [`queue`], runs in the sandbox ([`execute`]), and its outputs are compared with the
//! expected ones out here ([`judge`], [`compare`]): those never enter a sandbox. A fault of ours is an [`Error`], never
//! a verdict. How a program is contained is the business of `synthsmith-sandbox`; nothing is stored.

pub mod execute;
pub mod judge;

pub mod compare;
pub mod queue;

pub mod config;
pub mod error;
mod metrics;
mod service;
mod wire;

pub use compare::Comparison;
pub use config::Config;
pub use error::Error;
pub use service::VerifierService;
