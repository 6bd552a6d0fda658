//! Samples candidates, several at a time.

use std::sync::Arc;

use futures::stream::{self, Stream, StreamExt as _};
use synthsmith_corpus::{CandidateRejection, Origin, Solution, Task, seed};
use synthsmith_models::{ChatModel, ChatReply, ChatRequest, Sampling};

use crate::candidate::candidate;
use crate::{Config, Error, Language};

/// Samples candidate solutions from a model.
#[derive(Debug, Clone)]
pub struct Solver {
    model: Arc<dyn ChatModel>,
    config: Arc<Config>,
}

/// What is to be solved, and how often.
#[derive(Debug, Clone)]
pub struct Assignment {
    pub task: Task,
    pub candidate_count: u32,
    pub seed: i64,
    pub origin: Origin,
}

/// What came of one sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sampled {
    pub index: u32,
    pub language: Language,
    pub result: Result<Solution, CandidateRejection>,
}

// === impl Solver ===

impl Solver {
    pub fn new(model: Arc<dyn ChatModel>, config: Arc<Config>) -> Self {
        Self { model, config }
    }

    /// Every candidate as it comes, not in order; candidate `k` depends on the seed and `k` alone.
    pub fn solve(
        self,
        assignment: &Assignment,
    ) -> Result<impl Stream<Item = Result<Sampled, Error>> + Send + use<>, Error> {
        let concurrency = self.config.concurrency;
        let questions = (0..assignment.candidate_count)
            .map(|index| self.question(assignment, index))
            .collect::<Result<Vec<_>, _>>()?;
        let sampled = stream::iter(questions).map(move |(language, request)| {
            let solver = self.clone();
            async move { solver.sample(language, request).await }
        });
        Ok(sampled.buffer_unordered(concurrency))
    }

    fn question(
        &self,
        assignment: &Assignment,
        index: u32,
    ) -> Result<(Language, ChatRequest), Error> {
        let languages = &self.config.languages;
        let language = languages[index as usize % languages.len()];
        let statement = &assignment.task.statement;
        let request = ChatRequest {
            model: self.config.model.clone(),
            messages: self.config.prompt.messages(statement, language)?,
            sampling: Sampling {
                temperature: self.config.temperature,
                top_p: Some(self.config.top_p),
                max_tokens: self.config.max_tokens,
                seed: seed::derive(assignment.seed, "solver solve", u64::from(index)),
            },
            sample_index: index,
            origin: assignment.origin.clone(),
        };
        Ok((language, request))
    }

    async fn sample(&self, language: Language, request: ChatRequest) -> Result<Sampled, Error> {
        let index = request.sample_index;
        let reply: ChatReply = self
            .model
            .complete(request)
            .await
            .map_err(Error::AskModel)?;
        Ok(Sampled {
            index,
            language,
            result: candidate(index, language, &reply, self.config.max_reply_tokens),
        })
    }
}
