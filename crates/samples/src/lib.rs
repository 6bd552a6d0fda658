//! Decides which code samples of a folder or file are usable, and counts the others by reason.
//!
//! A path is a folder of programs, one program, or a file of JSON Lines (packed by zstd or not). What
//! is found goes through one intake, in an order that depends on names alone: a sample is kept or
//! skipped for one reason out of a closed list. Nothing here asks what the code does, follows a
//! symbolic link, or holds more in memory than [`Limits`] allows.

mod sample;

mod limits;
mod skip;

mod read;

mod folder;
mod program;

mod rows;

mod lines;

mod intake;

mod error;

pub use error::Error;
pub use limits::Limits;
pub use read::read;
pub use sample::{Language, Reading, Sample};
pub use skip::{Example, Skip, Skips};
