//! The verifier, which must leave no container behind.

use std::time::Duration;

use synthsmith_proto::corpus::v1::{Limits, Outcome, OutcomeStatus, Program};
use synthsmith_proto::verifier::v1::execute_program_response::Event;
use synthsmith_proto::verifier::v1::verifier_service_client::VerifierServiceClient;
use synthsmith_proto::verifier::v1::{ExecuteProgramRequest, ExecuteProgramResponse};
use synthsmith_testkit::engine_or_skip;
use synthsmith_tests::{Daemon, Engine};
use tonic::{Status, Streaming};
use tonic_health::pb::health_check_response::ServingStatus;

use crate::{INTERRUPTED, PATIENCE};

/// Longer than a test waits for anything.
const ENDLESS: &str = "150";

#[tokio::test]
async fn a_verifier_that_is_asked_to_end_finishes_its_calls_and_leaves_no_container() {
    if !engine_or_skip("a_verifier_that_is_asked_to_end_finishes_its_calls_and_leaves_no_container")
    {
        return;
    }
    let verifier = start("50").await;
    let engine = Engine::connect();
    let process_id = verifier.process_id();
    let mut health = verifier.health().await;
    assert_eq!(health.next().await, ServingStatus::Serving);
    let mut call = sleeping(&verifier, "3").await;
    assert!(!engine.containers_of(process_id).await.is_empty());

    verifier.terminate();
    assert_eq!(health.next().await, ServingStatus::NotServing);
    drop(health);
    let last = outcome(&mut call).await.unwrap();
    assert_eq!(
        (last.status(), last.output.as_slice()),
        (OutcomeStatus::Ok, b"slept\n".as_slice())
    );
    assert!(call.message().await.unwrap().is_none());
    drop(call);
    assert_eq!(verifier.exit_code(PATIENCE).await, Some(0));
    engine.assert_nothing_left_of(process_id).await;
}

#[tokio::test]
async fn a_verifier_drops_calls_that_outlast_its_grace_and_leaves_no_container() {
    if !engine_or_skip("a_verifier_drops_calls_that_outlast_its_grace_and_leaves_no_container") {
        return;
    }
    let verifier = start("1").await;
    let process_id = verifier.process_id();
    let mut call = sleeping(&verifier, ENDLESS).await;

    verifier.terminate();
    outcome(&mut call).await.unwrap_err();
    assert_eq!(verifier.exit_code(PATIENCE).await, Some(0));
    Engine::connect().assert_nothing_left_of(process_id).await;
}

#[tokio::test]
async fn a_second_signal_ends_a_verifier_at_once_and_the_next_one_clears_up() {
    if !engine_or_skip("a_second_signal_ends_a_verifier_at_once_and_the_next_one_clears_up") {
        return;
    }
    let verifier = start("600").await;
    let process_id = verifier.process_id();
    let mut health = verifier.health().await;
    assert_eq!(health.next().await, ServingStatus::Serving);
    let mut call = sleeping(&verifier, ENDLESS).await;

    verifier.terminate();
    assert_eq!(health.next().await, ServingStatus::NotServing);
    verifier.terminate();
    assert_eq!(verifier.exit_code(PATIENCE).await, Some(INTERRUPTED));
    outcome(&mut call).await.unwrap_err();

    let next = start("50").await;
    Engine::connect().assert_nothing_left_of(process_id).await;
    next.terminate();
    assert_eq!(next.exit_code(PATIENCE).await, Some(0));
}

async fn start(grace_seconds: &str) -> Daemon {
    let settings = [
        ("VERIFIER__POOL_SIZE", "1"),
        ("VERIFIER__SLOTS", "1"),
        ("SERVER__VERIFIER__GRACE_SECONDS", grace_seconds),
    ];
    Daemon::start("verifier", &settings).await
}

/// A call whose program has run once already, and now sleeps.
async fn sleeping(verifier: &Daemon, seconds: &str) -> Streaming<ExecuteProgramResponse> {
    let source = "import time\ntime.sleep(float(input()))\nprint('slept')";
    let request = ExecuteProgramRequest {
        program: Some(Program {
            language: "python3".to_owned(),
            source: source.to_owned(),
        }),
        inputs: vec![b"0".to_vec(), seconds.as_bytes().to_vec()],
        limits: Some(Limits {
            wall_time: Some(Duration::from_secs(200).try_into().unwrap()),
            ..Limits::default()
        }),
        returned_output_bytes: 64,
        ..ExecuteProgramRequest::default()
    };
    let mut client = VerifierServiceClient::new(verifier.channel().await);
    let mut call = client.execute_program(request).await.unwrap().into_inner();
    assert_eq!(
        outcome(&mut call).await.unwrap().status(),
        OutcomeStatus::Ok
    );
    call
}

/// The next outcome of a call.
async fn outcome(call: &mut Streaming<ExecuteProgramResponse>) -> Result<Outcome, Status> {
    loop {
        let response = call.message().await?.expect("another outcome follows");
        if let Some(Event::Outcome(outcome)) = response.event {
            return Ok(outcome);
        }
    }
}
