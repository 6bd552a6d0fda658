//! Training jobs: from rows of chats to a model.
//!
//! A job is a row in a table and a folder of artifacts. It waits for one of a few slots, and is then done by a
//! [`backend`], which tells what its steps measured, writes checkpoints, and stops when it is asked to. A process that
//! dies leaves jobs at work; the next one goes on with them from their checkpoints.

pub mod spec;

mod chats;

pub mod backend;
mod embedded;

mod jobs;
mod work;

mod artifacts;
mod store;

mod component;
mod config;
mod error;
mod service;
mod wire;

pub use component::Component;
pub use config::Config;
pub use error::Error;
