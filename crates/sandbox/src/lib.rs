//! Runs untrusted programs in containers and says what they did.
//!
//! A [`Job`] is one program and the conditions it runs under. [`Sandbox::compile`] takes a container from a pool of
//! started ones, and the runner inside compiles the program once; [`Runs::run`] then runs it on one input after
//! another, while output streams out and is digested here. The container goes with its [`Runs`], or, where a
//! program has but a cell of it ([`Isolation`]), makes room for the next. [`DockerSandbox`] is
//! the adapter to a Docker engine.
//!
//! The crate compares nothing and queues nothing: expected outputs do not exist here, and whoever calls decides how
//! many programs run at a time. What the program does is data; an [`Error`] is always our own inability, and never says
//! anything about the program.

pub mod language;
pub mod limits;

mod job;
mod sandbox;

mod config;
mod error;
mod weakness;

mod docker;

pub use config::{Config, MIN_MEMORY_BYTES};
pub use docker::{DockerSandbox, Engine, Facts};
pub use error::Error;
pub use job::{
    Input, Isolation, Job, LeftFile, MAX_GIVEN_BYTES, MAX_WORKING_FILES, WorkingFiles,
    is_plain_path,
};
pub use language::{CallHarness, Language};
pub use limits::Limits;
pub use sandbox::{Compiled, Runs, Sandbox};
pub use synthsmith_runner_protocol::Weakness as RunnerWeakness;
pub use weakness::Weakness;
