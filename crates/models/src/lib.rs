//! How a service asks a language model.
//!
//! [`ChatModel`] is the port: a [`ChatRequest`] goes in, a [`ChatReply`] comes out. [`GatewayModel`]
//! is the adapter every daemon uses; with the feature `scripted`, `scripted::ScriptedModel` answers
//! from a script instead. What a reply *holds* is read by `synthsmith-reply`; nothing here retries,
//! stores or counts, since all of that is the gateway's.

pub mod chat;
pub mod error;
pub mod gateway;
#[cfg(feature = "scripted")]
pub mod scripted;
mod wire;

pub use chat::{ChatModel, ChatReply, ChatRequest, FinishReason, Message, Role, Sampling};
pub use error::Error;
pub use gateway::GatewayModel;
