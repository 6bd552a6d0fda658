//! Models with an endpoint of their own.

use synthsmith_gateway::EndpointConfig;
use synthsmith_proto::gateway::v1 as pb;

use crate::harness::{Stage, reason, request};
use crate::mock::{Act, Mock};

/// A stage with a second endpoint, for the model `own`.
async fn stage(usual: impl IntoIterator<Item = Act>, own: &Mock) -> Stage {
    Stage::set_with(usual, |config| {
        config.concurrency = 1;
        config.max_queue = 0;
        config.endpoints = vec![EndpointConfig {
            base_url: own.base_url(),
            model: "own".into(),
            max_attempts: 1,
            ..EndpointConfig::default()
        }];
    })
    .await
}

fn asking(model: &str) -> pb::CompleteChatRequest {
    pb::CompleteChatRequest {
        model: model.into(),
        ..request("q")
    }
}

#[tokio::test]
async fn a_model_is_asked_at_its_own_endpoint_and_all_others_at_the_usual_one() {
    let own = Mock::start([Act::Answer("of its own".into())]).await;
    let stage = stage([], &own).await;
    let mut client = stage.client();
    for (model, content) in [("own", "of its own"), ("m", "ok"), ("", "ok"), ("n", "ok")] {
        let answer = client.0.complete_chat(asking(model)).await.unwrap();
        assert_eq!(answer.into_inner().content, content, "{model}");
    }
    let [(_, body)] = own.asked().try_into().unwrap();
    assert_eq!(body["model"], "own");
}

#[tokio::test]
async fn an_endpoint_that_does_not_answer_holds_up_nobody_but_its_own() {
    let own = Mock::start([]).await;
    let stage = stage([Act::AnswerWhenReleased], &own).await;
    let mut client = stage.client();
    let held_up = stage.ask("held up");
    let others = async {
        stage.mock.arrived(1).await;
        let turned_away = stage.ask("too many").await.unwrap_err();
        let answer = client.0.complete_chat(asking("own")).await.unwrap();
        stage.mock.release(1);
        (reason(&turned_away), answer.into_inner().content)
    };
    let (held_up, others) = futures::join!(held_up, others);
    assert_eq!(held_up.unwrap().content, "released");
    assert_eq!(others, ("QUEUE_FULL".to_owned(), "ok".to_owned()));
}
