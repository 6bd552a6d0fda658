//! The real server on a free port, called by the generated client.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod faults;
mod programs;
mod server;
