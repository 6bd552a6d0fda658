//! From and into the gateway's messages.

use synthsmith_proto::gateway::v1 as pb;

use crate::{ChatReply, ChatRequest, Error, FinishReason, Message, Role, Sampling};

pub(crate) fn request(request: ChatRequest) -> Result<pb::CompleteChatRequest, Error> {
    let sample_index = i32::try_from(request.sample_index).map_err(|_| Error::Refused {
        message: format!(
            "sample {} is beyond what can be numbered",
            request.sample_index
        ),
        reason: "SAMPLE_INDEX_TOO_LARGE".into(),
    })?;
    Ok(pb::CompleteChatRequest {
        model: request.model,
        messages: request.messages.into_iter().map(message).collect(),
        sampling: Some(sampling(request.sampling)),
        sample_index,
        origin: Some(request.origin.into()),
    })
}

fn message(message: Message) -> pb::ChatMessage {
    let role = match message.role {
        Role::System => pb::Role::System,
        Role::User => pb::Role::User,
        Role::Assistant => pb::Role::Assistant,
    };
    pb::ChatMessage {
        role: role.into(),
        content: message.content,
    }
}

fn sampling(sampling: Sampling) -> pb::SamplingParameters {
    pb::SamplingParameters {
        temperature: sampling.temperature,
        top_p: sampling.top_p,
        max_tokens: i32::try_from(sampling.max_tokens).unwrap_or(i32::MAX),
        seed: sampling.seed,
    }
}

pub(crate) fn reply(response: pb::CompleteChatResponse) -> Result<ChatReply, Error> {
    let finish_reason = match response.finish_reason() {
        pb::FinishReason::Unspecified => FinishReason::Unstated,
        pb::FinishReason::Stop => FinishReason::Stop,
        pb::FinishReason::Length => FinishReason::Length,
        pb::FinishReason::ContentFilter => FinishReason::ContentFilter,
    };
    let usage = response.usage.unwrap_or_default();
    Ok(ChatReply {
        key: response.key,
        content: response.content,
        reasoning: response.reasoning,
        finish_reason,
        prompt_tokens: tokens("usage.prompt_tokens", usage.prompt_tokens)?,
        completion_tokens: tokens("usage.completion_tokens", usage.completion_tokens)?,
        from_store: response.from_store,
        model: response.model,
    })
}

fn tokens(field: &str, count: i64) -> Result<u64, Error> {
    u64::try_from(count).map_err(|_| Error::Unreadable {
        message: format!("{field} is negative"),
    })
}

#[cfg(test)]
mod tests {
    use synthsmith_corpus::Origin;

    use super::*;

    fn asked(sample_index: u32) -> ChatRequest {
        ChatRequest {
            model: "m".into(),
            messages: vec![Message::system("s"), Message::user("u")],
            sampling: Sampling {
                temperature: 0.5,
                top_p: Some(0.9),
                max_tokens: 7,
                seed: 3,
            },
            sample_index,
            origin: Origin {
                run_id: "r".into(),
                task_id: "t".into(),
                stage: "solve".into(),
            },
        }
    }

    #[test]
    fn carries_the_whole_request() {
        let sent = request(asked(4)).unwrap();
        let roles: Vec<_> = sent.messages.iter().map(pb::ChatMessage::role).collect();
        assert_eq!(roles, [pb::Role::System, pb::Role::User]);
        assert_eq!(
            sent.sampling,
            Some(pb::SamplingParameters {
                temperature: 0.5,
                top_p: Some(0.9),
                max_tokens: 7,
                seed: 3
            })
        );
        assert_eq!(
            (sent.sample_index, sent.origin.unwrap().stage.as_str()),
            (4, "solve")
        );
    }

    #[test]
    fn refuses_a_sample_number_beyond_the_contract() {
        assert!(!request(asked(u32::MAX)).unwrap_err().is_retryable());
    }

    #[test]
    fn refuses_an_answer_of_negative_size() {
        let usage = Some(pb::TokenUsage {
            prompt_tokens: 1,
            completion_tokens: -1,
        });
        let response = pb::CompleteChatResponse {
            usage,
            ..Default::default()
        };
        assert!(matches!(reply(response), Err(Error::Unreadable { .. })));
    }
}
