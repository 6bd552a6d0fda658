//! Fine-tunes decoder-only language models (Qwen2, Qwen3) in this process.
//!
//! Data flow: [`Row`]s of tokens are packed into batches; a batch goes through the network piece by
//! piece, forward and backward; its gradient is clipped and [`Session`] moves the weights by AdamW.
//! All arithmetic is `f32`. On the processor the operations are fused and written here, with their
//! gradients; on another device candle computes the same network from its own operations.
//!
//! The crate reads no model folder and no text: it is given a configuration, weights and tokens, and
//! gives weights back. The only files it knows are its checkpoints.

mod device;
mod session;
mod settings;

mod packing;
mod random;

mod engine;
mod network;
mod ops;
mod parameters;

mod optimizer;
mod schedule;

mod checkpoint;

mod error;

pub use device::Device;
pub use error::Error;
pub use network::initial_weights;
pub use packing::{Position, Row};
pub use session::{Session, StepReport};
pub use settings::{Lora, Method, Settings, Target};
