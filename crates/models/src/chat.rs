//! The port: what is asked of a model, and what it answers.

use std::fmt;

use async_trait::async_trait;
use synthsmith_corpus::Origin;

use crate::Error;

/// Something that answers chats.
#[async_trait]
pub trait ChatModel: fmt::Debug + Send + Sync {
    async fn complete(&self, request: ChatRequest) -> Result<ChatReply, Error>;
}

/// One question to a model.
#[derive(Debug, Clone, PartialEq)]
pub struct ChatRequest {
    /// The model's name at the endpoint; empty takes the gateway's default.
    pub model: String,
    pub messages: Vec<Message>,
    pub sampling: Sampling,
    /// Which of several answers to the same question this is, from 0.
    pub sample_index: u32,
    pub origin: Origin,
}

/// One message of a chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub role: Role,
    pub content: String,
}

/// Who speaks in a chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    System,
    User,
    Assistant,
}

/// How the model samples its answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sampling {
    pub temperature: f64,
    /// `None` leaves it to the endpoint.
    pub top_p: Option<f64>,
    /// Reasoning included.
    pub max_tokens: u32,
    pub seed: i64,
}

/// A model's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatReply {
    /// The answer's key in the gateway's store.
    pub key: String,
    pub content: String,
    /// Empty where the endpoint does not part it from the content.
    pub reasoning: String,
    pub finish_reason: FinishReason,
    pub prompt_tokens: u64,
    pub completion_tokens: u64,
    pub from_store: bool,
    /// The model that answered, in the endpoint's words.
    pub model: String,
}

/// Why a model stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FinishReason {
    Unstated,
    Stop,
    /// It reached `max_tokens`: the answer may lack its end.
    Length,
    ContentFilter,
}

// === impl ChatRequest ===

impl ChatRequest {
    /// The last thing the user said: the prompt proper.
    pub fn prompt(&self) -> &str {
        let asked = self.messages.iter().rev().find(|m| m.role == Role::User);
        asked.map_or("", |message| message.content.as_str())
    }
}

// === impl Message ===

impl Message {
    pub fn system(content: impl Into<String>) -> Self {
        Self {
            role: Role::System,
            content: content.into(),
        }
    }

    pub fn user(content: impl Into<String>) -> Self {
        Self {
            role: Role::User,
            content: content.into(),
        }
    }
}
