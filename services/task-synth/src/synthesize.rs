//! Makes a task in two stages: choose compatible features and a strategy, then write the statement.
//!
//! One prompt for both picks fewer features and makes trivial tasks of them.

use std::sync::Arc;

use serde_json::{Map, Value};
use synthsmith_corpus::{FeatureNode, FeatureTree, Origin, Rejection, Style, Task, seed};
use synthsmith_models::{ChatModel, ChatReply, ChatRequest, FinishReason, Message, Sampling};
use synthsmith_prompt::{Error as PromptError, fill};
use synthsmith_reply::Reply;

use crate::choice::{Choice, ChoiceFault, choice};
use crate::leak::leaked;
use crate::prompt::{CHOOSE, WRITE};
use crate::{Config, Error};

const SYSTEM: &str = "You are an experienced setter of competitive-programming problems. You answer \
                      in exactly the form you are asked for.";
/// A detail is for a person to read.
const MAX_DETAIL_CHARS: usize = 500;

/// Makes tasks by a model.
#[derive(Debug, Clone)]
pub struct Synthesizer {
    model: Arc<dyn ChatModel>,
    config: Arc<Config>,
}

/// What a task is to be made from.
#[derive(Debug, Clone)]
pub struct Commission {
    pub task_id: String,
    pub features: FeatureTree,
    /// `None` draws one by the configured mix.
    pub style: Option<Style>,
    pub seed: i64,
    pub origin: Origin,
}

/// Why no task came of a commission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskRejection {
    pub reason: Rejection,
    pub detail: String,
}

// === impl TaskRejection ===

impl TaskRejection {
    fn new(reason: Rejection, detail: &str) -> Self {
        let shown = detail.chars().filter(|c| !c.is_control() || *c == '\n');
        let detail = shown.take(MAX_DETAIL_CHARS).collect();
        Self { reason, detail }
    }
}

// === impl Synthesizer ===

impl Synthesizer {
    pub fn new(model: Arc<dyn ChatModel>, config: Arc<Config>) -> Self {
        Self { model, config }
    }

    pub async fn synthesize(
        &self,
        commission: Commission,
    ) -> Result<Result<Task, TaskRejection>, Error> {
        let style = commission.style;
        let style = style.unwrap_or_else(|| self.config.style_mix.draw(commission.seed));
        let features = format!("{:#}", to_json(&commission.features.roots));
        let prompt = fill(CHOOSE, &[("features", &features)])?;
        let reply = self.ask(prompt, "choose", &commission).await?;
        let choice = match choice_in(&reply, &commission.features) {
            Ok(choice) => choice,
            Err(rejection) => return Ok(Err(rejection)),
        };
        let prompt = match writing_prompt(&choice, style) {
            Err(PromptError::ClosesItsTag { slot }) => return Ok(Err(closes_tag(slot))),
            prompt => prompt?,
        };
        let reply = self.ask(prompt, "write", &commission).await?;
        Ok(self.task_in(&reply, choice, style, commission.task_id))
    }

    async fn ask(
        &self,
        prompt: String,
        stage: &str,
        commission: &Commission,
    ) -> Result<ChatReply, Error> {
        let purpose = format!("task-synth {stage}");
        let request = ChatRequest {
            model: self.config.model.clone(),
            messages: vec![Message::system(SYSTEM), Message::user(prompt)],
            sampling: Sampling {
                temperature: self.config.temperature,
                top_p: Some(self.config.top_p),
                max_tokens: self.config.max_tokens,
                seed: seed::derive(commission.seed, &purpose, 0),
            },
            sample_index: 0,
            origin: commission.origin.clone(),
        };
        self.model.complete(request).await.map_err(Error::AskModel)
    }

