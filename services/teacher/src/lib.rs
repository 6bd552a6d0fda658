//! The teacher: a stand-in for a language model that programs by grammar, behind an OpenAI-compatible edge.
//!
//! A prompt is read as text and answered as text. Tasks come from a small typed grammar ([`ir`]): a shape of input,
//! preparing steps and one question. A statement is printed from a task and parsed back into it, so that solutions,
//! tests and the truth need nothing but the statement. The content of an answer is a function of the teacher's seed,
//! the prompt and the request's seed; transport faults delay an answer and never change it.
//!
//! It does not pretend to be a model, keeps no state between requests, and runs no program.

mod ir;

mod dice;
mod primitives;
mod transforms;

mod compose;
mod features;
mod generator;
mod prompt;
mod config;
mod program;
mod cases;
mod input;
mod statement;
mod truth;

pub use truth::truth;
