//! The messages of the chat completions API.

use crate::error::Error;
use crate::reply::Reply;
use serde::Deserialize;
use serde_json::json;

#[derive(Debug, Deserialize)]
struct Wire {
    messages: Vec<Message>,
    #[serde(default)]
    seed: Option<i64>,
    #[serde(default)]
    max_tokens: Option<usize>,
    #[serde(default)]
    max_completion_tokens: Option<usize>,
    #[serde(default)]
    stream: Option<bool>,
    #[serde(default)]
    n: Option<u32>,
}

#[derive(Debug, Deserialize)]
struct Message {
    role: String,
    content: Content,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Content {
    Text(String),
    Parts(Vec<Part>),
}

#[derive(Debug, Deserialize)]
struct Part {
    #[serde(default)]
    text: String,
}

impl Content {
    fn text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Parts(parts) => parts.into_iter().map(|part| part.text).collect(),
        }
    }
}

/// A request as the content sees it.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) conversation: String,
    pub(super) prompt: String,
    pub(super) sample: i64,
    most_tokens: Option<usize>,
}

pub(super) fn read(body: &[u8]) -> Result<Request, Error> {
    let wire: Wire = serde_json::from_slice(body).map_err(Error::Malformed)?;
    if wire.stream == Some(true) {
        return Err(Error::Unsupported { what: "streaming" });
    }
    if wire.n.is_some_and(|choices| choices != 1) {
        return Err(Error::Unsupported {
            what: "more than one choice",
        });
    }
    let most_tokens = wire
        .max_completion_tokens
        .or(wire.max_tokens)
        .filter(|tokens| *tokens > 0);
    let mut turns = Vec::new();
    let mut prompt = None;
    for message in wire.messages {
        let text = message.content.text();
        // The length keeps two conversations from reading alike.
        turns.push(format!("{} {}\n{text}\n", message.role, text.len()));
        if message.role == "user" {
            prompt = Some(text);
        }
    }
    let prompt = prompt.ok_or(Error::NoPrompt)?;
    Ok(Request {
        conversation: turns.concat(),
        prompt,
        sample: wire.seed.unwrap_or(0),
        most_tokens,
    })
}

/// Four bytes make a token, rounded up: simple to predict, and near the truth for English and code.
fn tokens(text: &str) -> usize {
    text.len().div_ceil(4)
}

/// The response; an answer above the allowed tokens is cut off, as a model's would be.
pub(super) fn body(model: &str, request: &Request, mut reply: Reply) -> String {
    let thought = reply.reasoning.as_deref().map_or(0, tokens);
    let room = request.most_tokens.map(|most| most.saturating_sub(thought));
    let finish = match room {
        Some(room) if tokens(&reply.content) > room => {
            reply
                .content
                .truncate(reply.content.floor_char_boundary(room * 4));
            "length"
        }
        _ => "stop",
    };
    let asked = tokens(&request.conversation);
    let answered = tokens(&reply.content) + thought;
    let mut message = json!({"role": "assistant", "content": reply.content});
    if let Some(reasoning) = reply.reasoning {
        message["reasoning_content"] = json!(reasoning);
    }
    let id = blake3::hash(format!("{} {}", request.sample, request.conversation).as_bytes());
    json!({
        "id": format!("chatcmpl-{}", &id.to_hex()[..24]),
        "object": "chat.completion",
        // No clock: the same request gets the same bytes.
        "created": 0,
        "model": model,
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": {"prompt_tokens": asked, "completion_tokens": answered, "total_tokens": asked + answered},
    })
    .to_string()
}
