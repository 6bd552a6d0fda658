//! Requests in, jobs out.

mod evaluation;
mod sft;

use synthsmith_proto::trainer::v1 as pb;
use synthsmith_rpc::{Violations, page};

use crate::backend::StepMetrics;
use crate::inputs::Kind;
use crate::spec::{Spec, is_id};
use crate::store::{JobRow, JobState};

/// A job to be, checked: its id and what it shall do.
pub(crate) fn new_job(request: pb::CreateJobRequest) -> Result<(String, Spec), Violations> {
    let mut violations = Violations::default();
    let id = match request.job_id.as_str() {
        "" => fresh_id(),
        id => id.to_owned(),
    };
    let form = "may hold at most 64 letters, digits, '-' and '_'";
    violations.require(is_id(&id), "job_id", form);
    violations.require(request.spec.is_some(), "spec", "is required");
    let spec = request.spec.and_then(|spec| match spec {
        pb::create_job_request::Spec::Sft(spec) => sft::read(&spec, &mut violations).map(Spec::Sft),
        pb::create_job_request::Spec::Evaluation(spec) => {
            evaluation::read(&spec, &mut violations).map(Spec::Evaluation)
        }
    });
    match spec {
        Some(spec) if violations.is_empty() => Ok((id, spec)),
        _ => Err(violations),
    }
}

/// The id in "jobs/{job}".
pub(crate) fn job_id(name: &str) -> Result<String, Violations> {
    match name.strip_prefix("jobs/") {
        Some(id) if is_id(id) => Ok(id.to_owned()),
        _ => Err(violation("name", "must have the form jobs/{job}")),
    }
}

/// What data a first piece announces.
pub(crate) fn kind(piece: &pb::PutDataRequest) -> Result<Kind, Violations> {
    let mut violations = Violations::default();
    let benchmark = evaluation::benchmark(&piece.benchmark, "benchmark", &mut violations);
    let kind = match pb::put_data_request::Kind::try_from(piece.kind) {
        Ok(pb::put_data_request::Kind::Unspecified | pb::put_data_request::Kind::Chats) => {
            Kind::Chats
        }
        Ok(pb::put_data_request::Kind::Problems) => Kind::Problems(benchmark),
        Ok(pb::put_data_request::Kind::Tasks | pb::put_data_request::Kind::Tests) => Kind::Part,
        Err(_) => {
            violations.add("kind", "is none that this trainer knows");
            Kind::Chats
        }
    };
    if violations.is_empty() {
        Ok(kind)
    } else {
        Err(violations)
    }
}

/// The hexadecimal digits of a digest; what is none is noted.
fn digest(text: &str, field: &str, violations: &mut Violations) -> Option<String> {
    let digits = text.strip_prefix("blake3:").unwrap_or_default();
    let is_digit = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    let is_digest = digits.len() == 64 && digits.chars().all(is_digit);
    let form = "must be \"blake3:\" and 64 hexadecimal digits, as PutData answers";
    violations.require(is_digest, field, form);
    is_digest.then(|| digits.to_owned())
}

pub(crate) fn digest_out(digits: &str) -> String {
    format!("blake3:{digits}")
}

/// How many jobs a page has, and the id of the job before them.
pub(crate) fn page(request: &pb::ListJobsRequest) -> Result<(u32, Option<String>), Violations> {
    let size = page::size(request.page_size, 50, 500)
        .ok_or_else(|| violation("page_size", "must not be negative"))?;
    let before = match request.page_token.as_str() {
        "" => None,
        token => Some(
            page::after(token)
                .ok_or_else(|| violation("page_token", "is not from an earlier answer"))?,
        ),
    };
    Ok((size, before))
}

pub(crate) fn job(job: &JobRow) -> pb::Job {
    let is_evaluation = matches!(job.spec, Spec::Evaluation(_));
    pb::Job {
        name: format!("jobs/{}", job.id),
        spec: Some(match &job.spec {
            Spec::Sft(spec) => pb::job::Spec::Sft(sft::out(spec)),
            Spec::Evaluation(spec) => pb::job::Spec::Evaluation(evaluation::out(spec)),
        }),
        state: state(job.state) as i32,
        create_time: Some(timestamp(job.created_ms)),
        end_time: job.ended_ms.map(timestamp),
        error: job.error.clone(),
        step_count: job.steps as i64,
        row_count: job.rows as i64,
        left_out_row_count: job.left_out as i64,
        parameter_count: job.parameters as i64,
        evaluation_progress: is_evaluation.then_some(pb::EvaluationProgress {
            sample_count: job.progress.samples as i64,
            graded_count: job.progress.graded as i64,
            passed_count: job.progress.passed as i64,
        }),
    }
}

pub(crate) fn step(step: &StepMetrics) -> pb::StepMetrics {
    pb::StepMetrics {
        step: step.step as i64,
        loss: step.loss,
        grad_norm: step.grad_norm,
        learning_rate: step.learning_rate,
        token_count: step.tokens as i64,
        seconds: step.seconds,
    }
}

fn state(state: JobState) -> pb::job::State {
    match state {
        JobState::Pending => pb::job::State::Pending,
        JobState::Running => pb::job::State::Running,
        JobState::Paused => pb::job::State::Paused,
        JobState::Succeeded => pb::job::State::Succeeded,
        JobState::Failed => pb::job::State::Failed,
        JobState::Cancelled => pb::job::State::Cancelled,
    }
}

/// An id nobody has: the time, and the process for two jobs in the same millisecond.
fn fresh_id() -> String {
    format!("{:x}-{:x}", synthsmith_store::now_ms(), std::process::id())
}

fn violation(field: &str, description: &str) -> Violations {
    let mut violations = Violations::default();
    violations.add(field, description);
    violations
}

fn timestamp(ms: i64) -> prost_types::Timestamp {
    prost_types::Timestamp {
        seconds: ms.div_euclid(1000),
        nanos: (ms.rem_euclid(1000) * 1_000_000) as i32,
    }
}
