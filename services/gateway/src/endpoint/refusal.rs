//! Refusals that are about one prompt. They stand for an answer: the prompt would be refused each time it is asked.

use super::answer::Said;
use super::complaint::Complaint;
use super::fault::HttpReply;
use crate::chat::{Answer, FinishReason, Question, Tokens};

/// What servers write that have no code for it.
const TOO_LONG: &str = "maximum context length";

/// The answer that a refused prompt amounts to; `None` where the refusal may be about more than the prompt.
pub(super) fn read(reply: &HttpReply<'_>, question: &Question) -> Option<Said> {
    if !matches!(reply.status.as_u16(), 400 | 413 | 422) {
        return None;
    }
    let complaint = Complaint::read(reply.body);
    let finish_reason = match complaint.code.as_str() {
        "content_filter" | "content_policy_violation" => FinishReason::ContentFilter,
        "context_length_exceeded" => FinishReason::Length,
        _ if complaint.message.contains(TOO_LONG) => FinishReason::Length,
        _ => return None,
    };
    tracing::warn!(
        finish_reason = finish_reason.as_str(),
        message = complaint.message,
        "the endpoint refuses this prompt"
    );
    let answer = Answer {
        model: question.model.clone(),
        content: String::new(),
        reasoning: String::new(),
        finish_reason,
        tokens: Tokens {
            prompt: 0,
            completion: 0,
            are_estimated: false,
        },
    };
    Some(Said {
        answer,
        system_fingerprint: None,
    })
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderMap;
    use reqwest::{StatusCode, Url};

    use super::*;
    use crate::chat::Sampling;

    #[test]
    fn what_is_about_the_prompt_is_told_from_what_is_about_the_request() {
        let filtered = r#"{"error":{"code":"content_filter","message":"no"}}"#;
        let too_long = r#"{"error":{"code":"context_length_exceeded","message":"no"}}"#;
        let in_words = r#"{"object":"error","message":"This model's maximum context length is 4096 tokens.","code":400}"#;
        let parameter = r#"{"error":{"code":"invalid_value","message":"temperature"}}"#;
        let table = [
            (400, filtered, Some(FinishReason::ContentFilter)),
            (400, too_long, Some(FinishReason::Length)),
            (400, in_words, Some(FinishReason::Length)),
            (400, parameter, None),
            (400, "", None),
            (401, filtered, None),
            (500, too_long, None),
        ];
        for (status, body, expected) in table {
            let reply = HttpReply {
                status: StatusCode::from_u16(status).unwrap(),
                headers: &HeaderMap::new(),
                body: body.as_bytes(),
                url: &Url::parse("http://localhost/v1").unwrap(),
            };
            let found = read(&reply, &question()).map(|said| said.answer.finish_reason);
            assert_eq!(found, expected, "{status} {body}");
        }
    }

    fn question() -> Question {
        Question {
            model: "m".to_owned(),
            messages: Vec::new(),
            sampling: Sampling {
                temperature: 1.0,
                top_p: None,
                max_tokens: 1,
                seed: 0,
            },
            sample_index: 0,
        }
    }
}
