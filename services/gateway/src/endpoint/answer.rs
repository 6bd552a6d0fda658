//! What comes back: the answer in the body of a chat completion.

use serde_json::Value;

use super::complaint::Complaint;
use super::fault::{Fault, HttpReply, classify, is_html, not_an_api};
use crate::chat::{Answer, FinishReason, Question, Tokens};
use crate::store::Ending;

/// An answer, and what else the endpoint let on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub answer: Answer,
    /// Endpoints that honour seeds tell which build of the model they apply to.
    pub system_fingerprint: Option<String>,
}

pub(super) fn read(reply: &HttpReply<'_>, question: &Question) -> Result<Said, Fault> {
    let Ok(body) = serde_json::from_slice::<Value>(reply.body) else {
        return Err(not_json(reply));
    };
    let Some(choice) = body.pointer("/choices/0") else {
        return Err(without_choice(reply, &body, &question.model));
    };
    let message = choice.get("message");
    let message = message.ok_or_else(|| Fault::unreadable("the choice holds no message"))?;
    let content = content(message);
    let reasoning = text(message, "reasoning_content").or_else(|| text(message, "reasoning"));
    let reasoning = reasoning.unwrap_or_default().to_owned();
    let tokens = tokens(&body).unwrap_or_else(|| estimate(question, &content, &reasoning));
    let answer = Answer {
        model: text(&body, "model").unwrap_or(&question.model).to_owned(),
        finish_reason: FinishReason::from_name(text(choice, "finish_reason").unwrap_or_default()),
        content,
        reasoning,
        tokens,
    };
    let system_fingerprint = text(&body, "system_fingerprint").map(str::to_owned);
    Ok(Said {
        answer,
        system_fingerprint,
    })
}

fn not_json(reply: &HttpReply<'_>) -> Fault {
    let what = if is_html(reply.body) {
        "HTML"
    } else {
        "something that is not JSON"
    };
    Fault::Final {
        error: not_an_api(reply, what),
        ending: Ending::Failed,
    }
}

/// Some endpoints pass an error of the model behind them on with status 200.
fn without_choice(reply: &HttpReply<'_>, body: &Value, model: &str) -> Fault {
    let complaint = Complaint::read(reply.body);
    let status = complaint
        .code
        .parse()
        .ok()
        .filter(|status| (400..600).contains(status));
    let status = status.and_then(|status: u16| reqwest::StatusCode::from_u16(status).ok());
    match (body.get("error"), status) {
        (Some(_), Some(status)) => classify(&HttpReply { status, ..*reply }, model),
        (Some(_), None) => Fault::unreadable(&complaint.message),
        (None, _) => Fault::unreadable("there is no choice in it"),
    }
}

/// A text, or a list of parts with texts; a refusal given apart stands in for the content.
fn content(message: &Value) -> String {
    match message.get("content") {
        Some(Value::String(content)) => content.clone(),
        Some(Value::Array(parts)) => parts.iter().filter_map(|part| text(part, "text")).collect(),
        _ => text(message, "refusal").unwrap_or_default().to_owned(),
    }
}

fn tokens(body: &Value) -> Option<Tokens> {
    let count = |name: &str| {
        body.get("usage")?
            .get(name)?
            .as_u64()
            .filter(|count| *count < 1 << 40)
    };
    Some(Tokens {
        prompt: count("prompt_tokens")?,
        completion: count("completion_tokens")?,
        are_estimated: false,
    })
}

fn estimate(question: &Question, content: &str, reasoning: &str) -> Tokens {
    let prompt_bytes = question
        .messages
        .iter()
        .map(|message| message.content.len())
        .sum();
    Tokens::estimated(prompt_bytes, content.len() + reasoning.len())
}

fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name)?.as_str()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use reqwest::header::HeaderMap;
    use reqwest::{StatusCode, Url};

    use super::*;
    use crate::chat::{Message, Role, Sampling};

    fn read_body(body: &str) -> Result<Said, Fault> {
        let question = Question {
            model: "asked".into(),
            messages: vec![Message {
                role: Role::User,
                content: "12345".into(),
            }],
            sampling: Sampling {
                temperature: 0.0,
                top_p: None,
                max_tokens: 9,
                seed: 7,
            },
            sample_index: 0,
        };
        let reply = HttpReply {
            status: StatusCode::OK,
            headers: &HeaderMap::new(),
            body: body.as_bytes(),
            url: &Url::parse("http://h/v1").unwrap(),
        };
        read(&reply, &question)
    }

    #[test]
    fn reads_content_and_reasoning_in_every_form() {
        let table = [
            (r#"{"content":"a"}"#, "a", ""),
            (r#"{"content":"a","reasoning_content":"r"}"#, "a", "r"),
            (
                r#"{"content":"a","reasoning_content":null,"reasoning":"r"}"#,
                "a",
                "r",
            ),
            (
                r#"{"content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}"#,
                "ab",
                "",
            ),
            (r#"{"content":null,"reasoning":"r"}"#, "", "r"),
            (r#"{"content":null,"refusal":"no"}"#, "no", ""),
        ];
        for (message, content, reasoning) in table {
            let body = format!(r#"{{"choices":[{{"message":{message},"finish_reason":"stop"}}]}}"#);
            let answer = read_body(&body).unwrap().answer;
            assert_eq!(
                (answer.content.as_str(), answer.reasoning.as_str()),
                (content, reasoning)
            );
            assert_eq!(
                (answer.model.as_str(), answer.finish_reason),
                ("asked", FinishReason::Stop)
            );
        }
    }

    #[test]
    fn counts_tokens_by_bytes_where_the_endpoint_does_not() {
        let without =
            read_body(r#"{"choices":[{"message":{"content":"123456789"}}],"usage":null}"#).unwrap();
        assert_eq!(
            without.answer.tokens,
            Tokens {
                prompt: 2,
                completion: 3,
                are_estimated: true
            }
        );
        let told = read_body(r#"{"choices":[{"message":{"content":"a"}}],"usage":{"prompt_tokens":7,"completion_tokens":8}}"#).unwrap();
        assert_eq!(
            told.answer.tokens,
            Tokens {
                prompt: 7,
                completion: 8,
                are_estimated: false
            }
        );
    }

    #[test]
    fn tells_why_a_success_is_none() {
        use synthsmith_rpc::RpcError as _;
        let table = [
            ("<!doctype html><title>hi</title>", "ENDPOINT_NOT_AN_API"),
            ("ok", "ENDPOINT_NOT_AN_API"),
            ("", "ENDPOINT_NOT_AN_API"),
            ("{}", "ANSWER_UNREADABLE"),
            (r#"{"choices":[]}"#, "ANSWER_UNREADABLE"),
            (r#"{"choices":[{}]}"#, "ANSWER_UNREADABLE"),
            (r#"{"error":{"message":"odd"}}"#, "ANSWER_UNREADABLE"),
            (
                r#"{"error":{"message":"key","code":401}}"#,
                "ENDPOINT_KEY_WRONG",
            ),
            (r#"{"error":{"message":"down","code":502}}"#, "passing"),
        ];
        for (body, want) in table {
            let got = match read_body(body).unwrap_err() {
                Fault::Final { error, .. } => error.reason(),
                Fault::Busy { .. } => "busy",
                Fault::Passing { .. } => "passing",
            };
            assert_eq!(got, want, "{body}");
        }
    }

    proptest! {
        #[test]
        fn no_body_makes_reading_panic(body in prop_oneof!["\\PC{0,80}", completion()]) {
            let _ = read_body(&body);
        }
    }

    /// Completions whose every part may be anything.
    fn completion() -> impl Strategy<Value = String> {
        let part = || {
            prop::sample::select(vec![
                "null",
                "1",
                "-1",
                "1e300",
                "\"a\"",
                "[]",
                "{}",
                "[{\"text\":1}]",
            ])
        };
        (part(), part(), part(), part()).prop_map(|(content, reason, usage, error)| {
            format!(
                r#"{{"choices":[{{"message":{{"content":{content},"reasoning":{reason}}},"finish_reason":{reason}}}],"usage":{{"prompt_tokens":{usage},"completion_tokens":{usage}}},"error":{error}}}"#
            )
        })
    }
}
