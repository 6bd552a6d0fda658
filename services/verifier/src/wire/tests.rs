mod checkers;
mod digests;
mod responses;

use std::time::Duration;

use synthsmith_proto::verifier::v1::checker::Rule as Wire;

use super::*;

fn program(language: &str) -> corpus_pb::Program {
    corpus_pb::Program {
        language: language.to_owned(),
        source: "def f(): pass".to_owned(),
    }
}

fn tests(count: usize) -> Vec<corpus_pb::TestCase> {
    vec![corpus_pb::TestCase::default(); count]
}

/// Nothing is kept.
fn nothing() -> Kept {
    Kept::new(0)
}

fn execution(request: pb::ExecuteProgramRequest) -> Result<Execution, Error> {
    Decoder::new(&Config::default(), &nothing()).execution(request)
}

fn judgement(request: pb::JudgeProgramRequest) -> Result<Judgement<Tests>, Error> {
    Decoder::new(&Config::default(), &nothing()).judgement(request)
}

#[track_caller]
fn told(result: Result<impl std::fmt::Debug, Error>) -> String {
    match result {
        Err(Error::InvalidRequest(violations)) => violations.to_string(),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn assert_names(told: &str, fields: &[&str]) {
    for field in fields {
        assert!(told.contains(field), "{field}: {told}");
    }
    assert_eq!(told.split("; ").count(), fields.len(), "{told}");
}

#[test]
fn unset_limits_take_the_defaults() {
    let execution = execution(pb::ExecuteProgramRequest {
        program: Some(program("python3")),
        inputs: vec![Vec::new()],
        ..Default::default()
    })
    .unwrap();
    let limits = execution.program.limits;
    assert_eq!(limits, Config::default().default_limits());
    assert_eq!(limits.wall_time, Duration::from_secs(7));
    assert_eq!(execution.stop_after_timeouts, None);
}

#[test]
fn tells_all_that_is_wrong_with_an_execution() {
    let told = told(execution(pb::ExecuteProgramRequest {
        program: Some(program("cobol")),
        inputs: Vec::new(),
        limits: Some(corpus_pb::Limits {
            cpu_time: Some(prost_types::Duration::default()),
            wall_time: Some(prost_types::Duration {
                seconds: i64::MAX,
                nanos: 0,
            }),
            memory_bytes: 1,
            processes: 100_000,
            output_bytes: -1,
        }),
        returned_output_bytes: -1,
        stop_after_timeouts: -1,
        function: "f()".to_owned(),
        program_digest: String::new(),
        isolation: 77,
        batch: "b".repeat(257),
    }));
    assert_names(
        &told,
        &[
            "program.language",
            "function",
            "inputs must not be empty",
            "limits.cpu_time",
            "limits.wall_time",
            "limits.memory_bytes",
            "limits.processes",
            "limits.output_bytes",
            "returned_output_bytes",
            "stop_after_timeouts",
            "isolation is 77",
            "batch is longer than 256 bytes",
        ],
    );
    assert!(told.contains("cpp17") && told.contains("python3"), "{told}");
}

#[test]
fn tells_all_that_is_wrong_with_a_judgement() {
    let empty = told(judgement(pb::JudgeProgramRequest::default()));
    assert_names(
        &empty,
        &[
            "program is required where program_digest is not given",
            "program_digest is required where program is not given",
            "tests is required where test_suite_digest is not given",
            "test_suite_digest is required where tests is not given",
        ],
    );
    let nameless = told(judgement(pb::JudgeProgramRequest {
        program: Some(corpus_pb::Program::default()),
        tests: tests(1001),
        checker: Some(pb::Checker {
            rule: Some(Wire::Program(corpus_pb::Program::default())),
        }),
        ..Default::default()
    }));
    assert_names(
        &nameless,
        &[
            "program.source is required",
            "program.language is not one of",
            "tests are 1001, more than the limit of 1000 (max_inputs)",
            "checker.program.source",
            "checker.program.language",
        ],
    );
}

#[test]
fn what_is_too_large_is_named_with_its_size_and_the_limit() {
    let config = Config {
        max_source_bytes: 3,
        max_input_bytes: 3,
        max_suite_bytes: 6,
        ..Config::default()
    };
    let test = |input: usize, expected: usize| corpus_pb::TestCase {
        input: vec![0; input],
        expected_output: vec![0; expected],
        ..Default::default()
    };
    let request = pb::JudgeProgramRequest {
        program: Some(program("python3")),
        tests: vec![test(3, 3), test(4, 0), test(0, 5)],
        ..Default::default()
    };
    assert_names(
        &told(Decoder::new(&config, &nothing()).judgement(request)),
        &[
            "program.source is 13 bytes, more than the limit of 3 (max_source_bytes)",
            "tests is 15 bytes, more than the limit of 6 (max_suite_bytes)",
            "tests[1].input is 4 bytes, more than the limit of 3 (max_input_bytes)",
            "tests[2].expected_output is 5 bytes, more than the limit of 3 (max_input_bytes)",
        ],
    );
}

#[test]
fn two_tests_of_one_name_are_named_and_tests_without_a_name_are_not() {
    let test = |id: &str| corpus_pb::TestCase {
        id: id.to_owned(),
        ..Default::default()
    };
    let long = "x".repeat(257);
    let request = pb::JudgeProgramRequest {
        program: Some(program("python3")),
        tests: ["", "a", "", "b", "a", &long].map(test).to_vec(),
        ..Default::default()
    };
    assert_names(
        &told(Decoder::new(&Config::default(), &nothing()).judgement(request)),
        &[
            "tests[4].id is also the id of tests[1]",
            "tests[5].id is longer than 256 bytes",
        ],
    );
}

#[test]
fn of_many_fields_that_are_too_large_some_are_named() {
    let config = Config {
        max_input_bytes: 0,
        ..Config::default()
    };
    let request = pb::ExecuteProgramRequest {
        program: Some(program("python3")),
        inputs: vec![vec![0]; 1000],
        ..Default::default()
    };
    let told = told(Decoder::new(&config, &nothing()).execution(request));
    assert!(
        told.contains("inputs[7]") && !told.contains("inputs[8]"),
        "{told}"
    );
}

#[test]
fn a_client_that_names_itself_badly_is_told() {
    let config = Config::default();
    let called = |name: &str| {
        let mut request = Request::new(());
        request
            .metadata_mut()
            .insert(Client::KEY, name.parse().unwrap());
        request
    };
    let nothing = nothing();
    let mut decoder = Decoder::new(&config, &nothing);
    decoder.client(&called("a b"));
    let told = told(decoder.judgement(pb::JudgeProgramRequest::default()));
    assert!(
        told.starts_with("synthsmith-client must be 1 to 64"),
        "{told}"
    );
    let named = Decoder::new(&config, &nothing).client(&called("trainer"));
    assert_eq!(named, Client::Named("trainer".into()));
    let mut proven = called("trainer");
    proven.extensions_mut().insert(Caller("team".into()));
    let proven = Decoder::new(&config, &nothing).client(&proven);
    assert_eq!(proven, Client::Proven("team".into()));
}
