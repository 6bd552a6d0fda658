//! Programs and suites that are put once and then named by their digests.

use std::sync::Arc;

use synthsmith_proto::corpus::v1 as corpus;
use synthsmith_proto::corpus::v1::Verdict;
use synthsmith_proto::verifier::v1 as pb;
use synthsmith_proto::verifier::v1::execute_program_response::Event;
use synthsmith_proto::verifier::v1::verifier_service_server::VerifierService as _;
use synthsmith_verifier::{Config, VerifierService};
use tonic::{Code, Request, Status};

use crate::echo::Echo;
use crate::server::{
    Client, judge, program, refusal, small, tests, verdicts, with_engine, with_sandbox,
};
use crate::turns::Gate;

const STRANGE: &str = "blake3:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

async fn client(config: Config) -> Client {
    let client = with_sandbox(config, Arc::new(Echo)).await;
    client.max_encoding_message_size(usize::MAX)
}

async fn put_program(client: &mut Client, program: corpus::Program) -> Result<String, Status> {
    let program = Some(program);
    let response = client
        .put_program(pb::PutProgramRequest { program })
        .await?;
    Ok(response.into_inner().digest)
}

async fn put_tests(client: &mut Client, tests: Vec<corpus::TestCase>) -> Result<String, Status> {
    let request = pb::PutTestSuiteRequest { tests };
    let response = client.put_test_suite(request).await?;
    Ok(response.into_inner().digest)
}

/// A program that is not kept, on a suite that may be.
fn on_suite(source: &str, suite: &str) -> pb::JudgeProgramRequest {
    pb::JudgeProgramRequest {
        program: Some(program("python3", source)),
        test_suite_digest: suite.to_owned(),
        ..Default::default()
    }
}

#[track_caller]
fn assert_refused(status: &Status, code: Code, reason: &str, fields: &[&str]) {
    assert_eq!(status.code(), code, "{status}");
    let (told, named) = refusal(status);
    assert_eq!((told.as_str(), named), (reason, owned(fields)), "{status}");
}

