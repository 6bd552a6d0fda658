//! From and into the messages of the contract.

use synthsmith_corpus::Origin;
use synthsmith_proto::gateway::v1 as pb;
use synthsmith_rpc::Violations;

use crate::Error;
use crate::chat::{FinishReason, Message, Question, Role, Sampling};
use crate::complete::Completion;
use crate::store::Usage;

const MAX_MESSAGES: usize = 256;
const MAX_CONTENT_BYTES: usize = 8 << 20;
const MAX_TOKENS: i32 = 4 << 20;
const MAX_NAME_BYTES: usize = 256;

/// The question of a request, and on whose behalf it is asked.
pub(crate) fn question(
    request: pb::CompleteChatRequest,
    default_model: &str,
) -> Result<(Question, Origin), Error> {
    let mut violations = Violations::default();
    let messages = messages(request.messages, &mut violations);
    let sampling = sampling(request.sampling, &mut violations);
    let sample_index = u32::try_from(request.sample_index).unwrap_or_default();
    violations.require(
        request.sample_index >= 0,
        "sample_index",
        "must not be negative",
    );
    violations.require(
        request.model.len() <= MAX_NAME_BYTES,
        "model",
        "is too long",
    );
    let origin = Origin::from(request.origin.unwrap_or_default());
    let names = [&origin.run_id, &origin.task_id, &origin.stage];
    violations.require(
        names.iter().all(|name| name.len() <= MAX_NAME_BYTES),
        "origin",
        "holds a name that is too long",
    );
    if !violations.is_empty() {
        return Err(Error::Invalid(violations));
    }
    let is_named = !request.model.is_empty();
    let model = if is_named {
        request.model
    } else {
        default_model.to_owned()
    };
    Ok((
        Question {
            model,
            messages,
            sampling,
            sample_index,
        },
        origin,
    ))
}

fn messages(messages: Vec<pb::ChatMessage>, violations: &mut Violations) -> Vec<Message> {
    let count = messages.len();
    violations.require(
        (1..=MAX_MESSAGES).contains(&count),
        "messages",
        "must be from 1 to 256",
    );
    let bytes: usize = messages.iter().map(|message| message.content.len()).sum();
    violations.require(
        bytes <= MAX_CONTENT_BYTES,
        "messages",
        "must have at most 8 MiB together",
    );
    let mut decoded = Vec::with_capacity(count.min(MAX_MESSAGES));
    for (position, message) in messages.into_iter().enumerate().take(MAX_MESSAGES) {
        match role(message.role()) {
            Some(role) => decoded.push(Message {
                role,
                content: message.content,
            }),
            None => violations.add(
                format!("messages[{position}].role"),
                "must be system, user or assistant",
            ),
        }
    }
    decoded
}

fn role(role: pb::Role) -> Option<Role> {
    match role {
        pb::Role::Unspecified => None,
        pb::Role::System => Some(Role::System),
        pb::Role::User => Some(Role::User),
        pb::Role::Assistant => Some(Role::Assistant),
    }
}

fn sampling(sampling: Option<pb::SamplingParameters>, violations: &mut Violations) -> Sampling {
    violations.require(sampling.is_some(), "sampling", "is required");
    let sampling = sampling.unwrap_or(pb::SamplingParameters {
        max_tokens: 1,
        ..Default::default()
    });
    let temperature = sampling.temperature;
    violations.require(
        (0.0..=2.0).contains(&temperature),
        "sampling.temperature",
        "must be from 0 to 2",
    );
    let top_p = sampling.top_p;
    violations.require(
        top_p.is_none_or(|p| p > 0.0 && p <= 1.0),
        "sampling.top_p",
        "must be above 0 and at most 1",
    );
    let max_tokens = sampling.max_tokens;
    violations.require(
        (1..=MAX_TOKENS).contains(&max_tokens),
        "sampling.max_tokens",
        "must be from 1 to 4194304",
    );
    Sampling {
        temperature,
        top_p,
        max_tokens: max_tokens.unsigned_abs(),
        seed: sampling.seed,
    }
}

