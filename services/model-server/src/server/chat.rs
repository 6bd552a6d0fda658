//! The messages of the chat completions API.

use std::sync::atomic::{AtomicU64, Ordering};

use serde::Deserialize;
use serde_json::{Value, json};
use synthsmith_transformer::chat::Message;
use synthsmith_transformer::sampler::{Choice, Completion, Finish, Request};

use crate::error::Error;

/// Choices of one request.
const MOST_CHOICES: u64 = 64;

/// What is not known is let be, as other servers do.
#[derive(Debug, Deserialize)]
struct Wire {
    messages: Vec<Turn>,
    #[serde(default)]
    model: Option<String>,
    #[serde(default)]
    temperature: Option<f32>,
    #[serde(default)]
    top_p: Option<f32>,
    #[serde(default)]
    top_k: Option<i64>,
    #[serde(default)]
    max_tokens: Option<u64>,
    #[serde(default)]
    max_completion_tokens: Option<u64>,
    #[serde(default)]
    stop: Option<Stops>,
    #[serde(default)]
    seed: Option<i64>,
    #[serde(default)]
    n: Option<u64>,
    #[serde(default)]
    stream: Option<bool>,
}

#[derive(Debug, Deserialize)]
struct Turn {
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

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Stops {
    One(String),
    Many(Vec<String>),
}

/// A request, read.
#[derive(Debug)]
pub(super) struct ChatRequest {
    pub(super) messages: Vec<Message>,
    /// `None` where any is meant.
    pub(super) model: Option<String>,
    pub(super) streams: bool,
    max_tokens: Option<usize>,
    choice: Choice,
    stop: Vec<String>,
    choices: u64,
}

/// What all parts of an answer begin with.
#[derive(Debug, Clone)]
pub(super) struct Head {
    pub(super) model: String,
    pub(super) created: u64,
    pub(super) prompt_tokens: usize,
}

pub(super) fn read(body: &[u8]) -> Result<ChatRequest, Error> {
    let wire: Wire = serde_json::from_slice(body).map_err(Error::Malformed)?;
    let choices = wire.n.unwrap_or(1);
    if !(1..=MOST_CHOICES).contains(&choices) {
        return Err(Error::Unsupported(format!("n must be 1 to {MOST_CHOICES}")));
    }
    let turns = wire.messages.into_iter();
    Ok(ChatRequest {
        messages: turns.map(Turn::message).collect(),
        model: wire.model.filter(|model| !model.is_empty()),
        streams: wire.stream.unwrap_or(false),
        max_tokens: wire
            .max_completion_tokens
            .or(wire.max_tokens)
            .map(|tokens| tokens as usize),
        choice: Choice {
            temperature: wire.temperature.unwrap_or(1.0),
            top_p: wire.top_p.unwrap_or(1.0),
            // Other servers take -1 for no bound.
            top_k: wire.top_k.unwrap_or(0).max(0) as usize,
            seed: wire.seed.map_or_else(fresh_seed, |seed| seed as u64),
        },
        stop: match wire.stop {
            None => Vec::new(),
            Some(Stops::One(stop)) => vec![stop],
            Some(Stops::Many(stops)) => stops,
        },
        choices,
    })
}

impl Turn {
    fn message(self) -> Message {
        let content = match self.content {
            Content::Text(text) => text,
            Content::Parts(parts) => parts.into_iter().map(|part| part.text).collect(),
        };
        Message::new(self.role, content)
    }
}

impl ChatRequest {
    /// A sequence per choice, each with a seed of its own.
    pub(super) fn sequences(
        &self,
        prompt: Vec<u32>,
        end_tokens: &[u32],
        max_tokens: usize,
    ) -> impl Iterator<Item = Request> {
        (0..self.choices).map(move |index| Request {
            prompt: prompt.clone(),
            max_tokens: self.max_tokens.unwrap_or(max_tokens),
            choice: Choice {
                seed: self.choice.seed.wrapping_add(index),
                ..self.choice
            },
            stop: self.stop.clone(),
            end_tokens: end_tokens.to_vec(),
            logprobs: false,
        })
    }
}

pub(super) fn body(head: &Head, completions: &[Completion]) -> Result<Value, Error> {
    let mut choices = Vec::new();
    for (index, completion) in completions.iter().enumerate() {
        choices.push(json!({
            "index": index,
            "message": {"role": "assistant", "content": completion.text},
            "finish_reason": finish_reason(completion)?,
        }));
    }
    let said: usize = completions.iter().map(|it| it.tokens.len()).sum();
    Ok(json!({
        "id": id(head),
        "object": "chat.completion",
        "created": head.created,
        "model": head.model,
        "choices": choices,
        "usage": {
            "prompt_tokens": head.prompt_tokens,
            "completion_tokens": said,
            "total_tokens": head.prompt_tokens + said,
        },
    }))
}

/// A piece of an answer that is streamed.
pub(super) fn chunk(
    head: &Head,
    index: usize,
    delta: &Value,
    finish_reason: Option<&str>,
) -> Value {
    json!({
        "id": id(head),
        "object": "chat.completion.chunk",
        "created": head.created,
        "model": head.model,
        "choices": [{"index": index, "delta": delta, "finish_reason": finish_reason}],
    })
}

pub(super) fn finish_reason(completion: &Completion) -> Result<&'static str, Error> {
    match completion.finish {
        Some(Finish::End | Finish::Stop) => Ok("stop"),
        Some(Finish::Length) => Ok("length"),
        Some(Finish::NotFinite) => Err(Error::NotFinite),
        None => Err(synthsmith_sampling::Error::Ended.into()),
    }
}

fn id(head: &Head) -> String {
    format!("chatcmpl-{:x}-{}", head.created, head.prompt_tokens)
}

/// Another one for each request.
fn fresh_seed() -> u64 {
    static REQUESTS: AtomicU64 = AtomicU64::new(0);
    let count = REQUESTS.fetch_add(1, Ordering::Relaxed);
    let time = super::now();
    let digest = blake3::hash(&[time.to_le_bytes(), count.to_le_bytes()].concat());
    let mut seed = [0; 8];
    seed.copy_from_slice(&digest.as_bytes()[..8]);
    u64::from_le_bytes(seed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_with_defaults_and_without_what_is_not_known() {
        let body =
            br#"{"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"text":"b"}]}],
            "stop":"x","n":2,"seed":-1,"tools":[],"max_tokens":7}"#;
        let request = read(body).unwrap();
        assert_eq!(request.messages, [Message::new("user", "ab")]);
        let sequences: Vec<Request> = request.sequences(vec![1, 2], &[3], 100).collect();
        assert_eq!(sequences.len(), 2);
        assert_eq!(sequences[0].max_tokens, 7);
        assert_eq!(sequences[1].stop, ["x"]);
        let seeds: Vec<u64> = sequences.iter().map(|it| it.choice.seed).collect();
        assert_eq!(seeds, [u64::MAX, 0]);
    }

    #[test]
    fn what_is_no_request_is_refused() {
        for body in [
            "",
            "{}",
            "[]",
            r#"{"messages":"x"}"#,
            r#"{"messages":[],"n":0}"#,
            r#"{"messages":[],"n":1e9}"#,
        ] {
            assert!(read(body.as_bytes()).is_err(), "{body}");
        }
    }
}
