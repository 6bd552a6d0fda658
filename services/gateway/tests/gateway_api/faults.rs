//! Every way in which an endpoint may fail.

use synthsmith_gateway::config::ApiKey;
use tonic::Code;

use crate::harness::{Stage, reason};
use crate::mock::Act;

fn reply(status: u16, body: &str) -> Act {
    Act::Reply(status, "", body.to_owned())
}

#[tokio::test]
async fn faults_that_pass_are_asked_again() {
    let busy = Act::Reply(429, "retry-after: 1", String::new());
    for (fault, lost) in [
        // What a proxy answers in place of the model may have been paid.
        (reply(500, "oops"), 1),
        (reply(503, "<html>down</html>"), 0),
        (busy, 0),
        (reply(429, ""), 0),
        (Act::BreakOff, 1),
    ] {
        let stage = Stage::set([fault.clone(), fault.clone(), Act::Answer("at last".into())]).await;
        assert_eq!(
            stage.ask("q").await.unwrap().content,
            "at last",
            "{fault:?}"
        );
        let usage = stage.usage().await;
        assert_eq!(
            (usage.answers, usage.requests, usage.paid_twice_upper_bound),
            (1, 3, 2 * lost),
            "{fault:?}"
        );
    }
}

#[tokio::test]
async fn faults_that_stay_are_told_at_once() {
    for (fault, want) in [
        (
            reply(401, r#"{"error":{"message":"bad key"}}"#),
            "ENDPOINT_KEY_WRONG",
        ),
        (
            reply(404, r#"{"error":{"message":"no such model"}}"#),
            "MODEL_UNKNOWN",
        ),
        (
            reply(404, "<html>nothing here</html>"),
            "ENDPOINT_NOT_AN_API",
        ),
        (reply(200, "<html>welcome</html>"), "ENDPOINT_NOT_AN_API"),
        (reply(200, "{}"), "ANSWER_UNREADABLE"),
        (reply(400, "too long"), "ENDPOINT_REFUSED_REQUEST"),
        (Act::Huge((8 << 20) + 1), "ANSWER_TOO_LARGE"),
    ] {
        let stage = Stage::set([fault]).await;
        let status = stage.ask("q").await.unwrap_err();
        assert_eq!(reason(&status), want);
        assert!(!synthsmith_rpc::is_retryable(&status), "{status}");
        assert_eq!(stage.mock.asked().len(), 1, "{want}");
    }
}

#[tokio::test]
async fn a_prompt_that_is_refused_for_its_content_is_answered_so_and_never_asked_again() {
    let refusal = r#"{"error":{"code":"content_filter","message":"not this"}}"#;
    let stage = Stage::set([reply(400, refusal)]).await;
    for _ in 0..2 {
        let answer = stage.ask("q").await.unwrap();
        assert_eq!(answer.content, "");
        assert_eq!(
            answer.finish_reason(),
            synthsmith_proto::gateway::v1::FinishReason::ContentFilter
        );
    }
    assert_eq!(stage.mock.asked().len(), 1);
}

#[tokio::test]
async fn a_fault_does_not_outlive_its_cause() {
    let stage = Stage::set([reply(401, "no")]).await;
    stage.ask("q").await.unwrap_err();
    assert_eq!(stage.ask("q").await.unwrap().content, "ok");
}

#[tokio::test]
async fn a_page_instead_of_an_answer_asks_about_the_address() {
    let stage = Stage::set([reply(200, "<!doctype html>")]).await;
    let told = stage.ask("q").await.unwrap_err();
    assert_eq!(told.code(), Code::FailedPrecondition);
    let want = format!(
        "the endpoint answered HTML, is the base URL right? ({}/v1/chat/completions)",
        stage.mock.base_url()
    );
    assert_eq!(told.message(), want);
}

#[tokio::test]
async fn an_endpoint_that_never_answers_is_given_up_and_counted_as_lost() {
    let stage = Stage::set_with([Act::Hang, Act::Hang], |config| {
        config.endpoint.timeout_seconds = 0.05;
        config.endpoint.max_attempts = 2;
    })
    .await;
    let status = stage.ask("q").await.unwrap_err();
    assert_eq!(
        (status.code(), reason(&status).as_str()),
        (Code::Unavailable, "ENDPOINT_UNAVAILABLE")
    );
    assert!(
        status.message().contains("2 attempts") && status.message().contains("in time"),
        "{status}"
    );
    assert_eq!(stage.usage().await.paid_twice_upper_bound, 2);
}

#[tokio::test]
async fn an_endpoint_that_is_not_there_costs_nothing() {
    let stage = Stage::set_with([], |config| {
        config.endpoint.base_url = "http://127.0.0.1:1".into();
    })
    .await;
    let status = stage.ask("q").await.unwrap_err();
    assert_eq!(reason(&status), "ENDPOINT_UNAVAILABLE");
    assert!(
        synthsmith_rpc::is_retryable(&status) && synthsmith_rpc::retry_delay(&status).is_some()
    );
    let usage = stage.usage().await;
    assert_eq!((usage.requests, usage.paid_twice_upper_bound), (3, 0));
}

#[tokio::test]
async fn an_endpoint_that_stays_busy_is_told_as_such() {
    let busy = Act::Reply(429, "retry-after: 1", String::new());
    let stage = Stage::set_with(vec![busy; 3], |config| {
        config.endpoint.deadline_seconds = 0.000_1;
    })
    .await;
    let status = stage.ask("q").await.unwrap_err();
    assert_eq!(
        (status.code(), reason(&status).as_str()),
        (Code::Unavailable, "ENDPOINT_BUSY")
    );
}

#[tokio::test]
async fn the_key_is_never_told() {
    let stage = Stage::set_with([reply(401, "wrong key: sk-secret")], |config| {
        config.endpoint.api_key = Some(ApiKey::new("sk-secret"));
    })
    .await;
    let told = stage.ask("q").await.unwrap_err().to_string();
    assert!(
        told.contains("wrong key: ***") && !told.contains("sk-secret"),
        "{told}"
    );
}
