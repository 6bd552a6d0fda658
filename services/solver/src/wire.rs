//! Requests as values of the domain, and results as responses.

use synthsmith_corpus::{Origin, Task};
use synthsmith_proto::corpus::v1 as corpus_pb;
use synthsmith_proto::solver::v1 as pb;
use synthsmith_rpc::Violations;

use crate::Error;
use crate::solve::{Assignment, Sampled};

const MAX_CANDIDATES: i32 = 64;

impl TryFrom<pb::SolveTaskRequest> for Assignment {
    type Error = Error;

    fn try_from(request: pb::SolveTaskRequest) -> Result<Self, Error> {
        let mut violations = Violations::default();
        let task = violations.take("task", task(request.task));
        let count = request.candidate_count;
        let is_count = (1..=MAX_CANDIDATES).contains(&count);
        violations.require(
            is_count,
            "candidate_count",
            format!("must be 1 to {MAX_CANDIDATES}"),
        );
        match task {
            Some(task) if violations.is_empty() => Ok(Self {
                task,
                candidate_count: count.cast_unsigned(),
                seed: request.seed,
                origin: request.origin.map(Origin::from).unwrap_or_default(),
            }),
            _ => Err(Error::InvalidRequest(violations)),
        }
    }
}

fn task(task: Option<corpus_pb::Task>) -> Result<Task, String> {
    let task = task.ok_or("is required")?;
    Task::try_from(task).map_err(|invalid| invalid.to_string())
}

impl From<Sampled> for pb::SolveTaskResponse {
    fn from(sampled: Sampled) -> Self {
        use pb::solve_task_response::Result as Wire;
        let result = match sampled.result {
            Ok(solution) => Wire::Solution(solution.into()),
            Err(rejection) => {
                Wire::Rejection(corpus_pb::CandidateRejection::from(rejection) as i32)
            }
        };
        Self {
            index: sampled.index as i32,
            result: Some(result),
        }
    }
}
