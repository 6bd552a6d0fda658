//! Whose answers are graded: a model's, or solutions that are there already.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use synthsmith_evaluation::ledger::reply_digest;
use synthsmith_evaluation::{Failure as Failed, Problem, answer, prompt};
use synthsmith_models::{ChatModel as _, ChatRequest, GatewayModel, Message, Sampling};
use synthsmith_rpc::client::Connector;

use crate::args::EvalArgs;
use crate::data_set::entries;

/// An answer may take so long; a model on a laptop is slow.
const PATIENCE: Duration = Duration::from_hours(2);

/// Where answers come from.
#[derive(Debug)]
pub(super) enum Solutions {
    Model {
        model: GatewayModel,
        name: String,
        sampling: Sampling,
    },
    References,
    /// Programs in Python by the ids of tasks.
    Golden(HashMap<String, String>),
}

/// What was answered.
#[derive(Debug)]
pub(super) struct Answered {
    pub(super) code: Result<String, Failed>,
    pub(super) digest: String,
    pub(super) tokens: Option<u64>,
}

/// What the report calls whoever answers.
pub(super) fn name(args: &EvalArgs) -> String {
    let whose = &args.asked.whose;
    let shown = |path: &Path| path.display().to_string();
    match (&whose.model, &whose.endpoint, &whose.golden) {
        (Some(model), ..) => shown(model),
        (_, Some(endpoint), _) => {
            let name = args.asked.name.as_deref().unwrap_or("default");
            format!("{name} at {endpoint}")
        }
        (.., Some(run)) => format!("golden solutions of {}", shown(run)),
        _ => "references".to_owned(),
    }
}

impl Solutions {
    pub(super) fn of(
        args: &EvalArgs,
        gateway: Option<&str>,
        connector: &Connector,
    ) -> anyhow::Result<Self> {
        let whose = &args.asked.whose;
        if whose.references {
            return Ok(Self::References);
        }
        if let Some(run) = &whose.golden {
            return golden(run).map(Self::Golden);
        }
        let address = gateway.context("there is no gateway")?;
        let usual = if args.samples == 1 { 0.0 } else { 0.6 };
        Ok(Self::Model {
            model: GatewayModel::connect(connector, address, PATIENCE)?,
            name: args.asked.name.clone().unwrap_or_default(),
            sampling: Sampling {
                temperature: args.sampling.temperature.unwrap_or(usual),
                top_p: args.sampling.top_p,
                max_tokens: args.sampling.max_tokens,
                seed: args.sampling.seed,
            },
        })
    }

    /// The answer to a problem; `None` where there is none to grade.
    pub(super) async fn answer(
        &self,
        problem: &Problem,
        sample: u32,
    ) -> anyhow::Result<Option<Answered>> {
        let source = match self {
            Self::Model {
                model,
                name,
                sampling,
            } => return ask(model, name, *sampling, problem, sample).await.map(Some),
            Self::References => {
                let reference = problem.references.get(sample as usize);
                reference.map(|program| program.source.clone())
            }
            Self::Golden(programs) => programs.get(&problem.id).filter(|_| sample == 0).cloned(),
        };
        Ok(source.map(|source| Answered {
            digest: reply_digest(&source, ""),
            code: Ok(source),
            tokens: None,
        }))
    }
}

async fn ask(
    model: &GatewayModel,
    name: &str,
    sampling: Sampling,
    problem: &Problem,
    sample: u32,
) -> anyhow::Result<Answered> {
    let messages = prompt::messages(problem)?;
    let system = Some(messages.system).filter(|system| !system.is_empty());
    let request = ChatRequest {
        model: name.to_owned(),
        messages: system
            .map(Message::system)
            .into_iter()
            .chain([Message::user(messages.user)])
            .collect(),
        sampling: Sampling {
            seed: sampling.seed.wrapping_add(i64::from(sample)),
            ..sampling
        },
        sample_index: sample,
        origin: synthsmith_corpus::Origin {
            run_id: "evaluation".to_owned(),
            task_id: problem.id.clone(),
            stage: "evaluate".to_owned(),
        },
    };
    let reply = model.complete(request).await?;
    Ok(Answered {
        code: answer::code(&reply.content, &reply.reasoning),
        digest: reply_digest(&reply.content, &reply.reasoning),
        tokens: Some(reply.completion_tokens),
    })
}

fn golden(run: &Path) -> anyhow::Result<HashMap<String, String>> {
    let mut programs = HashMap::new();
    for entry in entries(run)? {
        let entry = entry?;
        let mut solutions = entry.solutions.into_iter();
        let golden = solutions.find(|it| it.golden && it.language.starts_with("python"));
        programs.extend(golden.map(|golden| (entry.task.id, golden.source)));
    }
    Ok(programs)
}
