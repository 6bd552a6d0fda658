//! Tests of the whole: real daemons, as those who run them and those who call them see them.
//!
//! The tests are in `tests/`, a file for each thing that a user would do; here is what they need for it: a
//! [`Daemon`] in a process of its own or a whole [`System`] of them, a look at the container [`Engine`] behind its back, and a [`python`] client's
//! interpreter. Binaries are taken from beside the tests, where `cargo build --workspace --bins` puts them.
//! What one service does is tested in that service's own folder.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

pub mod daemon;
pub mod engine;
pub mod python;
pub mod system;

pub use daemon::{Daemon, binary, free_port};
pub use engine::Engine;
pub use system::System;
