//! Chats as a model reads them.

mod python;
mod template;
mod turns;

use crate::error::Error;
use crate::folder::Text;

pub use template::ChatTemplate;
pub use turns::Turns;

/// One turn of a chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// `system`, `user` or `assistant`; what else is allowed is the template's to say.
    pub role: String,
    pub content: String,
}

/// The role of the model.
pub const ASSISTANT: &str = "assistant";

// === impl Message ===

impl Message {
    pub fn new(role: impl Into<String>, content: impl Into<String>) -> Self {
        Self {
            role: role.into(),
            content: content.into(),
        }
    }
}

// === impl Text ===

impl Text {
    /// The tokens of a chat, up to where the model's answer begins.
    ///
    /// Special tokens written out in a message count as such, as they do with other tools.
    pub fn encode_chat(&self, messages: &[Message]) -> Result<Vec<u32>, Error> {
        let text = self.template.render(messages, true, &self.special)?;
        self.tokenizer.encode(&text)
    }
}
