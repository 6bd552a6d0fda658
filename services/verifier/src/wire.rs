//! Requests as values of the domain, and results as responses.

mod limits;

use std::num::NonZeroU32;

use bytes::Bytes;
use synthsmith_corpus::wire::required;
use synthsmith_corpus::{Program, Verdict};
use synthsmith_proto::corpus::v1 as corpus_pb;
use synthsmith_proto::verifier::v1 as pb;
use synthsmith_rpc::Violations;
use synthsmith_sandbox::{Event, Job, Language};

use crate::judge::{Judged, Judgement};
use crate::{Comparison, Config, Error};

const MAX_RETURNED_BYTES: i64 = 16 << 20;

/// Checks requests against the configuration; all that is wrong with one is told at once.
#[derive(Debug)]
pub(crate) struct Decoder<'a> {
    config: &'a Config,
    violations: Violations,
}

impl<'a> Decoder<'a> {
    pub(crate) fn new(config: &'a Config) -> Self {
        Self {
            config,
            violations: Violations::default(),
        }
    }

    pub(crate) fn execution(mut self, request: pb::ExecuteProgramRequest) -> Result<Job, Error> {
        let returned = request.returned_output_bytes;
        let is_returnable = (0..=MAX_RETURNED_BYTES).contains(&returned);
        self.violations.require(
            is_returnable,
            "returned_output_bytes",
            "must be 0 to 16 MiB",
        );
        let stop_after = u32::try_from(request.stop_after_timeouts);
        self.violations
            .require(stop_after.is_ok(), "stop_after_timeouts", "is negative");
        let inputs: Vec<Bytes> = request.inputs.into_iter().map(Bytes::from).collect();
        let mut job = self.job(request.program, inputs, "inputs", request.limits);
        job.returned_output_bytes = returned.max(0) as u64;
        job.stop_after_timeouts = stop_after.ok().and_then(NonZeroU32::new);
        self.valid(job)
    }

    pub(crate) fn judgement(
        mut self,
        request: pb::JudgeProgramRequest,
    ) -> Result<Judgement, Error> {
        let comparison = match request.comparison() {
            pb::Comparison::Unspecified | pb::Comparison::Lines => Comparison::Lines,
            pb::Comparison::Exact => Comparison::Exact,
            pb::Comparison::Tokens => Comparison::Tokens,
        };
        let is_known = pb::Comparison::try_from(request.comparison).is_ok();
        self.violations
            .require(is_known, "comparison", "is not on the list");
        let (inputs, expected_outputs): (Vec<Bytes>, Vec<Bytes>) = request
            .tests
            .into_iter()
            .map(|test| (Bytes::from(test.input), Bytes::from(test.expected_output)))
            .unzip();
        let job = self.job(request.program, inputs, "tests", request.limits);
        self.valid(Judgement {
            job,
            expected_outputs,
            comparison,
            stop_at_first_failure: request.stop_at_first_failure,
        })
    }

    fn job(
        &mut self,
        program: Option<corpus_pb::Program>,
        inputs: Vec<Bytes>,
        inputs_field: &str,
        limits: Option<corpus_pb::Limits>,
    ) -> Job {
        let (language, source) = self
            .program(program)
            .unwrap_or_else(|| (Language::python3(), Bytes::new()));
        self.inputs(&inputs, inputs_field);
        let limits = limits::resolve(
            self.config,
            limits.unwrap_or_default(),
            &mut self.violations,
        );
        Job {
            language,
            source,
            inputs,
            limits,
            returned_output_bytes: 0,
            stop_after_timeouts: None,
        }
    }

    fn program(&mut self, program: Option<corpus_pb::Program>) -> Option<(Language, Bytes)> {
        let program: Program = match required("program", program) {
            Ok(program) => program,
            Err(invalid) => {
                self.violations.add(invalid.field, invalid.description);
                return None;
            }
        };
        let max_bytes = self.config.max_source_bytes;
        let fits = program.source.len() <= max_bytes;
        self.violations.require(
            fits,
            "program.source",
            format!("is longer than {max_bytes} bytes"),
        );
        let language = self.config.languages.get(&program.language);
        if language.is_none() {
            let known: Vec<&str> = self.config.languages.keys().map(String::as_str).collect();
            self.violations.add(
                "program.language",
                format!("is not one of {}", known.join(", ")),
            );
        }
        Some((language?.clone(), Bytes::from(program.source)))
    }