    fn task_in(
        &self,
        reply: &ChatReply,
        choice: Choice,
        style: Style,
        id: String,
    ) -> Result<Task, TaskRejection> {
        let statement = statement_in(&object_in(reply)?)?;
        let samples = self
            .config
            .statement
            .check(&statement, style)
            .map_err(|fault| {
                TaskRejection::new(Rejection::StatementMalformed, &fault.to_string())
            })?;
        if let Some(name) = leaked(&statement) {
            let detail = format!("the statement names {name:?}");
            return Err(TaskRejection::new(Rejection::HintLeaked, &detail));
        }
        Ok(Task {
            id,
            style,
            statement,
            features: choice.features,
            strategy: choice.strategy,
            samples,
        })
    }
}

fn writing_prompt(choice: &Choice, style: Style) -> Result<String, PromptError> {
    let features = format!("{:#}", choice.selected);
    let slots = [
        ("features", features.as_str()),
        ("strategy", choice.strategy.as_str()),
        ("style", style.as_str()),
    ];
    fill(WRITE, &slots)
}

fn closes_tag(slot: &str) -> TaskRejection {
    let detail = format!("the reply would close the tag of the slot {slot} of the next prompt");
    TaskRejection::new(Rejection::ReplyUnreadable, &detail)
}

fn choice_in(reply: &ChatReply, given: &FeatureTree) -> Result<Choice, TaskRejection> {
    choice(&object_in(reply)?, given).map_err(|fault| {
        let reason = match fault {
            ChoiceFault::NothingFits { .. } => Rejection::FeaturesIncompatible,
            _ => Rejection::ReplyUnreadable,
        };
        TaskRejection::new(reason, &fault.to_string())
    })
}

fn statement_in(reply: &Map<String, Value>) -> Result<String, TaskRejection> {
    match reply.get("question").and_then(Value::as_str) {
        Some(statement) if reply.len() == 1 => Ok(statement.to_owned()),
        _ => {
            let detail = "the reply is not an object with the single key \"question\"";
            Err(TaskRejection::new(Rejection::ReplyUnreadable, detail))
        }
    }
}

fn object_in(reply: &ChatReply) -> Result<Map<String, Value>, TaskRejection> {
    if reply.finish_reason == FinishReason::ContentFilter {
        let detail = "the endpoint held the answer back";
        return Err(TaskRejection::new(Rejection::ModelRefused, detail));
    }
    let reply = Reply::read(&reply.content, &reply.reasoning);
    reply.json_object().map_err(|error| {
        let reason = match error {
            synthsmith_reply::Error::Refused => Rejection::ModelRefused,
            _ => Rejection::ReplyUnreadable,
        };
        TaskRejection::new(reason, &error.to_string())
    })
}

/// The tree as the JSON of a prompt: a list of names where all children are leaves, else an object
/// in which a leaf is `"name": []`.
fn to_json(nodes: &[FeatureNode]) -> Value {
    let entry = |node: &FeatureNode| {
        let all_leaves = node.children.iter().all(|child| child.children.is_empty());
        let below = if all_leaves {
            node.children
                .iter()
                .map(|child| child.name.as_str())
                .collect()
        } else {
            to_json(&node.children)
        };
        (node.name.clone(), below)
    };
    Value::Object(nodes.iter().map(entry).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use synthsmith_corpus::{FeatureNode, Rejection};

    use super::{TaskRejection, to_json};

    #[test]
    fn lists_leaves_and_nests_the_rest() {
        let search = FeatureNode::branch("search", vec![FeatureNode::leaf("bisection")]);
        let algorithm = FeatureNode::branch("algorithm", vec![search, FeatureNode::leaf("heap")]);
        let expected = json!({"algorithm": {"search": ["bisection"], "heap": []}, "x": []});
        assert_eq!(to_json(&[algorithm, FeatureNode::leaf("x")]), expected);
    }

    #[test]
    fn details_are_short_and_printable() {
        let long = "\u{1b}[2J".to_owned() + &"x".repeat(2_000);
        let rejection = TaskRejection::new(Rejection::FeaturesIncompatible, &long);
        assert_eq!(rejection.detail.chars().count(), 500);
        assert!(rejection.detail.starts_with("[2Jx"));
    }
}
