//! What is asked of a model, and what it answers.

/// A question; two equal ones have the same answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    pub model: String,
    pub messages: Vec<Message>,
    pub sampling: Sampling,
    /// Which of several answers to the same chat this asks for, from 0.
    pub sample_index: u32,
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
    pub top_p: Option<f64>,
    pub max_tokens: u32,
    pub seed: i64,
}

/// An answer, as the endpoint gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The model that answered, in the endpoint's words.
    pub model: String,
    pub content: String,
    /// Empty where the endpoint does not part it from the content.
    pub reasoning: String,
    pub finish_reason: FinishReason,
    pub tokens: Tokens,
}

/// Why a model stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FinishReason {
    Unstated,
    Stop,
    Length,
    ContentFilter,
}

/// What an answer took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tokens {
    pub prompt: u64,
    pub completion: u64,
    /// Counted from bytes, because the endpoint told nothing.
    pub are_estimated: bool,
}

// === impl Question ===

impl Question {
    /// The chat as text: each message after a line with its role.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for message in &self.messages {
            text.push('[');
            text.push_str(message.role.as_str());
            text.push_str("]\n");
            text.push_str(&message.content);
            text.push('\n');
        }
        text
    }
}

// === impl Role ===

impl Role {
    /// The name in the key and at the endpoint.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::User => "user",
            Self::Assistant => "assistant",
        }
    }
}

// === impl FinishReason ===

impl FinishReason {
    /// The name in the store and at the endpoint.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unstated => "",
            Self::Stop => "stop",
            Self::Length => "length",
            Self::ContentFilter => "content_filter",
        }
    }

    pub fn from_name(name: &str) -> Self {
        match name {
            "stop" | "eos" | "end_turn" | "stop_sequence" => Self::Stop,
            "length" | "max_tokens" => Self::Length,
            "content_filter" | "refusal" => Self::ContentFilter,
            _ => Self::Unstated,
        }
    }
}

// === impl Tokens ===

impl Tokens {
    /// About four bytes make a token, in English and in code.
    pub fn estimated(prompt_bytes: usize, completion_bytes: usize) -> Self {
        Self {
            prompt: prompt_bytes.div_ceil(4) as u64,
            completion: completion_bytes.div_ceil(4) as u64,
            are_estimated: true,
        }
    }
}
