//! Tokens into logits.

#![expect(
    clippy::inline_always,
    reason = "what is not inlined is compiled for machines without wide vectors, and ten times as slow"
)]

mod ahead;
mod attention;
mod cache;
mod elementwise;
mod gated;
mod heads;
mod kernel;
mod layer;
mod linear;
mod memory;
mod model;
mod rotary;

pub(crate) use cache::{BlockSize, Cache, FreeBlocks, POSITIONS};
pub(crate) use elementwise::{Exponentials, Largest};
pub(crate) use layer::Scratch;
pub use model::Model;
pub(crate) use model::{HeadBuffer, MAX_ROWS, Piece};
