//! Makes inputs by two methods side by side: a model writes them out, and a model writes a program
//! that prints them.

use std::sync::Arc;

use serde_json::{Map, Value};
use synthsmith_corpus::{InputSource, Origin, Program, Task, TestInput, seed};
use synthsmith_models::{ChatModel, ChatReply, ChatRequest, FinishReason, Message, Sampling};
use synthsmith_prompt::fill;
use synthsmith_reply::{Language, Reply};

use crate::draft::{self, Draft};
use crate::prompt::{GENERATOR, INPUTS};
use crate::runner::{ProgramRunner, Run};
use crate::select::{InputRejection, InputRejectionReason, select};
use crate::{Config, Error};

const SYSTEM: &str = "You are an experienced tester of competitive-programming problems. You answer \
                      in exactly the form you are asked for.";
/// The row of the verifier's language table that runs generator programs.
const GENERATOR_LANGUAGE: &str = "python3";

/// Makes test inputs.
#[derive(Debug, Clone)]
pub struct Generator {
    model: Arc<dyn ChatModel>,
    runner: Arc<dyn ProgramRunner>,
    config: Arc<Config>,
}

/// What is to be tested, and with how many inputs.
#[derive(Debug, Clone)]
pub struct Order {
    pub task: Task,
    pub input_count: u32,
    pub seed: i64,
    pub origin: Origin,
}

/// The inputs, and what went wrong on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generated {
    pub inputs: Vec<TestInput>,
    pub rejections: Vec<InputRejection>,
}

/// Drafts, or why a method gave none.
type Drafts = Result<Vec<Draft>, InputRejectionReason>;

// === impl Generator ===

impl Generator {
    pub fn new(
        model: Arc<dyn ChatModel>,
        runner: Arc<dyn ProgramRunner>,
        config: Arc<Config>,
    ) -> Self {
        Self {
            model,
            runner,
            config,
        }
    }

    /// A method that fails is a rejection and leaves the other one its say.
    pub async fn generate(&self, order: &Order) -> Result<Generated, Error> {
        let (listed, printed) = tokio::try_join!(self.by_prompt(order), self.by_program(order))?;
        let mut rejections = Vec::new();
        let mut or_none = |drafts: Drafts, source| {
            drafts.unwrap_or_else(|reason| {
                rejections.push(InputRejection { source, reason });
                Vec::new()
            })
        };
        let listed = or_none(listed, InputSource::Prompt);
        let printed = or_none(printed, InputSource::Generator);
        let count = order.input_count as usize;
        let (inputs, mut sorted_out) = select(listed, printed, count, self.config.inputs);
        rejections.append(&mut sorted_out);
        Ok(Generated { inputs, rejections })
    }

    async fn by_prompt(&self, order: &Order) -> Result<Drafts, Error> {
        let count = self.config.prompt_inputs.min(order.input_count).to_string();
        let slots = [
            ("task", order.task.statement.as_str()),
            ("count", count.as_str()),
        ];
        let reply = self.ask(fill(INPUTS, &slots)?, "inputs", order).await?;
        Ok(object_in(&reply)
            .and_then(|object| draft::listed(object).ok_or(InputRejectionReason::ReplyUnreadable)))
    }

    async fn by_program(&self, order: &Order) -> Result<Drafts, Error> {
        let prompt = fill(GENERATOR, &[("task", order.task.statement.as_str())])?;
        let reply = self.ask(prompt, "generator", order).await?;
        let program = match program_in(&reply) {
            Ok(program) => program,
            Err(reason) => return Ok(Err(reason)),
        };
        let stdin = generator_stdin(order);
        let run = self
            .runner
            .run(program, stdin)
            .await
            .map_err(Error::RunGenerator)?;
        Ok(match run {
            Run::Printed(output) => {
                draft::printed(&output).ok_or(InputRejectionReason::GeneratorUnreadable)
            }
            Run::Failed(detail) => {
                tracing::debug!(detail, "generator program failed");
                Err(InputRejectionReason::GeneratorFailed)
            }
        })
    }

    async fn ask(&self, prompt: String, stage: &str, order: &Order) -> Result<ChatReply, Error> {
        let request = ChatRequest {
            model: self.config.model.clone(),
            messages: vec![Message::system(SYSTEM), Message::user(prompt)],
            sampling: Sampling {
                temperature: self.config.temperature,
                top_p: Some(self.config.top_p),
                max_tokens: self.config.max_tokens,
                seed: seed::derive(order.seed, &format!("test-gen {stage}"), 0),
            },
            sample_index: 0,
            origin: order.origin.clone(),
        };
        self.model.complete(request).await.map_err(Error::AskModel)
    }
}

/// What the program reads: a seed that any language holds in an int, and how many inputs to print.
fn generator_stdin(order: &Order) -> Vec<u8> {
    let seed = seed::derive(order.seed, "test-gen program", 0) & i64::from(i32::MAX);
    format!("{seed} {}\n", order.input_count).into_bytes()
}

fn object_in(reply: &ChatReply) -> Result<Map<String, Value>, InputRejectionReason> {
    let reply = read(reply)?;
    reply.json_object().map_err(|error| rejection(&error))
}

fn program_in(reply: &ChatReply) -> Result<Program, InputRejectionReason> {
    let reply = read(reply)?;
    let source = reply
        .code_block(Language::Python)
        .map_err(|error| rejection(&error))?;
    Ok(Program {
        language: GENERATOR_LANGUAGE.to_owned(),
        source,
    })
}

fn read(reply: &ChatReply) -> Result<Reply, InputRejectionReason> {
    if reply.finish_reason == FinishReason::ContentFilter {
        return Err(InputRejectionReason::ModelRefused);
    }
    Ok(Reply::read(&reply.content, &reply.reasoning))
}

fn rejection(error: &synthsmith_reply::Error) -> InputRejectionReason {
    tracing::debug!(error = %error, "unreadable reply");
    match error {
        synthsmith_reply::Error::Refused => InputRejectionReason::ModelRefused,
        _ => InputRejectionReason::ReplyUnreadable,
    }
}
