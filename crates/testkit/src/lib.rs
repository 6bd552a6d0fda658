//! What tests of more than one crate need. A dev-dependency only.

pub mod engine;
pub mod eventually;

pub use engine::{cell_profile, engine_or_skip, say};
pub use eventually::eventually;
