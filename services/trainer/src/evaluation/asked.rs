//! Who answers: a model of the trainer's own, or one behind the gateway.

use std::sync::Arc;

use synthsmith_evaluation::Problem;
use synthsmith_evaluator::{Answered, Answers, Error, ModelAnswers};

use super::Evaluator;
use super::own_model::OwnModel;
use crate::backend::Failure;
use crate::places::Places;
use crate::spec::{EvaluationSpec, Subject};

pub(super) enum Asked {
    Own(OwnModel),
    Gateway(ModelAnswers),
}

impl Asked {
    pub(super) async fn new(
        evaluator: &Evaluator,
        spec: &EvaluationSpec,
        places: &Places,
        id: &str,
    ) -> Result<Self, Failure> {
        let name = match &spec.subject {
            Subject::Gateway(name) => {
                return Ok(Self::Gateway(ModelAnswers {
                    model: Arc::clone(&evaluator.gateway),
                    name: name.clone(),
                    sampling: spec.sampling(),
                }));
            }
            Subject::Model(name) => name,
        };
        let folder = places.model(name, id).await;
        let folder = folder.map_err(|error| Failure::artifacts(&error))?;
        let concurrency = evaluator.concurrency(spec);
        let opened = OwnModel::open(folder, spec, &evaluator.config, concurrency).await;
        opened.map(Self::Own)
    }
}

impl Answers for Asked {
    async fn answer(&self, problem: &Problem, sample: u32) -> Result<Option<Answered>, Error> {
        match self {
            Self::Own(model) => model.answer(problem, sample).await,
            Self::Gateway(model) => model.answer(problem, sample).await,
        }
    }
}
