//! Fills the slots of prompts.
//!
//! A template, that is, a service's text file with slots in tags → [`fill`] → what a model reads;
//! [`question`] is the one prompt that several crates share; [`fingerprint`] tells the templates of two runs apart. What a prompt says, and its version, is the
//! service's; what becomes of a text that does not fit its slot is decided there as well.

mod question;
mod slots;

mod fingerprint;

pub use fingerprint::fingerprint;
pub use question::question;
pub use slots::{Error, closes, fill};
