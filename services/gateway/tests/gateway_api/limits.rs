//! Shared flights, the bounded queue, and callers that go away.

use futures::StreamExt as _;
use futures::future::join_all;
use futures::stream::FuturesUnordered;
use tonic::Code;

use crate::harness::{Stage, reason};
use crate::mock::Act;

#[tokio::test]
async fn many_callers_of_one_question_cost_one_request() {
    let stage = Stage::set([Act::AnswerWhenReleased]).await;
    let callers = join_all((0..20).map(|_| stage.ask("q")));
    let release = async {
        stage.mock.arrived(1).await;
        stage.mock.release(1);
    };
    let (answers, ()) = futures::join!(callers, release);
    let answers: Vec<_> = answers.into_iter().map(Result::unwrap).collect();
    assert!(answers.iter().all(|answer| answer.content == "released"));
    assert_eq!(
        answers.iter().filter(|answer| !answer.from_store).count(),
        1
    );
    assert_eq!(stage.mock.asked().len(), 1);
    assert_eq!(stage.usage().await.requests, 1);
}

#[tokio::test]
async fn callers_of_one_question_share_its_failure_and_the_next_asks_anew() {
    let stage = Stage::set([Act::Reply(400, "", "no".into())]).await;
    assert_eq!(
        reason(&stage.ask("q").await.unwrap_err()),
        "ENDPOINT_REFUSED_REQUEST"
    );
    assert_eq!(stage.ask("q").await.unwrap().content, "ok");
}

#[tokio::test]
async fn a_full_queue_turns_callers_away_and_says_when_to_come_back() {
    let stage = Stage::set_with(vec![Act::AnswerWhenReleased; 2], |config| {
        config.concurrency = 1;
        config.max_queue = 1;
    })
    .await;
    let mut callers: FuturesUnordered<_> = ["a", "b", "c"]
        .map(|prompt| stage.ask(prompt))
        .into_iter()
        .collect();
    // One is in flight and one waits; only the third can end before an answer is released.
    let status = callers.next().await.unwrap().unwrap_err();
    assert_eq!(
        (status.code(), reason(&status).as_str()),
        (Code::ResourceExhausted, "QUEUE_FULL")
    );
    assert!(synthsmith_rpc::retry_delay(&status).is_some());
    stage.mock.release(2);
    let answers: Vec<_> = callers.collect().await;
    assert_eq!(answers.len(), 2);
    assert!(answers.iter().all(Result::is_ok));
}

#[tokio::test]
async fn an_answer_is_stored_though_its_caller_went_away() {
    let stage = Stage::set([Act::AnswerWhenReleased]).await;
    let mut client = stage.client();
    let caller = tokio::spawn(async move { client.ask("q").await });
    stage.mock.arrived(1).await;
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    stage.mock.release(1);
    let answer = stage.ask("q").await.unwrap();
    assert_eq!(
        (answer.content.as_str(), answer.from_store),
        ("released", true)
    );
    assert_eq!(stage.mock.asked().len(), 1);
}

#[tokio::test]
async fn no_more_requests_are_in_flight_than_allowed() {
    let stage = Stage::set_with(vec![Act::AnswerWhenReleased; 12], |config| {
        config.concurrency = 3;
    })
    .await;
    let prompts: Vec<_> = (0..12).map(|k| format!("q{k}")).collect();
    let callers = join_all(prompts.iter().map(|prompt| stage.ask(prompt)));
    let pace = async {
        for round in 1..=4 {
            stage.mock.arrived(3).await;
            assert_eq!(stage.mock.asked().len(), 3 * round);
            stage.mock.release(3);
        }
    };
    let (answers, ()) = futures::join!(callers, pace);
    assert!(answers.iter().all(Result::is_ok));
}

#[tokio::test]
async fn a_busy_endpoint_gets_every_question_answered_in_the_end() {
    let busy = || Act::Reply(429, "retry-after: 1", String::new());
    let stage = Stage::set((0..60).map(|k| {
        if k % 3 == 0 {
            busy()
        } else {
            Act::Answer("ok".into())
        }
    }))
    .await;
    let prompts: Vec<_> = (0..200).map(|k| format!("q{k}")).collect();
    let answers = join_all(prompts.iter().map(|prompt| stage.ask(prompt))).await;
    assert!(answers.iter().all(Result::is_ok));
    let usage = stage.usage().await;
    assert_eq!(
        (usage.answers, usage.requests, usage.paid_twice_upper_bound),
        (200, 220, 0)
    );
}
