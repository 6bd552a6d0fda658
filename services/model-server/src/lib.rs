//! An OpenAI-compatible endpoint for a model in a folder.
//!
//! Requests of all callers are sampled together on one thread of their own (`synthsmith-sampling`): each step gives every sequence
//! a token, and sequences join and leave as they come and end. What a request gets follows from its own seed and text,
//! whatever is sampled beside it. Models, requests and what a model says are not trusted.

mod component;
mod config;
mod error;
mod server;

pub use component::Component;
pub use config::Config;
