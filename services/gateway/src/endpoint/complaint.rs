//! The endpoint's own words about a request it did not serve.

use serde_json::Value;

/// They are shown up to here.
pub(super) const MAX_MESSAGE_CHARS: usize = 300;

pub(super) struct Complaint {
    pub(super) message: String,
    pub(super) code: String,
}

impl Complaint {
    /// Reads `{"error": {"message", "code"}}` and its common variants, else takes the body as text.
    pub(super) fn read(body: &[u8]) -> Self {
        let json: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
        let error = json.get("error").unwrap_or(&json);
        let message = ["message", "detail"]
            .iter()
            .find_map(|name| error.get(name)?.as_str());
        let message = message.or(error.as_str());
        let text = message.map_or_else(|| String::from_utf8_lossy(body), Into::into);
        let code = match error.get("code") {
            Some(Value::String(code)) => code.clone(),
            Some(Value::Number(code)) => code.to_string(),
            _ => String::new(),
        };
        Self {
            message: shown(&text),
            code,
        }
    }
}

/// Bounded, and without characters that would act on a terminal.
pub(super) fn shown(text: &str) -> String {
    let printable = text
        .trim()
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c });
    printable.take(MAX_MESSAGE_CHARS).collect()
}
