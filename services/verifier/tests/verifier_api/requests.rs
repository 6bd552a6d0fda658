//! Requests that are refused, with nothing started.

use std::sync::Arc;

use async_trait::async_trait;
use synthsmith_proto::corpus::v1 as corpus;
use synthsmith_proto::verifier::v1 as pb;
use synthsmith_proto::verifier::v1::checker::Rule;
use synthsmith_sandbox::{Compiled, Error, Job, Sandbox};
use synthsmith_verifier::Config;
use tonic::client::Grpc;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::{Code, Request, Status};
use tonic_prost::ProstCodec;

use crate::server::{Client, checked_by, program, refusal, tests, with_sandbox};

/// Nothing may be started on it.
#[derive(Debug)]
struct Untouched;

#[async_trait]
impl Sandbox for Untouched {
    async fn compile(&self, job: Job) -> Result<Compiled, Error> {
        panic!("{job:?} was started")
    }
}

async fn client(config: Config) -> Client {
    with_sandbox(config, Arc::new(Untouched)).await
}

#[track_caller]
fn assert_refused(status: &Status, fields: &[&str]) {
    assert_eq!(status.code(), Code::InvalidArgument, "{status}");
    let (reason, named) = refusal(status);
    assert_eq!(
        (reason.as_str(), named),
        (
            "REQUEST_INVALID",
            fields.iter().map(ToString::to_string).collect()
        )
    );
}

#[tokio::test]
async fn a_bad_judgement_names_all_its_fields_at_once() {
    let mut client = client(Config::default()).await;
    let mut request = Request::new(pb::JudgeProgramRequest {
        program: Some(program("cobol", &"x".repeat((1 << 20) + 1))),
        tests: tests(&vec![("", ""); 1001]),
        limits: Some(corpus::Limits {
            memory_bytes: -5,
            processes: i32::MAX,
            output_bytes: i64::MAX,
            ..Default::default()
        }),
        checker: Some(checked_by(Rule::Tolerance(pb::FloatTolerance {
            absolute: -1.0,
            relative: 0.0,
        }))),
        function: "f(".to_owned(),
        ..Default::default()
    });
    request
        .metadata_mut()
        .insert("synthsmith-client", "a b".parse().unwrap());
    let status = client.judge_program(request).await.unwrap_err();
    let fields = [
        "synthsmith-client",
        "program.source",
        "program.language",
        "function",
        "tests",
        "limits.memory_bytes",
        "limits.processes",
        "limits.output_bytes",
        "checker.tolerance",
    ];
    assert_refused(&status, &fields);
    for size in ["1048577", "1048576", "1001", "1000"] {
        assert!(status.message().contains(size), "{size}: {status}");
    }
}

#[tokio::test]
async fn a_bad_execution_names_all_its_fields_at_once() {
    let mut client = client(Config::default()).await;
    let request = pb::ExecuteProgramRequest {
        returned_output_bytes: 1 << 40,
        stop_after_timeouts: -1,
        ..Default::default()
    };
    let status = client.execute_program(request).await.unwrap_err();
    let fields = [
        "program",
        "program_digest",
        "inputs",
        "returned_output_bytes",
        "stop_after_timeouts",
    ];
    assert_refused(&status, &fields);
}

#[tokio::test]
async fn a_language_without_a_harness_calls_no_function() {
    let config = Config::default();
    let mute = config
        .languages
        .iter()
        .find(|(_, language)| language.call.is_none());
    let mute = mute
        .expect("a language of the table has no harness")
        .0
        .clone();
    let mut client = client(config).await;
    let request = pb::JudgeProgramRequest {
        program: Some(program(&mute, "x")),
        tests: tests(&[("", "")]),
        function: "f".to_owned(),
        ..Default::default()
    };
    let status = client.judge_program(request).await.unwrap_err();
    assert_refused(&status, &["function"]);
    assert!(status.message().contains("python3"), "{status}");
}

/// Bytes where the contract has text.
#[derive(Clone, PartialEq, prost::Message)]
struct RawJudgement {
    #[prost(message, optional, tag = "1")]
    program: Option<RawProgram>,
    #[prost(bytes = "vec", tag = "6")]
    function: Vec<u8>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct RawProgram {
    #[prost(bytes = "vec", tag = "2")]
    source: Vec<u8>,
}

#[tokio::test]
async fn text_that_is_not_utf_8_is_named() {
    let (config, sandbox) = (Config::default(), Arc::new(Untouched));
    let channel = crate::server::channel(config, sandbox).await;
    let mut grpc = Grpc::new(channel);
    let source = Some(RawProgram {
        source: vec![b'a', 0xff],
    });
    let function = vec![0x80];
    let table = [
        (
            RawJudgement {
                program: source,
                ..Default::default()
            },
            "program.source",
        ),
        (
            RawJudgement {
                function,
                ..Default::default()
            },
            "function",
        ),
    ];
    for (request, field) in table {
        grpc.ready().await.unwrap();
        let path = "/synthsmith.verifier.v1.VerifierService/JudgeProgram";
        let codec = ProstCodec::<RawJudgement, pb::JudgeProgramResponse>::default();
        let answer = grpc.unary(
            Request::new(request),
            PathAndQuery::from_static(path),
            codec,
        );
        assert_refused(&answer.await.unwrap_err(), &[field]);
    }
}

#[tokio::test]
async fn a_suite_that_is_too_large_is_refused_by_its_size() {
    let config = Config {
        max_input_bytes: 1 << 20,
        max_suite_bytes: 2 << 20,
        ..Config::default()
    };
    let mut client = client(config).await.max_encoding_message_size(usize::MAX);
    let input = "x".repeat((1 << 20) + 1);
    let judgement = |count: usize| pb::JudgeProgramRequest {
        program: Some(program("python3", "pass")),
        tests: tests(&vec![(input.as_str(), ""); count]),
        ..Default::default()
    };
    let status = client.judge_program(judgement(2)).await.unwrap_err();
    assert_refused(&status, &["tests", "tests[0].input", "tests[1].input"]);
    // More than the server reads at all.
    let status = client.judge_program(judgement(67)).await.unwrap_err();
    assert_refused(&status, &["request"]);
}

#[tokio::test]
async fn a_list_far_too_long_is_refused_unread() {
    let mut client = client(Config::default()).await;
    let judgement = pb::JudgeProgramRequest {
        tests: vec![corpus::TestCase::default(); 1_000_000],
        ..Default::default()
    };
    let execution = pb::ExecuteProgramRequest {
        inputs: vec![Vec::new(); 1_000_000],
        ..Default::default()
    };
    let told = [
        client.judge_program(judgement).await.unwrap_err(),
        client
            .execute_program(execution)
            .await
            .map(drop)
            .unwrap_err(),
    ];
    for (status, field) in told.iter().zip(["tests", "inputs"]) {
        assert_refused(status, &[field]);
        assert!(
            status.message().contains("far more than the limit of 1000"),
            "{status}"
        );
    }
}
