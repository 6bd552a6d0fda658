//! Requests as values of the domain, and results as responses.

use synthsmith_corpus::{Origin, Task};
use synthsmith_proto::corpus::v1 as corpus_pb;
use synthsmith_proto::test_gen::v1 as pb;
use synthsmith_rpc::Violations;

use crate::Error;
use crate::generate::{Generated, Order};
use crate::select::{InputRejection, InputRejectionReason};

const MAX_INPUTS: i32 = 200;

impl TryFrom<pb::GenerateTestsRequest> for Order {
    type Error = Error;

    fn try_from(request: pb::GenerateTestsRequest) -> Result<Self, Error> {
        let mut violations = Violations::default();
        let task = violations.take("task", task(request.task));
        let count = request.input_count;
        let is_count = (1..=MAX_INPUTS).contains(&count);
        violations.require(
            is_count,
            "input_count",
            format!("must be 1 to {MAX_INPUTS}"),
        );
        match task {
            Some(task) if violations.is_empty() => Ok(Self {
                task,
                input_count: count.cast_unsigned(),
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

impl From<InputRejectionReason> for pb::InputRejectionReason {
    fn from(reason: InputRejectionReason) -> Self {
        match reason {
            InputRejectionReason::ReplyUnreadable => Self::ReplyUnreadable,
            InputRejectionReason::ModelRefused => Self::ModelRefused,
            InputRejectionReason::GeneratorFailed => Self::GeneratorFailed,
            InputRejectionReason::GeneratorUnreadable => Self::GeneratorUnreadable,
            InputRejectionReason::TooLarge => Self::TooLarge,
            InputRejectionReason::Duplicate => Self::Duplicate,
        }
    }
}

impl From<InputRejection> for pb::InputRejection {
    fn from(rejection: InputRejection) -> Self {
        Self {
            source: corpus_pb::InputSource::from(rejection.source) as i32,
            reason: pb::InputRejectionReason::from(rejection.reason) as i32,
        }
    }
}

impl From<Generated> for pb::GenerateTestsResponse {
    fn from(generated: Generated) -> Self {
        Self {
            inputs: generated.inputs.into_iter().map(Into::into).collect(),
            rejections: generated.rejections.into_iter().map(Into::into).collect(),
        }
    }
}
