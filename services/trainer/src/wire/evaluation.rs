//! Specifications of evaluations, in and out.

use synthsmith_evaluation::settings::Sampling;
use synthsmith_evaluation::{Benchmark, Window};
use synthsmith_proto::trainer::v1 as pb;
use synthsmith_rpc::Violations;

use super::sft::model_name;
use super::{digest, digest_out};
use crate::spec::{EvaluationSpec, Subject};

const MAX_NAME_BYTES: usize = 256;

/// A specification; every field out of range is noted.
pub(super) fn read(
    spec: &pb::EvaluationSpec,
    violations: &mut Violations,
) -> Option<EvaluationSpec> {
    ranges(spec, violations);
    let data = digest(&spec.data_digest, "evaluation.data_digest", violations);
    let tests = match spec.tests_digest.as_str() {
        "" => None,
        tests => digest(tests, "evaluation.tests_digest", violations),
    };
    let benchmark = benchmark(&spec.benchmark, "evaluation.benchmark", violations);
    let window = window(&spec.window, "evaluation.window", violations);
    let older = self::window(&spec.older_window, "evaluation.older_window", violations);
    let is_compared = older.is_none() || window.is_some();
    violations.require(is_compared, "evaluation.older_window", "needs window");
    let subject = subject(spec.subject.as_ref(), violations);
    violations.is_empty().then_some(())?;
    let samples = spec.sample_count as u32;
    let usual = Sampling::usual_temperature(samples);
    Some(EvaluationSpec {
        data: data?,
        tests,
        benchmark,
        subject: subject?,
        samples,
        temperature: spec.temperature.unwrap_or(usual),
        top_p: spec.top_p,
        max_tokens: spec.max_token_count as u32,
        seed: spec.seed,
        window,
        older,
        is_exact: spec.is_exact,
        concurrency: spec.concurrency as u32,
        threads: spec.thread_count as u32,
    })
}

fn ranges(spec: &pb::EvaluationSpec, violations: &mut Violations) {
    let mut within = |value: i32, low: i32, high: i32, field: &str| {
        let holds = (low..=high).contains(&value);
        let field = format!("evaluation.{field}");
        violations.require(holds, &field, format!("must be between {low} and {high}"));
    };
    within(spec.sample_count, 1, 1024, "sample_count");
    within(spec.max_token_count, 1, 1 << 20, "max_token_count");
    within(spec.concurrency, 0, 1024, "concurrency");
    within(spec.thread_count, 0, 1024, "thread_count");
    let holds = spec.temperature.is_none_or(|it| (0.0..=2.0).contains(&it));
    violations.require(holds, "evaluation.temperature", "must be between 0 and 2");
    let holds = spec.top_p.is_none_or(|it| it > 0.0 && it <= 1.0);
    violations.require(holds, "evaluation.top_p", "must be above 0 and at most 1");
}

fn subject(
    subject: Option<&pb::evaluation_spec::Subject>,
    violations: &mut Violations,
) -> Option<Subject> {
    match subject {
        None => {
            violations.add("evaluation.subject", "is required");
            None
        }
        Some(pb::evaluation_spec::Subject::Model(name)) => {
            model_name(name, "evaluation.model", violations).map(Subject::Model)
        }
        Some(pb::evaluation_spec::Subject::GatewayModel(name)) => {
            let form = format!("may have {MAX_NAME_BYTES} bytes");
            violations.require(
                name.len() <= MAX_NAME_BYTES,
                "evaluation.gateway_model",
                form,
            );
            Some(Subject::Gateway(name.clone()))
        }
    }
}

/// A benchmark by its name; empty is none, and what is unknown is noted.
pub(super) fn benchmark(name: &str, field: &str, violations: &mut Violations) -> Option<Benchmark> {
    let known = Benchmark::named(name);
    let form = || {
        format!(
            "must be one of {}",
            Benchmark::ALL.map(Benchmark::as_str).join(", ")
        )
    };
    if known.is_none() && !name.is_empty() {
        violations.add(field, form());
    }
    known
}

