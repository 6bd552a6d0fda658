//! Language models of the Qwen2 and Qwen3 family, as files and as samplers.
//!
//! A [`Folder`] holds a [`Config`], [`Weights`] and what turns [`Text`] into tokens. A [`Model`] is
//! made of the first two; a [`sampler::Sampler`] lets it go on with many texts at once. Files, texts
//! and requests are not trusted. Training is elsewhere, and nothing here reaches the network.

pub mod config;
pub mod weights;

pub mod tokenizer;

pub mod chat;

pub mod folder;

pub mod forward;
pub mod sampler;

mod error;

#[cfg(test)]
mod testing;

pub use config::{Architecture, Config};
pub use error::{Cause, Error};
pub use folder::{Adapter, Dtype, Folder, Text};
pub use forward::Model;
pub use sampler::Sampler;
pub use weights::{Array, Weights};
