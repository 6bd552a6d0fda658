//! Jobs: from rows of chats to a model, and from problems to what a model solves of them.
//!
//! A job is a row in a table and a folder of its own. It waits for one of a few slots. Training is then done by a
//! [`backend`], which tells what its steps measured, writes checkpoints, and stops when it is asked to; an evaluation has
//! answers graded one by one, each of which is in its ledger at once. A process that dies leaves jobs at work; the next one
//! goes on with them from where they were. What a job made is kept in the store of artifacts when it is whole.

pub mod spec;

mod inputs;

pub mod backend;
mod embedded;
mod training;

mod evaluation;

mod desk;
mod jobs;
mod work;

mod making;
mod places;
mod store;

mod component;
mod config;
mod error;
mod service;
mod wire;

pub use component::Component;
pub use config::Config;
pub use error::Error;
