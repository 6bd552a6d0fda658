//! The adapter that every other service asks through.

use std::time::Duration;

use synthsmith_corpus::Origin;
use synthsmith_models::{
    ChatModel as _, ChatRequest, Error, FinishReason, GatewayModel, Message, Sampling,
};
use synthsmith_rpc::client::Connector;

use crate::harness::Stage;
use crate::mock::Act;

fn asked() -> ChatRequest {
    ChatRequest {
        model: String::new(),
        messages: vec![Message::system("be brief"), Message::user("q")],
        sampling: Sampling {
            temperature: 0.5,
            top_p: Some(0.9),
            max_tokens: 64,
            seed: 7,
        },
        sample_index: 2,
        origin: Origin {
            run_id: "r".into(),
            ..Origin::default()
        },
    }
}

async fn answer(stage: &Stage, timeout: Duration) -> Result<synthsmith_models::ChatReply, Error> {
    let model =
        GatewayModel::connect(&Connector::default(), &stage.gateway.url(), timeout).unwrap();
    model.complete(asked()).await
}

const PATIENT: Duration = Duration::from_secs(30);

#[tokio::test]
async fn carries_question_and_answer() {
    let stage = Stage::set([Act::Answer("hi".into())]).await;
    let reply = answer(&stage, PATIENT).await.unwrap();
    assert_eq!(
        (
            reply.content.as_str(),
            reply.reasoning.as_str(),
            reply.model.as_str()
        ),
        ("hi", "hm", "mock-1")
    );
    assert_eq!(
        (
            reply.finish_reason,
            reply.prompt_tokens,
            reply.completion_tokens
        ),
        (FinishReason::Stop, 100, 50)
    );
    let (_, body) = stage.mock.asked().remove(0);
    assert_eq!(body["messages"].as_array().unwrap().len(), 2);
    assert!(answer(&stage, PATIENT).await.unwrap().from_store);
}

#[tokio::test]
async fn tells_a_wrong_key_from_an_outage() {
    let stage = Stage::set([Act::Reply(401, "", "no".into())]).await;
    let wrong = answer(&stage, PATIENT).await.unwrap_err();
    assert!(
        matches!(&wrong, Error::Refused { reason, .. } if reason == "ENDPOINT_KEY_WRONG"),
        "{wrong}"
    );
    let outage = Stage::set(vec![Act::Reply(500, "", "no".into()); 3]).await;
    let error = answer(&outage, PATIENT).await.unwrap_err();
    assert!(error.is_retryable(), "{error}");
}

#[tokio::test]
async fn an_answer_that_does_not_come_in_time_may_come_later() {
    let stage = Stage::set([Act::Hang]).await;
    let late = answer(&stage, Duration::from_millis(20)).await.unwrap_err();
    assert!(late.is_retryable(), "{late}");
}

#[tokio::test]
async fn a_gateway_that_is_not_there_may_come_back() {
    let model =
        GatewayModel::connect(&Connector::default(), "http://127.0.0.1:1", PATIENT).unwrap();
    assert!(model.complete(asked()).await.unwrap_err().is_retryable());
}
