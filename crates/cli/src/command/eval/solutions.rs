//! Whose answers are graded: a model's, or solutions that are there already.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use synthsmith_evaluation::Problem;
use synthsmith_evaluation::settings::Sampling;
use synthsmith_evaluator::{Answered, Answers, Error, ModelAnswers};
use synthsmith_models::GatewayModel;
use synthsmith_rpc::client::Connector;

use crate::args::EvalArgs;
use crate::data_set::entries;

/// An answer may take so long; a model on a laptop is slow.
const PATIENCE: Duration = Duration::from_hours(2);

/// Where answers come from.
#[derive(Debug)]
pub(super) enum Solutions {
    Model(ModelAnswers),
    References,
    /// Programs in Python by the ids of tasks.
    Golden(HashMap<String, String>),
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
        Ok(Self::Model(ModelAnswers {
            model: Arc::new(GatewayModel::connect(connector, address, PATIENCE)?),
            name: args.asked.name.clone().unwrap_or_default(),
            sampling: sampling(args),
        }))
    }
}

impl Answers for Solutions {
    async fn answer(&self, problem: &Problem, sample: u32) -> Result<Option<Answered>, Error> {
        let source = match self {
            Self::Model(model) => return model.answer(problem, sample).await,
            Self::References => {
                let reference = problem.references.get(sample as usize);
                reference.map(|program| program.source.clone())
            }
            Self::Golden(programs) => programs.get(&problem.id).filter(|_| sample == 0).cloned(),
        };
        Ok(source.map(Answered::program))
    }
}

pub(super) fn sampling(args: &EvalArgs) -> Sampling {
    let asked = args.sampling;
    let usual = Sampling::usual_temperature(args.samples);
    Sampling {
        temperature: asked.temperature.unwrap_or(usual),
        top_p: asked.top_p,
        top_k: None,
        max_tokens: asked.max_tokens,
        seed: asked.seed,
    }
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
