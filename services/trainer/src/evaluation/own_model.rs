//! A model that is sampled in this process.

use std::path::PathBuf;

use synthsmith_evaluation::{Problem, prompt, settings};
use synthsmith_evaluator::{Answered, Answers, Error};
use synthsmith_sampling::{Ready, completed, open};
use synthsmith_transformer::chat::Message;
use synthsmith_transformer::sampler::{Choice, Finish, Request, Settings};

use super::apart;
use crate::backend::Failure;
use crate::config::Config;
use crate::spec::EvaluationSpec;

pub(super) struct OwnModel {
    ready: Ready,
    sampling: settings::Sampling,
}

/// The weights are damaged.
#[derive(Debug, thiserror::Error)]
#[error("the model gave no number for any token; its weights are damaged")]
struct NotFinite;

impl OwnModel {
    /// Reads the model, for so many samples at a time.
    pub(super) async fn open(
        folder: PathBuf,
        spec: &EvaluationSpec,
        config: &Config,
        concurrency: usize,
    ) -> Result<Self, Failure> {
        let settings = Settings {
            threads: match spec.threads {
                0 => config.threads as usize,
                threads => threads as usize,
            },
            cache_bytes: (config.cache_mib as usize) << 20,
            max_sequences: concurrency,
        };
        let count = |tokens| {
            metrics::counter!("synthsmith_trainer_sampled_tokens_total").increment(tokens);
        };
        let opening = move || open(&folder, settings, concurrency, count);
        let opened = apart(opening).await?;
        Ok(Self {
            ready: opened.map_err(|error| Failure::fatal(&error))?,
            sampling: spec.sampling(),
        })
    }

    async fn sampled(&self, problem: &Problem, sample: u32) -> Result<Answered, Failed> {
        let Ready {
            text,
            engine,
            max_length,
        } = &self.ready;
        let messages = prompt::messages(problem)?;
        let system = Some(messages.system).filter(|system| !system.is_empty());
        let system = system.map(|system| Message::new("system", system));
        let user = Message::new("user", messages.user);
        let chat: Vec<Message> = system.into_iter().chain([user]).collect();
        let prompt = text.encode_chat(&chat);
        let prompt = prompt.map_err(synthsmith_sampling::Error::Unfit)?;
        if prompt.len() >= *max_length {
            // It cannot even be asked, today or any other day.
            return Ok(Answered::reply("", "", 0));
        }
        let request = Request {
            prompt,
            max_tokens: self.sampling.max_tokens as usize,
            choice: Choice {
                temperature: self.sampling.temperature as f32,
                top_p: self.sampling.top_p.unwrap_or(1.0) as f32,
                top_k: 0,
                seed: self.sampling.seed.wrapping_add(i64::from(sample)) as u64,
            },
            stop: Vec::new(),
            end_tokens: text.end_tokens.clone(),
            logprobs: false,
        };
        let mut asked = engine.ask(vec![request])?;
        let events = asked.pop().ok_or(synthsmith_sampling::Error::Ended)?;
        let completion = completed(events).await?;
        if completion.finish == Some(Finish::NotFinite) {
            return Err(NotFinite.into());
        }
        let tokens = completion.tokens.len() as u64;
        Ok(Answered::reply(&completion.text, "", tokens))
    }
}

impl Answers for OwnModel {
    async fn answer(&self, problem: &Problem, sample: u32) -> Result<Option<Answered>, Error> {
        let sampled = self.sampled(problem, sample).await;
        sampled.map(Some).map_err(Error::Sampling)
    }
}

type Failed = Box<dyn std::error::Error + Send + Sync>;
