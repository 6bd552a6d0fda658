//! Who answers.

use std::sync::Arc;

use synthsmith_evaluation::ledger::reply_digest;
use synthsmith_evaluation::settings::Sampling;
use synthsmith_evaluation::{Failure, Problem, answer, prompt};
use synthsmith_models::{ChatModel, ChatRequest, Message};

use crate::Error;

/// The port: a problem goes in, an answer comes out.
pub trait Answers: Sync {
    /// The answer to a problem; `None` where there is none to grade.
    fn answer(
        &self,
        problem: &Problem,
        sample: u32,
    ) -> impl Future<Output = Result<Option<Answered>, Error>> + Send;
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    pub code: Result<String, Failure>,
    /// See [`reply_digest`].
    pub digest: String,
    /// Of the reply, reasoning included.
    pub tokens: Option<u64>,
}

/// A model that is asked by its name.
#[derive(Debug)]
pub struct ModelAnswers {
    pub model: Arc<dyn ChatModel>,
    /// Empty takes the gateway's first.
    pub name: String,
    pub sampling: Sampling,
}

// === impl Answered ===

impl Answered {
    /// What a reply answers: the code in it.
    pub fn reply(content: &str, reasoning: &str, tokens: u64) -> Self {
        Self {
            code: answer::code(content, reasoning),
            digest: reply_digest(content, reasoning),
            tokens: Some(tokens),
        }
    }

    /// A program that nobody had to be asked for.
    pub fn program(source: String) -> Self {
        Self {
            digest: reply_digest(&source, ""),
            code: Ok(source),
            tokens: None,
        }
    }
}

// === impl ModelAnswers ===

impl Answers for ModelAnswers {
    async fn answer(&self, problem: &Problem, sample: u32) -> Result<Option<Answered>, Error> {
        let reply = self.model.complete(self.request(problem, sample)?).await?;
        let tokens = reply.completion_tokens;
        Ok(Some(Answered::reply(
            &reply.content,
            &reply.reasoning,
            tokens,
        )))
    }
}

impl ModelAnswers {
    fn request(&self, problem: &Problem, sample: u32) -> Result<ChatRequest, Error> {
        let messages = prompt::messages(problem)?;
        let system = Some(messages.system).filter(|system| !system.is_empty());
        Ok(ChatRequest {
            model: self.name.clone(),
            messages: system
                .map(Message::system)
                .into_iter()
                .chain([Message::user(messages.user)])
                .collect(),
            sampling: synthsmith_models::Sampling {
                temperature: self.sampling.temperature,
                top_p: self.sampling.top_p,
                max_tokens: self.sampling.max_tokens,
                seed: self.sampling.seed.wrapping_add(i64::from(sample)),
            },
            sample_index: sample,
            origin: synthsmith_corpus::Origin {
                run_id: "evaluation".to_owned(),
                task_id: problem.id.clone(),
                stage: "evaluate".to_owned(),
            },
        })
    }
}
