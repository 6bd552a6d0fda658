//! Asks the model for features, and reads what it answers.

use std::sync::Arc;

use synthsmith_corpus::{FeatureTree, Origin, seed};
use synthsmith_models::{ChatModel, ChatReply, ChatRequest, FinishReason, Message, Sampling};
use synthsmith_prompt::{Error as PromptError, fill};
use synthsmith_reply::Reply;

use crate::grow::grown;
use crate::prompt::{EVOLVE, EXTRACT};
use crate::{Config, Error, read};

/// Bytes of a program that the model is shown.
const MAX_PROGRAM_BYTES: usize = 64 << 10;
const SYSTEM: &str = "You are an experienced setter of competitive-programming problems. You answer \
                      in exactly the form you are asked for.";

/// Asks a model for features.
#[derive(Debug, Clone)]
pub struct Evolver {
    model: Arc<dyn ChatModel>,
    config: Arc<Config>,
}

/// What is the same in every question: on whose behalf it is asked, and the seed of the answer.
#[derive(Debug, Clone)]
pub struct Asking {
    pub seed: i64,
    pub origin: Origin,
}

/// Why a reply gave no features.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeatureRejection {
    ReplyUnreadable,
    ModelRefused,
    NoFeatures,
    /// The program would end its own place in the prompt.
    ProgramUnfit,
}

// === impl FeatureRejection ===

impl FeatureRejection {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ReplyUnreadable => "reply_unreadable",
            Self::ModelRefused => "model_refused",
            Self::NoFeatures => "no_features",
            Self::ProgramUnfit => "program_unfit",
        }
    }
}

// === impl Evolver ===

impl Evolver {
    pub fn new(model: Arc<dyn ChatModel>, config: Arc<Config>) -> Self {
        Self { model, config }
    }

    /// The features of a program; of a long one its beginning is shown to the model.
    pub async fn extract(
        &self,
        language: &str,
        program: &str,
        asking: Asking,
    ) -> Result<Result<FeatureTree, FeatureRejection>, Error> {
        let shown = beginning(program, MAX_PROGRAM_BYTES);
        let slots = [("language", language), ("program", shown)];
        let prompt = match fill(EXTRACT, &slots) {
            Err(PromptError::ClosesItsTag { .. }) => {
                return Ok(Err(FeatureRejection::ProgramUnfit));
            }
            filled => filled?,
        };
        let reply = self.ask(prompt, "extract", asking).await?;
        Ok(features_in(&reply).and_then(some_features))
    }

    /// A part of the tree with what the model grew on it.
    pub async fn evolve(
        &self,
        part: &FeatureTree,
        asking: Asking,
    ) -> Result<Result<FeatureTree, FeatureRejection>, Error> {
        let features = format!("{:#}", read::to_json(part));
        let prompt = fill(EVOLVE, &[("features", &features)])?;
        let reply = self.ask(prompt, "evolve", asking).await?;
        let grown = |reply| grown(part, &reply).ok_or(FeatureRejection::NoFeatures);
        Ok(features_in(&reply).and_then(grown))
    }

    async fn ask(&self, prompt: String, stage: &str, asking: Asking) -> Result<ChatReply, Error> {
        let purpose = format!("feature-evolver {stage}");
        let request = ChatRequest {
            model: self.config.model.clone(),
            messages: vec![Message::system(SYSTEM), Message::user(prompt)],
            sampling: Sampling {
                temperature: self.config.temperature,
                top_p: Some(self.config.top_p),
                max_tokens: self.config.max_tokens,
                seed: seed::derive(asking.seed, &purpose, 0),
            },
            sample_index: 0,
            origin: asking.origin,
        };
        self.model.complete(request).await.map_err(Error::AskModel)
    }
}

fn features_in(reply: &ChatReply) -> Result<FeatureTree, FeatureRejection> {
    if reply.finish_reason == FinishReason::ContentFilter {
        return Err(FeatureRejection::ModelRefused);
    }
    let reply = Reply::read(&reply.content, &reply.reasoning);
    let object = reply.json_object().map_err(|error| {
        tracing::debug!(error = %error, "unreadable reply");
        match error {
            synthsmith_reply::Error::Refused => FeatureRejection::ModelRefused,
            _ => FeatureRejection::ReplyUnreadable,
        }
    })?;
    read::tree(&object.into()).map_err(|fault| {
        tracing::debug!(error = %fault, "reply holds no feature tree");
        FeatureRejection::ReplyUnreadable
    })
}

fn some_features(tree: FeatureTree) -> Result<FeatureTree, FeatureRejection> {
    if tree.is_empty() {
        return Err(FeatureRejection::NoFeatures);
    }
    Ok(tree)
}

fn beginning(text: &str, max_bytes: usize) -> &str {
    &text[..text.floor_char_boundary(max_bytes)]
}

#[cfg(test)]
mod tests {
    use super::beginning;

    #[test]
    fn cuts_between_characters() {
        assert_eq!(beginning("aäb", 2), "a");
        assert_eq!(beginning("aäb", 3), "aä");
        assert_eq!(beginning("a", 9), "a");
    }
}