fn window(text: &str, field: &str, violations: &mut Violations) -> Option<Window> {
    if text.is_empty() {
        return None;
    }
    let read = text.parse::<Window>();
    read.map_err(|error| violations.add(field, error.to_string()))
        .ok()
}

pub(super) fn out(spec: &EvaluationSpec) -> pb::EvaluationSpec {
    let window = |window: Option<Window>| window.map(|it| it.to_string()).unwrap_or_default();
    pb::EvaluationSpec {
        data_digest: digest_out(&spec.data),
        tests_digest: spec.tests.as_deref().map(digest_out).unwrap_or_default(),
        benchmark: spec
            .benchmark
            .map(Benchmark::as_str)
            .unwrap_or_default()
            .to_owned(),
        subject: Some(match &spec.subject {
            Subject::Model(name) => pb::evaluation_spec::Subject::Model(name.to_string()),
            Subject::Gateway(name) => pb::evaluation_spec::Subject::GatewayModel(name.clone()),
        }),
        sample_count: spec.samples as i32,
        temperature: Some(spec.temperature),
        top_p: spec.top_p,
        max_token_count: spec.max_tokens as i32,
        seed: spec.seed,
        window: window(spec.window),
        older_window: window(spec.older),
        is_exact: spec.is_exact,
        concurrency: spec.concurrency as i32,
        thread_count: spec.threads as i32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> pb::EvaluationSpec {
        let digest = format!("blake3:{}", "0a".repeat(32));
        pb::EvaluationSpec {
            data_digest: digest.clone(),
            tests_digest: digest,
            benchmark: "livecodebench".to_owned(),
            subject: Some(pb::evaluation_spec::Subject::Model("jobs/a".to_owned())),
            sample_count: 8,
            temperature: Some(0.5),
            top_p: Some(0.95),
            max_token_count: 1024,
            seed: -1,
            window: "2024-08-01T00:00:00..2025-02-01T00:00:00".to_owned(),
            older_window: "2023-08-01T00:00:00..2024-02-01T00:00:00".to_owned(),
            is_exact: true,
            concurrency: 4,
            thread_count: 2,
        }
    }

    fn checked(spec: &pb::EvaluationSpec) -> Result<EvaluationSpec, String> {
        let mut violations = Violations::default();
        let spec = read(spec, &mut violations);
        spec.filter(|_| violations.is_empty())
            .ok_or_else(|| violations.to_string())
    }

    #[test]
    fn a_specification_survives_the_journey() {
        assert_eq!(out(&checked(&good()).unwrap()), good());
        let least = pb::EvaluationSpec {
            data_digest: good().data_digest,
            subject: Some(pb::evaluation_spec::Subject::GatewayModel(String::new())),
            sample_count: 1,
            max_token_count: 1,
            ..Default::default()
        };
        let back = out(&checked(&least).unwrap());
        // What is usual for one sample is said.
        let temperature = Some(0.0);
        assert_eq!(
            back,
            pb::EvaluationSpec {
                temperature,
                ..least
            }
        );
    }

    #[test]
    fn every_field_out_of_range_is_named_at_once() {
        let error = checked(&pb::EvaluationSpec {
            data_digest: "sha256:1".to_owned(),
            tests_digest: "x".to_owned(),
            benchmark: "none".to_owned(),
            subject: None,
            sample_count: 0,
            temperature: Some(f64::NAN),
            top_p: Some(0.0),
            max_token_count: -1,
            window: String::new(),
            concurrency: 5_000,
            thread_count: -1,
            ..good()
        });
        let error = error.unwrap_err();
        for field in [
            "data_digest",
            "tests_digest",
            "benchmark",
            "subject",
            "sample_count",
            "temperature",
            "top_p",
            "max_token_count",
            "older_window",
            "concurrency",
            "thread_count",
        ] {
            assert!(error.contains(field), "{field} in {error}");
        }
    }
}
