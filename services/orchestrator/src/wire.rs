//! Requests in, runs out.

use synthsmith_proto::orchestrator::v1 as pb;
use synthsmith_rpc::Violations;

use crate::progress::Progress;
use crate::spec::{CodeSample, RunSpec};
use crate::store::{RunRow, RunState};

/// Bytes of a run's id.
const MAX_ID_BYTES: usize = 64;
/// Bytes of one sample's code.
const MAX_CODE_BYTES: usize = 1 << 20;

/// A run to be, checked.
#[derive(Debug, Clone)]
pub(crate) struct NewRun {
    pub id: String,
    pub spec: RunSpec,
}

pub(crate) fn new_run(run: pb::NewRun) -> Result<NewRun, Violations> {
    let mut violations = Violations::default();
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let well_formed = run.run_id.len() <= MAX_ID_BYTES && run.run_id.chars().all(allowed);
    violations.require(
        well_formed,
        "run.run_id",
        "may hold at most 64 letters, digits, '-' and '_'",
    );
    violations.require(run.spec.is_some(), "run.spec", "is required");
    let spec = run.spec.and_then(|spec| self::spec(spec, &mut violations));
    match spec {
        Some(spec) if violations.is_empty() => Ok(NewRun {
            id: run.run_id,
            spec,
        }),
        _ => Err(violations),
    }
}

/// A specification; every field out of range is noted.
pub(crate) fn spec(spec: pb::RunSpec, violations: &mut Violations) -> Option<RunSpec> {
    let mut within = |value: i64, low: i64, high: i64, field: &str| {
        let holds = (low..=high).contains(&value);
        violations.require(holds, field, format!("must be between {low} and {high}"));
    };
    within(spec.item_count, 1, 1_000_000_000, "spec.item_count");
    within(spec.accepted_count, 0, 1_000_000_000, "spec.accepted_count");
    within(spec.candidate_count.into(), 2, 64, "spec.candidate_count");
    within(spec.test_count.into(), 4, 200, "spec.test_count");
    within(spec.evolution_rounds.into(), 0, 20, "spec.evolution_rounds");
    within(
        spec.evolution_steps.into(),
        1,
        10_000,
        "spec.evolution_steps",
    );
    within(spec.concurrency.into(), 0, 4096, "spec.concurrency");
    violations.require(
        spec.configuration_digest.len() <= 128,
        "spec.configuration_digest",
        "may hold at most 128 bytes",
    );
    violations.is_empty().then_some(RunSpec {
        item_count: spec.item_count as u64,
        accepted_count: spec.accepted_count as u64,
        seed: spec.seed,
        candidate_count: spec.candidate_count as u32,
        test_count: spec.test_count as u32,
        evolution_rounds: spec.evolution_rounds as u32,
        evolution_steps: spec.evolution_steps as u32,
        concurrency: spec.concurrency as u32,
        configuration_digest: spec.configuration_digest,
    })
}

pub(crate) fn sample(sample: pb::CodeSample) -> Result<CodeSample, Violations> {
    let mut violations = Violations::default();
    violations.require(!sample.id.is_empty(), "sample.id", "is required");
    violations.require(
        !sample.language.is_empty(),
        "sample.language",
        "is required",
    );
    violations.require(!sample.code.is_empty(), "sample.code", "is required");
    let short = sample.code.len() <= MAX_CODE_BYTES;
    violations.require(short, "sample.code", "may hold at most 1 MiB");
    if !violations.is_empty() {
        return Err(violations);
    }
    Ok(CodeSample {
        id: sample.id,
        language: sample.language,
        code: sample.code,
        source: sample.source,
        license: sample.license,
    })
}

/// The id in "runs/{run}".
pub(crate) fn run_id(name: &str) -> Result<String, Violations> {
    match name.strip_prefix("runs/") {
        Some(id) if !id.is_empty() => Ok(id.to_owned()),
        _ => {
            let mut violations = Violations::default();
            violations.add("name", "must have the form runs/{run}");
            Err(violations)
        }
    }
}

pub(crate) fn run(run: &RunRow, progress: &Progress) -> pb::Run {
    pb::Run {
        name: format!("runs/{}", run.id),
        spec: Some(spec_out(&run.spec)),
        state: state(run.state) as i32,
        create_time: Some(timestamp(run.created_ms)),
        end_time: run.ended_ms.map(timestamp),
        progress: Some(progress_out(progress)),
        error: run.error.clone(),
        fingerprint: run.fingerprint.clone(),
    }
}

fn spec_out(spec: &RunSpec) -> pb::RunSpec {
    pb::RunSpec {
        item_count: spec.item_count as i64,
        accepted_count: spec.accepted_count as i64,
        seed: spec.seed,
        candidate_count: spec.candidate_count as i32,
        test_count: spec.test_count as i32,
        evolution_rounds: spec.evolution_rounds as i32,
        evolution_steps: spec.evolution_steps as i32,
        concurrency: spec.concurrency as i32,
        configuration_digest: spec.configuration_digest.clone(),
    }
}

fn state(state: RunState) -> pb::run::State {
    match state {
        RunState::Pending => pb::run::State::Pending,
        RunState::Running => pb::run::State::Running,
        RunState::Succeeded => pb::run::State::Succeeded,
        RunState::Failed => pb::run::State::Failed,
        RunState::Cancelled => pb::run::State::Cancelled,
    }
}

fn progress_out(progress: &Progress) -> pb::Progress {
    let stage = |row: &crate::progress::FunnelStage| pb::StageProgress {
        stage: row.stage.to_owned(),
        in_count: row.came as i64,
        out_count: row.went_on as i64,
        rejected_count: row.rejected() as i64,
        busy_seconds: row.busy_seconds,
    };
    let rejection = |(reason, count): (&String, &u64)| pb::RejectionCount {
        reason: reason.clone(),
        count: *count as i64,
    };
    pb::Progress {
        committed_count: progress.committed as i64,
        accepted_count: progress.accepted as i64,
        stages: progress.funnel.iter().map(stage).collect(),
        rejections: progress.rejections.iter().map(rejection).collect(),
    }
}

fn timestamp(ms: i64) -> prost_types::Timestamp {
    prost_types::Timestamp {
        seconds: ms.div_euclid(1000),
        nanos: (ms.rem_euclid(1000) * 1_000_000) as i32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_every_field_out_of_range_at_once() {
        let run = pb::NewRun {
            run_id: "../etc".to_owned(),
            spec: Some(pb::RunSpec {
                item_count: 0,
                candidate_count: 99,
                test_count: -1,
                ..Default::default()
            }),
        };
        let text = new_run(run).unwrap_err().to_string();
        for field in ["run_id", "item_count", "candidate_count", "test_count"] {
            assert!(text.contains(field), "{field} in {text}");
        }
    }

    #[test]
    fn takes_a_run_by_its_name_only() {
        assert_eq!(run_id("runs/a").unwrap(), "a");
        assert!(run_id("a").is_err() && run_id("runs/").is_err());
    }
}
