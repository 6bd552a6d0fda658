//! Defines the frames that the host and the runner inside a sandbox exchange.
//!
//! A frame is `[u32 payload length][u8 kind][payload]`, all numbers little-endian. The host sends one
//! [`ToRunner::Job`], one [`ToRunner::Source`] and the [`WorkingFiles`] that the program finds, then one test at a time: as many [`ToRunner::File`] as the job
//! says, and a [`ToRunner::Test`]; and [`ToRunner::End`]. The runner answers with [`FromRunner::Compiled`] and, per test,
//! output chunks, the files that are wanted back, and [`FromRunner::Done`]. Where [`ToRunner::Cells`] comes first, all that repeats for each cell, from
//! [`FromRunner::Ready`] on.
//!
//! The crate does no I/O and knows nothing of containers. Lengths are bounded before anything is allocated.

pub mod paths;

mod bytes;
mod frame;
mod from_runner;
mod job;
mod measures;
mod to_runner;
mod weakness;
mod working;

pub use bytes::DecodeError;
pub use frame::{Frames, HEADER_BYTES, Header, MAX_PAYLOAD_BYTES};
pub use from_runner::{Compiled, Done, Fetched, FromRunner, Status};
pub use job::{Caps, Job, MAX_ATTACHED_FILES};
pub use measures::{Ending, Measures};
pub use to_runner::{Cells, END, FILE, PROGRAM, SOURCE, TEST, ToRunner};
pub use weakness::Weakness;
pub use working::{MAX_GIVEN_BYTES, MAX_WORKING_FILES, WorkingFiles, is_plain_path};

/// Changes with every incompatible change of a frame; host and runner must agree.
pub const PROTOCOL_VERSION: u32 = 5;