    fn inputs(&mut self, inputs: &[Bytes], field: &str) {
        let Config {
            max_inputs,
            max_input_bytes,
            ..
        } = *self.config;
        let fits = (1..=max_inputs).contains(&inputs.len());
        self.violations
            .require(fits, field, format!("must be 1 to {max_inputs}"));
        let bytes: usize = inputs.iter().map(Bytes::len).sum();
        self.violations.require(
            bytes <= max_input_bytes,
            field,
            format!("are more than {max_input_bytes} bytes"),
        );
    }

    fn valid<T>(self, value: T) -> Result<T, Error> {
        if self.violations.is_empty() {
            Ok(value)
        } else {
            Err(Error::InvalidRequest(self.violations))
        }
    }
}

pub(crate) fn event(event: Event) -> pb::ExecuteProgramResponse {
    use pb::execute_program_response::Event as Wire;
    let event = match event {
        Event::Compiled(compilation) => Wire::Compilation(compilation.into()),
        Event::Finished(outcome) => Wire::Outcome(outcome.into()),
    };
    pb::ExecuteProgramResponse { event: Some(event) }
}

pub(crate) fn judged(judged: Judged) -> pb::JudgeProgramResponse {
    let verdict = |verdict: Verdict| corpus_pb::Verdict::from(verdict) as i32;
    let tests = judged
        .tests
        .into_iter()
        .map(|(found, outcome)| pb::TestVerdict {
            verdict: verdict(found),
            outcome: Some(outcome.into()),
        });
    pb::JudgeProgramResponse {
        tests: tests.collect(),
        verdict: verdict(judged.verdict),
        compilation: Some(judged.compilation.into()),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn program(language: &str) -> corpus_pb::Program {
        corpus_pb::Program {
            language: language.to_owned(),
            source: "print(1)".to_owned(),
        }
    }

    fn execution(request: pb::ExecuteProgramRequest) -> Result<Job, Error> {
        Decoder::new(&Config::default()).execution(request)
    }

    fn told(result: Result<impl std::fmt::Debug, Error>) -> String {
        match result {
            Err(Error::InvalidRequest(violations)) => violations.to_string(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn unset_limits_take_the_defaults() {
        let job = execution(pb::ExecuteProgramRequest {
            program: Some(program("python3")),
            inputs: vec![Vec::new()],
            ..Default::default()
        })
        .unwrap();
        assert_eq!(job.limits, Config::default().default_limits());
        assert_eq!(job.limits.wall_time, Duration::from_secs(7));
        assert_eq!(job.stop_after_timeouts, None);
    }

    #[test]
    fn tells_all_that_is_wrong_with_an_execution() {
        let told = told(execution(pb::ExecuteProgramRequest {
            program: Some(program("cobol")),
            inputs: Vec::new(),
            limits: Some(corpus_pb::Limits {
                memory_bytes: 1,
                processes: 100_000,
                ..Default::default()
            }),
            returned_output_bytes: -1,
            stop_after_timeouts: -1,
        }));
        for field in [
            "program.language",
            "inputs",
            "limits.memory_bytes",
            "limits.processes",
            "returned_output_bytes",
            "stop_after_timeouts",
        ] {
            assert!(told.contains(field), "{field}: {told}");
        }
        assert!(told.contains("cpp17, python3"));
    }

    #[test]
    fn tells_what_is_wrong_with_a_judgement() {
        let told = told(
            Decoder::new(&Config::default()).judgement(pb::JudgeProgramRequest {
                comparison: 77,
                limits: Some(corpus_pb::Limits {
                    memory_bytes: -5,
                    ..Default::default()
                }),
                ..Default::default()
            }),
        );
        for field in [
            "program is required",
            "tests",
            "comparison",
            "limits.memory_bytes",
        ] {
            assert!(told.contains(field), "{field}: {told}");
        }
    }

    #[test]
    fn refuses_a_source_and_inputs_that_are_too_large() {
        let config = Config {
            max_source_bytes: 3,
            max_input_bytes: 3,
            ..Config::default()
        };
        let request = pb::ExecuteProgramRequest {
            program: Some(program("python3")),
            inputs: vec![vec![0; 2], vec![0; 2]],
            ..Default::default()
        };
        let told = told(Decoder::new(&config).execution(request));
        assert!(
            told.contains("program.source") && told.contains("inputs"),
            "{told}"
        );
    }
}
