//! Runs: moves every item through the stages, decides by the `voting` crate, and remembers.
//!
//! A run is a table of jobs (`store`). Its loop (`driver`) claims jobs, asks the services (`work`),
//! and writes each result together with the jobs that follow from it in one transaction. Items are
//! screened and committed in index order, so that the output does not depend on who was faster.
//! Nothing here talks to a model or runs a program.

pub mod spec;
pub mod stage;

pub mod facts;

mod decision;

mod driver;
mod work;

mod runs;

mod progress;
mod report;

mod export;

mod clients;
mod store;

mod component;
mod config;
mod error;
mod service;
mod wire;

pub use component::Component;
pub use config::{Config, Rules, Services};
pub use error::Error;
