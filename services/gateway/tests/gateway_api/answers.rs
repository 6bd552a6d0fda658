//! Answers are stored before they are returned, and never paid for twice.

use synthsmith_gateway::price::Price;
use synthsmith_gateway::store::{Ending, Store};
use synthsmith_gateway::{chat, key::Key};
use synthsmith_proto::gateway::v1 as pb;

use crate::harness::{Stage, config, reason, request, try_start};
use crate::mock::{Act, Mock};

#[tokio::test]
async fn the_second_to_ask_pays_nothing() {
    let stage = Stage::set([Act::Answer("first".into())]).await;
    let first = stage.ask("q").await.unwrap();
    let second = stage.ask("q").await.unwrap();
    assert_eq!(
        (
            first.content.as_str(),
            first.reasoning.as_str(),
            first.from_store
        ),
        ("first", "hm", false)
    );
    assert_eq!(
        (first.model.as_str(), first.finish_reason()),
        ("mock-1", pb::FinishReason::Stop)
    );
    assert_eq!(
        second,
        pb::CompleteChatResponse {
            from_store: true,
            ..first
        }
    );
    assert_eq!(stage.mock.asked().len(), 1);
}

#[tokio::test]
async fn the_endpoint_gets_what_was_asked() {
    let stage = Stage::set_with([], |config| {
        config.endpoint.api_key = Some(synthsmith_gateway::config::ApiKey::new("sk-1"));
    })
    .await;
    stage.ask("q").await.unwrap();
    let (headers, body) = stage.mock.asked().remove(0);
    assert_eq!(headers["authorization"], "Bearer sk-1");
    let want = r#"{"model":"m","messages":[{"role":"user","content":"q"}],"temperature":0.5,"max_tokens":64,"seed":7}"#;
    assert_eq!(body.to_string(), want);
}

#[tokio::test]
async fn samples_of_one_question_have_answers_of_their_own() {
    let stage = Stage::set(["a", "b"].map(|content| Act::Answer(content.into()))).await;
    let mut client = stage.client();
    stage.ask("q").await.unwrap();
    let other = pb::CompleteChatRequest {
        sample_index: 1,
        ..request("q")
    };
    let answer = client.0.complete_chat(other).await.unwrap().into_inner();
    assert_eq!((answer.content.as_str(), answer.from_store), ("b", false));
}

#[tokio::test]
async fn a_restart_keeps_the_answers() {
    let stage = Stage::set([Act::Answer("kept".into())]).await;
    stage.ask("q").await.unwrap();
    let stage = stage.restart().await;
    let answer = stage.ask("q").await.unwrap();
    assert_eq!((answer.content.as_str(), answer.from_store), ("kept", true));
    assert_eq!(stage.mock.asked().len(), 1);
}

#[tokio::test]
async fn usage_sums_up_answers_and_their_cost() {
    let price = Price {
        prompt_usd_per_million: 10.0,
        completion_usd_per_million: 20.0,
    };
    let stage = Stage::set_with([], |config| {
        config.prices.insert("m".into(), price);
    })
    .await;
    for prompt in ["a", "b", "a"] {
        stage.ask(prompt).await.unwrap();
    }
    let usage = stage.usage().await;
    assert_eq!(
        (usage.answers, usage.requests, usage.paid_twice_upper_bound),
        (2, 2, 0)
    );
    assert_eq!(
        usage.usage.unwrap(),
        pb::TokenUsage {
            prompt_tokens: 200,
            completion_tokens: 100
        }
    );
    assert!(
        (usage.cost_usd - 2.0 * 0.002).abs() < 1e-12,
        "{}",
        usage.cost_usd
    );
}

#[tokio::test]
async fn a_run_without_calls_cost_nothing_and_must_be_named() {
    let stage = Stage::set([]).await;
    assert_eq!(
        stage.usage().await,
        pb::GetUsageResponse {
            usage: Some(pb::TokenUsage::default()),
            ..Default::default()
        }
    );
    let unnamed = stage
        .client()
        .0
        .get_usage(pb::GetUsageRequest::default())
        .await;
    assert_eq!(reason(&unnamed.unwrap_err()), "REQUEST_INVALID");
}

#[tokio::test]
async fn requests_in_flight_at_a_kill_are_counted_as_lost() {
    let mock = Mock::start([]).await;
    let folder = tempfile::tempdir().unwrap();
    let config = config(&mock, folder.path());
    // What a killed gateway leaves behind: one intent open, one closed.
    let store = Store::open(&config.store_path).await.unwrap();
    let key = Key::of(&chat::Question {
        model: "m".into(),
        messages: Vec::new(),
        sampling: chat::Sampling {
            temperature: 0.0,
            top_p: None,
            max_tokens: 1,
            seed: 0,
        },
        sample_index: 0,
    });
    let origin = synthsmith_corpus::Origin {
        run_id: "r".into(),
        ..Default::default()
    };
    store.intend(&key, &origin).await.unwrap();
    let closed = store.intend(&key, &origin).await.unwrap();
    store.give_up(closed, Ending::Failed).await.unwrap();
    store.close().await;
    let stage = Stage {
        gateway: try_start(config).await.unwrap(),
        mock,
        folder,
    };
    let usage = stage.usage().await;
    assert_eq!(
        (usage.answers, usage.requests, usage.paid_twice_upper_bound),
        (0, 2, 1)
    );
}

#[tokio::test]
async fn a_second_gateway_on_one_store_is_refused_by_a_clear_sentence() {
    let stage = Stage::set([]).await;
    let error = try_start(config(&stage.mock, stage.folder.path()))
        .await
        .unwrap_err();
    let told = format!("{error:#}");
    assert!(told.contains("in use by another gateway"), "{told}");
}

#[tokio::test]
async fn a_request_that_makes_no_sense_is_refused_before_it_is_sent() {
    let stage = Stage::set([]).await;
    let senseless = pb::CompleteChatRequest {
        messages: Vec::new(),
        sampling: None,
        ..request("q")
    };
    let status = stage.client().0.complete_chat(senseless).await.unwrap_err();
    assert_eq!(
        (status.code(), reason(&status).as_str()),
        (tonic::Code::InvalidArgument, "REQUEST_INVALID")
    );
    assert!(status.message().contains("messages") && status.message().contains("sampling"));
    assert_eq!(stage.mock.asked().len(), 0);
}
