//! Runs untrusted programs in single-use containers and says what they did.
//!
//! A [`Job`] is one program and its inputs. It takes a container from a pool of started ones; the runner inside
//! compiles the program once and runs it on one input after another; output streams out and is digested here; the
//! container is removed. [`Sandbox`] is the port, [`DockerSandbox`] the adapter to a Docker engine.
//!
//! The crate compares nothing: expected outputs do not exist here. What the program does is data; an [`Error`] is
//! always our own inability, and never says anything about the program.

pub mod language;
pub mod limits;

mod job;
mod sandbox;

mod config;
mod error;

mod docker;

pub use config::{Config, MIN_MEMORY_BYTES};
pub use docker::{DockerSandbox, Engine, Facts};
pub use error::Error;
pub use job::{Event, Job};
pub use language::Language;
pub use limits::Limits;
pub use sandbox::Sandbox;