impl From<Completion> for pb::CompleteChatResponse {
    fn from(completion: Completion) -> Self {
        let Completion {
            key,
            answer,
            from_store,
        } = completion;
        Self {
            key: key.as_str().to_owned(),
            content: answer.content.clone(),
            reasoning: answer.reasoning.clone(),
            finish_reason: finish_reason(answer.finish_reason).into(),
            usage: Some(pb::TokenUsage {
                prompt_tokens: answer.tokens.prompt as i64,
                completion_tokens: answer.tokens.completion as i64,
            }),
            from_store,
            model: answer.model.clone(),
        }
    }
}

fn finish_reason(reason: FinishReason) -> pb::FinishReason {
    match reason {
        FinishReason::Unstated => pb::FinishReason::Unspecified,
        FinishReason::Stop => pb::FinishReason::Stop,
        FinishReason::Length => pb::FinishReason::Length,
        FinishReason::ContentFilter => pb::FinishReason::ContentFilter,
    }
}

pub(crate) fn run_id(request: pb::GetUsageRequest) -> Result<String, Error> {
    let mut violations = Violations::default();
    let is_named = (1..=MAX_NAME_BYTES).contains(&request.run_id.len());
    violations.require(is_named, "run_id", "must have from 1 to 256 bytes");
    if violations.is_empty() {
        Ok(request.run_id)
    } else {
        Err(Error::Invalid(violations))
    }
}

impl From<Usage> for pb::GetUsageResponse {
    fn from(usage: Usage) -> Self {
        Self {
            answers: usage.answers as i64,
            requests: usage.requests as i64,
            paid_twice_upper_bound: usage.lost as i64,
            usage: Some(pb::TokenUsage {
                prompt_tokens: usage.prompt_tokens as i64,
                completion_tokens: usage.completion_tokens as i64,
            }),
            cost_usd: usage.cost_usd,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> pb::CompleteChatRequest {
        pb::CompleteChatRequest {
            messages: vec![pb::ChatMessage {
                role: pb::Role::User.into(),
                content: "hi".into(),
            }],
            sampling: Some(pb::SamplingParameters {
                temperature: 0.5,
                max_tokens: 8,
                ..Default::default()
            }),
            ..Default::default()
        }
    }

    #[test]
    fn takes_the_default_model_where_none_is_named() {
        assert_eq!(question(request(), "d").unwrap().0.model, "d");
        let named = pb::CompleteChatRequest {
            model: "n".into(),
            ..request()
        };
        assert_eq!(question(named, "d").unwrap().0.model, "n");
    }

    #[test]
    fn reports_every_wrong_field_by_name() {
        type Change = fn(&mut pb::CompleteChatRequest);
        let changes: [(Change, &str); 11] = [
            (|r| r.messages.clear(), "messages must"),
            (|r| r.messages[0].role = 0, "messages[0].role"),
            (|r| r.messages[0].role = 77, "messages[0].role"),
            (
                |r| r.messages[0].content = "x".repeat(MAX_CONTENT_BYTES + 1),
                "messages must",
            ),
            (|r| r.sampling = None, "sampling is required"),
            (
                |r| r.sampling.as_mut().unwrap().temperature = f64::NAN,
                "sampling.temperature",
            ),
            (
                |r| r.sampling.as_mut().unwrap().top_p = Some(0.0),
                "sampling.top_p",
            ),
            (
                |r| r.sampling.as_mut().unwrap().max_tokens = 0,
                "sampling.max_tokens",
            ),
            (
                |r| r.sampling.as_mut().unwrap().max_tokens = i32::MIN,
                "sampling.max_tokens",
            ),
            (|r| r.sample_index = -1, "sample_index"),
            (|r| r.model = "m".repeat(300), "model"),
        ];
        for (change, field) in changes {
            let mut request = request();
            change(&mut request);
            let told = question(request, "d").unwrap_err().to_string();
            assert!(told.contains(field), "{told}");
        }
    }
}
