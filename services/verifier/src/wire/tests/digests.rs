//! Programs and suites that are put, and requests that name them.

use std::fmt::Display;

use futures::executor::block_on;

use super::*;
use crate::kept::{Digest, Source, Suite};

const SOURCE: &str = "def f(): pass";
/// Of nothing that is kept anywhere.
const STRANGE: &str = "blake3:0000000000000000000000000000000000000000000000000000000000000000";

fn put_program(config: &Config, program: corpus_pb::Program) -> Result<Source, Error> {
    let program = Some(program);
    Decoder::new(config, &nothing()).source(pb::PutProgramRequest { program })
}

fn put_tests(config: &Config, tests: Vec<corpus_pb::TestCase>) -> Result<Suite, Error> {
    Decoder::new(config, &nothing()).suite(pb::PutTestSuiteRequest { tests })
}

fn test(id: &str, input: &str, expected: &str) -> corpus_pb::TestCase {
    corpus_pb::TestCase {
        id: id.to_owned(),
        input: input.into(),
        expected_output: expected.into(),
    }
}

/// A store with a program and a suite, and their digests.
fn stocked() -> (Kept, Digest, Digest) {
    let config = Config::default();
    let kept = Kept::new(1 << 20);
    let source = put_program(&config, program("python3")).unwrap();
    let suite = put_tests(&config, vec![test("a", "1", "2")]).unwrap();
    let program = block_on(kept.put_source(source));
    let suite = block_on(kept.put_suite(suite));
    (kept, program, suite)
}

fn named(program: impl Display, suite: impl Display) -> pb::JudgeProgramRequest {
    pb::JudgeProgramRequest {
        program_digest: program.to_string(),
        test_suite_digest: suite.to_string(),
        ..Default::default()
    }
}

#[test]
fn what_is_named_is_as_if_it_had_come_with_the_request() {
    let (kept, program_digest, suite_digest) = stocked();
    let config = Config::default();
    let request = pb::JudgeProgramRequest {
        function: "f".to_owned(),
        ..named(program_digest, suite_digest)
    };
    let by_digest = Decoder::new(&config, &kept).judgement(request).unwrap();
    assert_eq!(by_digest.tests, Tests::Kept(suite_digest));
    let whole = judgement(pb::JudgeProgramRequest {
        program: Some(program("python3")),
        tests: vec![test("a", "1", "2")],
        function: "f".to_owned(),
        ..Default::default()
    })
    .unwrap();
    assert_eq!(
        whole.tests,
        Tests::Given(kept.tests(&suite_digest).unwrap())
    );
    assert_eq!(by_digest.program.source, whole.program.source);
    assert!(by_digest.program.source.len() > SOURCE.len());
    // The source counts in the queue; the suite is shared, and does not.
    let source_bytes = whole.program.source.len() as u64;
    assert_eq!(by_digest.size_bytes(), source_bytes);
    assert_eq!(whole.size_bytes(), source_bytes + 2);

    let request = pb::ExecuteProgramRequest {
        program_digest: program_digest.to_string(),
        inputs: vec![Vec::new()],
        ..Default::default()
    };
    let execution = Decoder::new(&config, &kept).execution(request).unwrap();
    assert_eq!(execution.program.source, SOURCE);
}

#[test]
fn a_digest_and_what_it_would_name_exclude_each_other() {
    let (kept, program_digest, suite_digest) = stocked();
    let request = pb::JudgeProgramRequest {
        program: Some(program("cobol")),
        tests: tests(1),
        ..named(program_digest, suite_digest)
    };
    let both = Decoder::new(&Config::default(), &kept).judgement(request);
    assert_names(
        &told(both),
        &[
            "program cannot be given together with program_digest",
            "program_digest cannot be given together with program",
            "tests cannot be given together with test_suite_digest",
            "test_suite_digest cannot be given together with tests",
        ],
    );
}

#[test]
fn a_text_that_is_no_digest_is_told() {
    let malformed = judgement(named("abc", STRANGE.to_uppercase()));
    assert_names(
        &told(malformed),
        &[
            "program_digest must be blake3: and 64 hexadecimal digits",
            "test_suite_digest must be blake3: and 64 hexadecimal digits",
        ],
    );
}

#[test]
fn digests_that_name_nothing_are_told_where_nothing_is_wrong() {
    let (kept, program_digest, suite_digest) = stocked();
    let config = Config::default();
    let decoded = |request| Decoder::new(&config, &kept).judgement(request);
    for (request, fields) in [
        (named(STRANGE, suite_digest), &["program_digest"][..]),
        (named(program_digest, STRANGE), &["test_suite_digest"]),
        // Of the other kind.
        (
            named(suite_digest, program_digest),
            &["program_digest", "test_suite_digest"],
        ),
    ] {
        let digests = [&request.program_digest, &request.test_suite_digest].map(Clone::clone);
        let Err(error @ Error::DigestUnknown(_)) = decoded(request) else {
            panic!("{fields:?} are unknown");
        };
        let told = error.to_string();
        for (field, digest) in ["program_digest", "test_suite_digest"].iter().zip(digests) {
            let unknown = format!("{field} {digest} names nothing that is kept");
            assert_eq!(told.contains(&unknown), fields.contains(field), "{told}");
        }
        assert!(told.contains("put it and ask again") && told.contains("max_kept_bytes"));
    }
    let wrong_too = pb::JudgeProgramRequest {
        function: "f()".to_owned(),
        ..named(STRANGE, STRANGE)
    };
    assert_names(&told(decoded(wrong_too)), &["function"]);
}

#[test]
fn what_is_put_must_be_what_a_request_could_bring() {
    let config = Config {
        max_source_bytes: 20,
        max_suite_bytes: 3,
        ..Config::default()
    };
    let large = corpus_pb::Program {
        source: "x".repeat(21),
        language: "cobol".to_owned(),
    };
    assert_names(
        &told(put_program(&config, large)),
        &[
            "program.source is 21 bytes, more than the limit of 20 (max_source_bytes)",
            "program.language is not one of",
        ],
    );
    let missing = Decoder::new(&config, &nothing()).source(pb::PutProgramRequest::default());
    assert_names(&told(missing), &["program is required"]);
    assert_names(
        &told(put_tests(&config, Vec::new())),
        &["tests must not be empty"],
    );
    let flawed = vec![test("a", "12", ""), test("a", "", "34")];
    assert_names(
        &told(put_tests(&config, flawed)),
        &[
            "tests is 4 bytes, more than the limit of 3 (max_suite_bytes)",
            "tests[1].id is also the id of tests[0]",
        ],
    );
    assert_names(
        &told(put_tests(&config, tests(1001))),
        &["tests are 1001, more than the limit of 1000 (max_inputs)"],
    );
}

#[test]
fn what_takes_more_than_all_the_room_is_refused() {
    let config = Config {
        max_kept_bytes: 1000,
        ..Config::default()
    };
    let large = corpus_pb::Program {
        language: "python3".to_owned(),
        source: "x".repeat(1000),
    };
    let source = told(put_program(&config, large));
    assert!(
        source.starts_with("program takes ") && source.ends_with("limit of 1000 (max_kept_bytes)"),
        "{source}"
    );
    let suite = told(put_tests(&config, tests(100)));
    assert!(
        suite.starts_with("tests takes ") && suite.ends_with("limit of 1000 (max_kept_bytes)"),
        "{suite}"
    );
    assert!(put_program(&config, program("python3")).is_ok());
    assert!(put_tests(&config, tests(1)).is_ok());
}