fn owned(fields: &[&str]) -> Vec<String> {
    fields.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn a_suite_that_is_put_once_judges_every_program() {
    let test = "a_suite_that_is_put_once_judges_every_program";
    let Some((running, mut client)) = with_engine(test, small()).await else {
        return;
    };
    let right = program("python3", "print(int(input()) + 1)");
    let pairs = tests(&[("1", "2"), ("2", "3")]);
    let suite = put_tests(&mut client, pairs.clone()).await.unwrap();
    let again = put_tests(&mut client, pairs.clone()).await.unwrap();
    assert_eq!(again, suite);
    let digest = put_program(&mut client, right.clone()).await.unwrap();
    for (program, program_digest, tests, test_suite_digest, verdict) in [
        (None, &digest, Vec::new(), &suite, Verdict::Ac),
        (None, &digest, pairs, &String::new(), Verdict::Ac),
        (Some(right), &String::new(), Vec::new(), &suite, Verdict::Ac),
        (
            Some(program("python3", "print(2)")),
            &String::new(),
            Vec::new(),
            &suite,
            Verdict::Wa,
        ),
    ] {
        let request = pb::JudgeProgramRequest {
            program,
            program_digest: program_digest.clone(),
            tests,
            test_suite_digest: test_suite_digest.clone(),
            ..Default::default()
        };
        let response = judge(&mut client, request).await;
        assert_eq!(verdicts(&response), [Verdict::Ac, verdict]);
    }
    let request = pb::ExecuteProgramRequest {
        program_digest: digest,
        inputs: vec![b"41".to_vec()],
        returned_output_bytes: 9,
        ..Default::default()
    };
    let mut stream = client.execute_program(request).await.unwrap().into_inner();
    let mut outputs = Vec::new();
    while let Some(response) = stream.message().await.unwrap() {
        if let Some(Event::Outcome(outcome)) = response.event {
            outputs.push(outcome.output);
        }
    }
    assert_eq!(outputs, [b"42\n"]);
    running.drain().await.unwrap();
}

#[tokio::test]
async fn a_digest_that_names_nothing_is_told_with_what_to_do() {
    let mut client = client(Config::default()).await;
    let both = pb::JudgeProgramRequest {
        program_digest: STRANGE.to_owned(),
        test_suite_digest: STRANGE.to_owned(),
        ..Default::default()
    };
    let execution = pb::ExecuteProgramRequest {
        program_digest: STRANGE.to_owned(),
        inputs: vec![Vec::new()],
        ..Default::default()
    };
    let of_suite = client.judge_program(on_suite("", STRANGE)).await;
    assert_eq!(of_suite.unwrap_err().code(), Code::InvalidArgument, "first");
    for (status, fields) in [
        (
            client.judge_program(both).await.unwrap_err(),
            &["program_digest", "test_suite_digest"][..],
        ),
        (
            client
                .judge_program(on_suite("x", STRANGE))
                .await
                .unwrap_err(),
            &["test_suite_digest"],
        ),
        (
            client
                .execute_program(execution)
                .await
                .map(drop)
                .unwrap_err(),
            &["program_digest"],
        ),
    ] {
        assert_refused(&status, Code::FailedPrecondition, "DIGEST_UNKNOWN", fields);
        for words in [STRANGE, "put it and ask again", "max_kept_bytes"] {
            assert!(status.message().contains(words), "{status}");
        }
    }
}

#[tokio::test]
async fn a_suite_that_went_can_be_put_again() {
    let config = Config {
        max_kept_bytes: 5000,
        ..Config::default()
    };
    let mut client = client(config).await;
    let large = |letter: &str| tests(&[(&letter.repeat(2000), "")]);
    let used = put_tests(&mut client, large("u")).await.unwrap();
    let unused = put_tests(&mut client, large("n")).await.unwrap();
    judge(&mut client, on_suite("x", &used)).await;
    put_tests(&mut client, large("c")).await.unwrap();
    judge(&mut client, on_suite("x", &used)).await;
    let gone = client.judge_program(on_suite("x", &unused)).await;
    let fields = ["test_suite_digest"];
    assert_refused(
        &gone.unwrap_err(),
        Code::FailedPrecondition,
        "DIGEST_UNKNOWN",
        &fields,
    );
    assert_eq!(put_tests(&mut client, large("n")).await.unwrap(), unused);
    let response = judge(&mut client, on_suite("x", &unused)).await;
    assert_eq!(response.tests.len(), 1);
}

#[tokio::test]
async fn a_suite_that_goes_while_a_request_waits_is_told_and_one_in_use_stays() {
    let config = Config {
        slots: 1,
        // What waits by digest counts as its source only.
        max_queued_bytes: 1,
        max_kept_bytes: 3000,
        ..Config::default()
    };
    let gate = Gate::closed();
    let service = VerifierService::new(config, Arc::clone(&gate) as _);
    let put = async |letter: &str| {
        let tests = tests(&[(&letter.repeat(2000), "")]);
        let request = Request::new(pb::PutTestSuiteRequest { tests });
        let response = service.put_test_suite(request).await;
        response.unwrap().into_inner().digest
    };
    let suite = put("a").await;
    let mut running = service.judge_program(Request::new(on_suite("r", &suite)));
    assert!(futures::poll!(&mut running).is_pending());
    let mut waiting = service.judge_program(Request::new(on_suite("w", &suite)));
    assert!(futures::poll!(&mut waiting).is_pending());
    put("b").await;
    gate.permits.add_permits(2);
    let judged = running.await.unwrap().into_inner();
    assert_eq!(judged.verdict(), Verdict::Ce);
    let status = waiting.await.unwrap_err();
    let fields = ["test_suite_digest"];
    assert_refused(&status, Code::FailedPrecondition, "DIGEST_UNKNOWN", &fields);
    assert_eq!(gate.began(), ["r"], "nothing is started for it");
}

#[tokio::test]
async fn a_digest_beside_the_thing_itself_or_malformed_is_refused() {
    let mut client = client(Config::default()).await;
    let whole = || pb::JudgeProgramRequest {
        tests: tests(&[("", "")]),
        ..on_suite("x", "")
    };
    let both = ["program", "program_digest", "tests", "test_suite_digest"];
    let table = [
        (
            pb::JudgeProgramRequest {
                program_digest: STRANGE.to_owned(),
                test_suite_digest: STRANGE.to_owned(),
                ..whole()
            },
            &both[..],
        ),
        (pb::JudgeProgramRequest::default(), &both[..]),
        (
            pb::JudgeProgramRequest {
                program_digest: "blake3:".to_owned(),
                test_suite_digest: STRANGE.to_uppercase(),
                ..Default::default()
            },
            &["program_digest", "test_suite_digest"],
        ),
    ];
    for (request, fields) in table {
        let status = client.judge_program(request).await.unwrap_err();
        assert_refused(&status, Code::InvalidArgument, "REQUEST_INVALID", fields);
    }
    assert!(client.judge_program(whole()).await.is_ok());
}

#[tokio::test]
async fn what_is_put_is_held_to_the_limits_of_a_request() {
    let config = Config {
        max_kept_bytes: 1 << 20,
        ..Config::default()
    };
    let mut client = client(config).await;
    let many = |count: usize| tests(&vec![("", ""); count]);
    let large = "x".repeat(1 << 20);
    for (put, told) in [
        (many(0), "must not be empty"),
        (many(2000), "are 2000, more than the limit of 1000"),
        (many(1_000_000), "are far more than the limit of 1000"),
        (tests(&[(&large, "")]), "limit of 1048576 (max_kept_bytes)"),
    ] {
        let status = put_tests(&mut client, put).await.unwrap_err();
        assert_refused(
            &status,
            Code::InvalidArgument,
            "REQUEST_INVALID",
            &["tests"],
        );
        assert!(status.message().contains(told), "{status}");
    }
    let cobol = program("cobol", &format!("{large}x"));
    let status = put_program(&mut client, cobol).await.unwrap_err();
    assert_refused(
        &status,
        Code::InvalidArgument,
        "REQUEST_INVALID",
        &["program.source", "program.language"],
    );
    let largest = put_program(&mut client, program("python3", &large)).await;
    let status = largest.unwrap_err();
    assert_refused(
        &status,
        Code::InvalidArgument,
        "REQUEST_INVALID",
        &["program"],
    );
    assert!(status.message().contains("max_kept_bytes"), "{status}");
    let nothing = client.put_program(pb::PutProgramRequest::default()).await;
    let nothing = nothing.unwrap_err();
    assert_refused(
        &nothing,
        Code::InvalidArgument,
        "REQUEST_INVALID",
        &["program"],
    );
}
