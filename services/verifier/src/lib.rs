//! Decides what a program does on an input, and whether that is what was expected.
//!
//! A request is checked ([`wire`]) and waits for its turn in the bounded [`queue`], fairly with other [`client`]s. Then
//! its program runs in the sandbox ([`execute`]), and its outputs are judged ([`judge`]): compared with the expected
//! ones out here ([`compare`]), or by a checker program in a sandbox of its own. Expected outputs never enter the
//! sandbox of the program they are expected of. A fault of ours is an [`Error`], never a verdict. How a program is
//! contained is the business of `synthsmith-sandbox`. Nothing is stored; programs and suites may be [`kept`] in memory for
//! a while, to be named by their digests.

pub mod client;
pub mod deadline;
pub mod queue;

pub mod program;

pub mod execute;
pub mod judge;

pub mod kept;

pub mod compare;
mod outcome;

pub mod config;
pub mod error;
mod http;
mod metrics;
mod service;
mod wire;

#[cfg(test)]
mod scripted;

pub use config::Config;
pub use error::Error;
pub use service::VerifierService;
