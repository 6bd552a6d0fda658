//! Requests as values of the domain, and results as responses.

use std::num::NonZeroU32;
use std::time::Duration;

use bytes::Bytes;
use synthsmith_corpus::wire::required;
use synthsmith_corpus::{Program, Verdict};
use synthsmith_proto::corpus::v1 as corpus_pb;
use synthsmith_proto::verifier::v1 as pb;
use synthsmith_rpc::Violations;
use synthsmith_sandbox::{Event, Job, Language, Limits, MIN_MEMORY_BYTES};

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
        let limits = self.limits(limits.unwrap_or_default());
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

    fn limits(&mut self, asked: corpus_pb::Limits) -> Limits {
        let default = self.config.default_limits();
        let asked: synthsmith_corpus::Limits = match asked.try_into() {
            Ok(asked) => asked,
            Err(invalid) => {
                let invalid: synthsmith_corpus::wire::InvalidField = invalid;
                let invalid = invalid.within("limits");
                self.violations.add(invalid.field, invalid.description);
                return default;
            }
        };
        let cpu_time = asked.cpu_time.unwrap_or(default.cpu_time);
        let max_wall_time = Duration::from_millis(self.config.max_wall_ms);
        let limits = Limits {
            cpu_time,
            wall_time: asked
                .wall_time
                .unwrap_or_else(|| Limits::wall_time_for(cpu_time).min(max_wall_time)),
            memory_bytes: asked.memory_bytes.unwrap_or(default.memory_bytes),
            processes: asked
                .processes
                .unwrap_or(default.processes.min(self.config.max_processes)),
            output_bytes: asked
                .output_bytes
                .unwrap_or(default.output_bytes.min(self.config.max_output_bytes)),
        };
        self.within_range(&limits);
        limits
    }

    fn within_range(&mut self, limits: &Limits) {
        let Config {
            max_cpu_ms,
            max_wall_ms,
            max_memory_bytes,
            max_processes,
            max_output_bytes,
            ..
        } = *self.config;
        let ranges = [
            (
                "cpu_time",
                limits.cpu_time <= Duration::from_millis(max_cpu_ms),
                format!("is above {max_cpu_ms} ms"),
            ),
            (
                "wall_time",
                limits.wall_time <= Duration::from_millis(max_wall_ms),
                format!("is above {max_wall_ms} ms"),
            ),
            (
                "memory_bytes",
                (MIN_MEMORY_BYTES..=max_memory_bytes).contains(&limits.memory_bytes),
                format!("must be {MIN_MEMORY_BYTES} to {max_memory_bytes}"),
            ),
            (
                "processes",
                limits.processes <= max_processes,
                format!("is above {max_processes}"),
            ),
            (
                "output_bytes",
                limits.output_bytes <= max_output_bytes,
                format!("is above {max_output_bytes}"),
            ),
        ];
        for (field, holds, description) in ranges {
            self.violations
                .require(holds, &format!("limits.{field}"), description);
        }
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
    use super::*;

    fn program(language: &str) -> Option<corpus_pb::Program> {
        Some(corpus_pb::Program {
            language: language.to_owned(),
            source: "print(1)".to_owned(),
        })
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
            program: program("python3"),
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
            program: program("cobol"),
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
            program: program("python3"),
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
