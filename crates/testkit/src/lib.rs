//! What tests of more than one crate need. A dev-dependency only.

pub mod engine;

pub use engine::engine_or_skip;
