//! Folders as Hugging Face's tools read and write them.

mod adapter;
mod bounded;
mod header;
mod read;
mod shards;
mod special;
mod stored;
mod tensors;
mod whole;
mod write;

use crate::chat::ChatTemplate;
use crate::config::Config;
use crate::tokenizer::Tokenizer;
use crate::weights::Weights;
use adapter::ADAPTER_CONFIG;

pub use adapter::Adapter;
pub use special::SpecialTokens;
pub use stored::Dtype;

/// A model as it lies in a folder.
#[derive(Debug, Clone)]
pub struct Folder {
    pub config: Config,
    pub weights: Weights,
    /// Absent where the folder holds weights only.
    pub text: Option<Text>,
}

/// What turns text into tokens and back.
#[derive(Debug, Clone)]
pub struct Text {
    pub tokenizer: Tokenizer,
    pub template: ChatTemplate,
    pub special: SpecialTokens,
    /// Tokens that end an answer; at least one, each below the model's `vocab_size`.
    pub end_tokens: Vec<u32>,
}

// === impl Text ===

impl Text {
    /// A tokenizer of our own, with the template of [`ChatTemplate::default`].
    ///
    /// None where the tokenizer lacks the special tokens of `ChatML`.
    pub fn chatml(tokenizer: Tokenizer) -> Option<Self> {
        let special = SpecialTokens::chatml();
        let end_tokens = special.ids(&tokenizer);
        (end_tokens.len() == 2).then_some(Self {
            tokenizer,
            template: ChatTemplate::default(),
            special,
            end_tokens,
        })
    }
}

#[cfg(test)]
mod tests;
