//! What is sent: the address and the body of a chat completion.

use reqwest::Url;
use serde_json::{Map, Value, json};

use crate::Error;
use crate::chat::Question;
use crate::config::MaxTokensParameter;

/// The address of chat completions under `base_url`; `/v1` is added where there is no path.
pub(super) fn url(base_url: &str) -> Result<Url, Error> {
    let wrong = |message: String| Error::EndpointConfig { message };
    let mut url =
        Url::parse(base_url.trim()).map_err(|error| wrong(format!("base_url: {error}")))?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(wrong("base_url must begin with http:// or https://".into()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong(
            "base_url must not hold a password; use api_key_env".into(),
        ));
    }
    let base = url.path().trim_end_matches('/');
    let base = base.strip_suffix("/chat/completions").unwrap_or(base);
    let base = if base.is_empty() { "/v1" } else { base };
    let path = format!("{base}/chat/completions");
    url.set_path(&path);
    Ok(url)
}

/// A proxy between us and our own machine is never meant.
pub(super) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    matches!(host, "localhost" | "[::1]") || host.starts_with("127.")
}

pub(super) fn body(question: &Question, max_tokens_parameter: MaxTokensParameter) -> Value {
    let messages: Vec<Value> = question
        .messages
        .iter()
        .map(|message| json!({ "role": message.role.as_str(), "content": message.content }))
        .collect();
    let sampling = &question.sampling;
    let max_tokens = match max_tokens_parameter {
        MaxTokensParameter::MaxTokens => "max_tokens",
        MaxTokensParameter::MaxCompletionTokens => "max_completion_tokens",
    };
    let mut body = Map::new();
    body.insert("model".into(), question.model.as_str().into());
    body.insert("messages".into(), messages.into());
    body.insert("temperature".into(), sampling.temperature.into());
    if let Some(top_p) = sampling.top_p {
        body.insert("top_p".into(), top_p.into());
    }
    body.insert(max_tokens.into(), sampling.max_tokens.into());
    body.insert("seed".into(), sampling.seed.into());
    body.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::{Message, Role, Sampling};

    #[test]
    fn finds_the_completions_with_or_without_a_path() {
        let table = [
            ("http://h:1", "http://h:1/v1/chat/completions"),
            ("http://h:1/", "http://h:1/v1/chat/completions"),
            ("http://h/v1", "http://h/v1/chat/completions"),
            ("http://h/v1/", "http://h/v1/chat/completions"),
            ("https://h/api/v1", "https://h/api/v1/chat/completions"),
            (
                "https://h/v1/chat/completions",
                "https://h/v1/chat/completions",
            ),
            (
                "https://h/d?api-version=1",
                "https://h/d/chat/completions?api-version=1",
            ),
        ];
        for (base_url, want) in table {
            assert_eq!(url(base_url).unwrap().as_str(), want);
        }
    }

    #[test]
    fn rejects_what_is_no_address() {
        for base_url in [
            "",
            "h:1",
            "127.0.0.1:7180",
            "ftp://h/",
            "http://",
            "http://u:p@h/v1",
        ] {
            assert!(url(base_url).is_err(), "{base_url}");
        }
    }

    #[test]
    fn leaves_out_what_is_left_to_the_endpoint() {
        let mut question = Question {
            model: "m".into(),
            messages: vec![Message {
                role: Role::User,
                content: "hi".into(),
            }],
            sampling: Sampling {
                temperature: 0.5,
                top_p: None,
                max_tokens: 9,
                seed: 7,
            },
            sample_index: 3,
        };
        let body_of = |question: &Question, parameter| body(question, parameter).to_string();
        assert_eq!(
            body_of(&question, MaxTokensParameter::MaxTokens),
            r#"{"model":"m","messages":[{"role":"user","content":"hi"}],"temperature":0.5,"max_tokens":9,"seed":7}"#
        );
        question.sampling.top_p = Some(0.25);
        let newer = body_of(&question, MaxTokensParameter::MaxCompletionTokens);
        assert!(
            newer.contains(r#""top_p":0.25,"max_completion_tokens":9"#),
            "{newer}"
        );
    }
}
