//! The teacher: a stand-in for a language model that programs by grammar, behind an OpenAI-compatible edge.
//!
//! A prompt is read as text and answered as text. Tasks come from a small typed grammar: a shape of input,
//! preparing steps and one question; or, in the profile [`micro`], a list and a few words about it. A statement is printed from a task and parsed back into it, so that solutions,
//! tests and the truth need nothing but the statement. The content of an answer is a function of the teacher's seed,
//! the prompt and the request's seed; transport faults delay an answer and never change it.
//!
//! It does not pretend to be a model, keeps no state between requests, and runs no program.

// The grammar.
mod compose;
mod dice;
mod ir;
mod primitives;
mod transforms;

// What the grammar prints, and what it knows about it.
mod cases;
mod features;
mod generator;
mod input;
mod program;
mod statement;
mod truth;

// Tasks for very small models.
pub mod micro;

// The edge.
mod component;
mod config;
mod error;
mod prompt;
mod reply;
mod server;

pub use component::Component;
pub use config::{Config, Faults, Mistakes, Profile};
pub use server::router;
pub use truth::truth;
