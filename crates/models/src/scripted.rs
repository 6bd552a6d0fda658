//! A model that answers from a script, for the tests of services.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;

use crate::{ChatModel, ChatReply, ChatRequest, Error, FinishReason};

type Answer = Box<dyn Fn(&ChatRequest) -> Result<String, Error> + Send + Sync>;

/// Answers by the first line of the script whose prefix the prompt has, and remembers what it was
/// asked. A prompt outside the script is refused, so that a test never passes by accident.
#[derive(Default)]
pub struct ScriptedModel {
    lines: Vec<(String, Answer)>,
    asked: Mutex<Vec<ChatRequest>>,
}

// === impl ScriptedModel ===

impl ScriptedModel {
    /// Answers prompts that begin with `prefix` by what `answer` makes of the request.
    #[must_use]
    pub fn with<F>(mut self, prefix: &str, answer: F) -> Self
    where
        F: Fn(&ChatRequest) -> Result<String, Error> + Send + Sync + 'static,
    {
        self.lines.push((prefix.to_owned(), Box::new(answer)));
        self
    }

    /// Answers every prompt that begins with `prefix` by `content`.
    #[must_use]
    pub fn answering(self, prefix: &str, content: &str) -> Self {
        let content = content.to_owned();
        self.with(prefix, move |_| Ok(content.clone()))
    }

    /// Answers sample `k` of a prompt that begins with `prefix` by `contents[k]`, round and round.
    #[must_use]
    pub fn answering_in_turn(self, prefix: &str, contents: &[&str]) -> Self {
        let contents: Vec<String> = contents.iter().map(|&content| content.to_owned()).collect();
        assert!(!contents.is_empty(), "a script line needs an answer");
        self.with(prefix, move |request| {
            Ok(contents[request.sample_index as usize % contents.len()].clone())
        })
    }

    /// Fails for every prompt that begins with `prefix`.
    #[must_use]
    pub fn failing(self, prefix: &str, error: Error) -> Self {
        self.with(prefix, move |_| Err(error.clone()))
    }

    /// What was asked so far, in order of arrival.
    pub fn asked(&self) -> Vec<ChatRequest> {
        self.requests().clone()
    }

    fn requests(&self) -> std::sync::MutexGuard<'_, Vec<ChatRequest>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, request: &ChatRequest) -> Result<String, Error> {
        let prompt = request.prompt();
        let line = self
            .lines
            .iter()
            .find(|(prefix, _)| prompt.starts_with(prefix));
        let Some((_, answer)) = line else {
            return Err(Error::Refused {
                message: format!("the script has no line for {:?}", first_line(prompt)),
                reason: "SCRIPT_HAS_NO_LINE".into(),
            });
        };
        answer(request)
    }
}

#[async_trait]
impl ChatModel for ScriptedModel {
    async fn complete(&self, request: ChatRequest) -> Result<ChatReply, Error> {
        self.requests().push(request.clone());
        let content = self.answer(&request)?;
        Ok(ChatReply {
            key: format!("scripted-{}", request.sample_index),
            prompt_tokens: request.prompt().len().div_ceil(4) as u64,
            completion_tokens: content.len().div_ceil(4) as u64,
            content,
            reasoning: String::new(),
            finish_reason: FinishReason::Stop,
            from_store: false,
            model: "scripted".into(),
        })
    }
}

impl fmt::Debug for ScriptedModel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefixes: Vec<_> = self.lines.iter().map(|(prefix, _)| prefix).collect();
        formatter
            .debug_struct("ScriptedModel")
            .field("prefixes", &prefixes)
            .finish_non_exhaustive()
    }
}

fn first_line(prompt: &str) -> &str {
    prompt.lines().next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use synthsmith_corpus::Origin;

    use super::*;
    use crate::{Message, Sampling};

    fn ask(prompt: &str, sample_index: u32) -> ChatRequest {
        ChatRequest {
            model: String::new(),
            messages: vec![Message::system("be brief"), Message::user(prompt)],
            sampling: Sampling {
                temperature: 0.0,
                top_p: None,
                max_tokens: 16,
                seed: 0,
            },
            sample_index,
            origin: Origin::default(),
        }
    }

    #[tokio::test]
    async fn answers_by_prefix_and_sample_number() {
        let model = ScriptedModel::default()
            .answering_in_turn("# Solve", &["a", "b"])
            .answering("# Write", "w");
        for (prompt, sample_index, want) in [
            ("# Solve a task", 0, "a"),
            ("# Solve a task", 3, "b"),
            ("# Write", 1, "w"),
        ] {
            assert_eq!(
                model
                    .complete(ask(prompt, sample_index))
                    .await
                    .unwrap()
                    .content,
                want
            );
        }
        assert_eq!(model.asked().len(), 3);
    }

    #[tokio::test]
    async fn refuses_a_prompt_outside_the_script() {
        let refusal = ScriptedModel::default()
            .complete(ask("# Solve", 0))
            .await
            .unwrap_err();
        assert!(!refusal.is_retryable());
    }
}
