//! Requests as values of the domain, and results as responses.

use synthsmith_corpus::wire::style;
use synthsmith_corpus::{FeatureTree, Origin, Task};
use synthsmith_proto::corpus::v1 as corpus_pb;
use synthsmith_proto::task_synth::v1 as pb;
use synthsmith_rpc::Violations;

use crate::Error;
use crate::synthesize::{Commission, TaskRejection};

const MAX_ID_CHARS: usize = 200;
/// Leaves of a tree that one prompt can show.
const MAX_LEAVES: usize = 1_000;

impl TryFrom<pb::SynthesizeTaskRequest> for Commission {
    type Error = Error;

    fn try_from(request: pb::SynthesizeTaskRequest) -> Result<Self, Error> {
        let mut violations = Violations::default();
        let is_id = !request.task_id.is_empty() && request.task_id.chars().count() <= MAX_ID_CHARS;
        violations.require(
            is_id,
            "task_id",
            format!("must have 1 to {MAX_ID_CHARS} characters"),
        );
        let style = violations.take("style", style("style", request.style));
        let features = violations.take("features", features(request.features));
        if !violations.is_empty() {
            return Err(Error::InvalidRequest(violations));
        }
        Ok(Self {
            task_id: request.task_id,
            features: features.unwrap_or_default(),
            style: style.flatten(),
            seed: request.seed,
            origin: request.origin.map(Origin::from).unwrap_or_default(),
        })
    }
}

fn features(tree: Option<corpus_pb::FeatureTree>) -> Result<FeatureTree, String> {
    let tree = tree.ok_or("is required")?;
    let tree = FeatureTree::try_from(tree).map_err(|invalid| invalid.to_string())?;
    match tree.leaf_count() {
        0 => Err("is empty".to_owned()),
        1..=MAX_LEAVES => Ok(tree),
        count => Err(format!("has {count} leaves, more than {MAX_LEAVES}")),
    }
}

impl From<TaskRejection> for pb::TaskRejection {
    fn from(rejection: TaskRejection) -> Self {
        Self {
            reason: corpus_pb::Rejection::from(rejection.reason) as i32,
            detail: rejection.detail,
        }
    }
}

pub(crate) fn response(result: Result<Task, TaskRejection>) -> pb::SynthesizeTaskResponse {
    use pb::synthesize_task_response::Result as Wire;
    let result = match result {
        Ok(task) => Wire::Task(task.into()),
        Err(rejection) => Wire::Rejection(rejection.into()),
    };
    pb::SynthesizeTaskResponse {
        result: Some(result),
    }
}
