//! Special tokens and end tokens, from the files that name them.

use serde_json::{Map, Value, json};

use crate::tokenizer::{END_OF_TEXT, IM_END, Tokenizer};

/// Tokens with a role, as `tokenizer_config.json` names them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SpecialTokens {
    pub bos: Option<String>,
    /// Ends an answer.
    pub eos: Option<String>,
    pub pad: Option<String>,
}

// === impl SpecialTokens ===

impl SpecialTokens {
    pub(super) fn chatml() -> Self {
        Self {
            bos: None,
            eos: Some(IM_END.to_owned()),
            pad: Some(END_OF_TEXT.to_owned()),
        }
    }

    pub(super) fn from_fields(fields: &Map<String, Value>) -> Self {
        // A token is a string, or an object with its text in `content`.
        let token = |name: &str| {
            let value = fields.get(name)?;
            let text = value.get("content").unwrap_or(value);
            text.as_str().map(str::to_owned)
        };
        Self {
            bos: token("bos_token"),
            eos: token("eos_token"),
            pad: token("pad_token"),
        }
    }

    pub(super) fn to_fields(&self) -> Map<String, Value> {
        let mut fields = Map::new();
        fields.insert("bos_token".to_owned(), json!(self.bos));
        fields.insert("eos_token".to_owned(), json!(self.eos));
        fields.insert("pad_token".to_owned(), json!(self.pad));
        fields
    }

    /// The ids of end and padding, where the tokenizer has them.
    pub(super) fn ids(&self, tokenizer: &Tokenizer) -> Vec<u32> {
        let tokens = [&self.eos, &self.pad];
        let tokens = tokens.into_iter().flatten();
        tokens.filter_map(|it| tokenizer.token_id(it)).collect()
    }
}

/// The end tokens that a `generation_config.json` or `config.json` names: a number or a list.
///
/// What is no token id at all is an error, told by its text.
pub(super) fn end_tokens(fields: &Map<String, Value>) -> Result<Vec<u32>, String> {
    const FIELD: &str = "eos_token_id";
    let id = |value: &Value| {
        let id = value.as_u64().and_then(|it| u32::try_from(it).ok());
        id.ok_or_else(|| format!("`{FIELD}` is not a token id or a list of them"))
    };
    match fields.get(FIELD) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(values)) => values.iter().map(id).collect(),
        Some(value) => Ok(vec![id(value)?]),
    }
}
