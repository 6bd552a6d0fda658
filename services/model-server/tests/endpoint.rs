//! The endpoint over HTTP, with a small model of random weights.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};
use synthsmith_daemon::{Running, Security, ServerConfig, launch};
use synthsmith_model_server::{Component, Config};
use synthsmith_telemetry::Telemetry;
use synthsmith_transformer::tokenizer::Tokenizer;
use synthsmith_transformer::{Architecture, Array, Dtype, Folder, Text, Weights};

/// A model whose answers say nothing.
fn write_model(path: &Path) {
    let texts = ["print(1)", "hello there", "sum of two numbers"];
    let tokenizer = Tokenizer::train(texts.into_iter(), 300).unwrap();
    let config = synthsmith_transformer::Config {
        architecture: Architecture::Qwen3,
        vocab_size: tokenizer.size(),
        hidden_size: 16,
        intermediate_size: 32,
        num_hidden_layers: 1,
        num_attention_heads: 2,
        num_key_value_heads: 1,
        head_dim: 8,
        max_position_embeddings: 64,
        rope_theta: 10_000.0,
        rms_norm_eps: 1e-6,
        tie_word_embeddings: true,
    };
    let arrays = config.tensors().map(|(name, shape)| {
        let count: usize = shape.iter().product();
        // Neither all the same nor large.
        let values = (0..count).map(|index| ((index * 7919 % 101) as f32 - 50.0) / 100.0);
        let values = values.collect();
        (name, Array { shape, values })
    });
    let weights = Weights(arrays.collect::<BTreeMap<_, _>>());
    let text = Text::chatml(tokenizer);
    let folder = Folder {
        config,
        weights,
        text,
    };
    folder.write(path, Dtype::F32).unwrap();
}

async fn serve(config: Config) -> Running {
    let telemetry = Telemetry::start("test", &synthsmith_telemetry::Config::default()).unwrap();
    let server = ServerConfig::default();
    launch::<Component>(config, &server, &Security::default(), &telemetry)
        .await
        .unwrap()
}

struct Plain {
    client: reqwest::Client,
    url: String,
}

impl Plain {
    fn of(server: &Running) -> Self {
        // A second test of the same process finds it installed.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self {
            client: reqwest::Client::new(),
            url: server.url(),
        }
    }

    async fn post(&self, body: &Value) -> (u16, String) {
        let url = format!("{}/v1/chat/completions", self.url);
        let answer = self
            .client
            .post(url)
            .body(body.to_string())
            .send()
            .await
            .unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    async fn chat(&self, body: &Value) -> Value {
        let (status, text) = self.post(body).await;
        assert_eq!(status, 200, "{text}");
        serde_json::from_str(&text).unwrap()
    }
}

fn asked(more: &Value) -> Value {
    let mut body =
        json!({"messages": [{"role": "user", "content": "hello"}], "max_tokens": 12, "seed": 3});
    for (key, value) in more.as_object().unwrap() {
        body[key] = value.clone();
    }
    body
}

fn texts(answer: &Value) -> Vec<String> {
    let choices = answer["choices"].as_array().unwrap();
    let text = |choice: &Value| choice["message"]["content"].as_str().unwrap().to_owned();
    choices.iter().map(text).collect()
}

#[tokio::test]
async fn a_model_answers_by_seed_whatever_is_asked_beside_it() {
    let place = tempfile::tempdir().unwrap();
    let model = place.path().join("tiny");
    write_model(&model);
    let server = serve(Config {
        model,
        ..Config::default()
    })
    .await;
    let plain = Plain::of(&server);
    let alone = plain.chat(&asked(&json!({}))).await;
    assert_eq!(alone["model"], "tiny");
    let usage = &alone["usage"];
    assert!(
        usage["completion_tokens"].as_u64().unwrap() <= 12,
        "{alone}"
    );
    assert!(usage["prompt_tokens"].as_u64().unwrap() > 3, "{alone}");

    let bodies: Vec<Value> = (0..20)
        .map(|seed| asked(&json!({"seed": seed, "n": 2})))
        .collect();
    let crowd = futures::future::join_all(bodies.iter().map(|body| plain.chat(body))).await;
    assert_eq!(texts(&crowd[3])[0], texts(&alone)[0]);
    assert_eq!(
        texts(&crowd[2])[1],
        texts(&alone)[0],
        "a choice has the next seed"
    );
    let greedy = |seed: i64| asked(&json!({"temperature": 0, "seed": seed}));
    let (one, two) = (plain.chat(&greedy(1)).await, plain.chat(&greedy(2)).await);
    assert_eq!(texts(&one), texts(&two));
    server.drain().await.unwrap();
}

#[tokio::test]
async fn a_streamed_answer_is_the_same_text_in_pieces() {
    let place = tempfile::tempdir().unwrap();
    let model = place.path().join("tiny");
    write_model(&model);
    let server = serve(Config {
        model,
        ..Config::default()
    })
    .await;
    let plain = Plain::of(&server);
    let whole = texts(&plain.chat(&asked(&json!({}))).await).remove(0);
    let (status, streamed) = plain.post(&asked(&json!({"stream": true}))).await;
    assert_eq!(status, 200);
    let mut pieces: Vec<&str> = streamed
        .lines()
        .filter_map(|line| line.strip_prefix("data: "))
        .collect();
    assert_eq!(pieces.pop(), Some("[DONE]"));
    let mut text = String::new();
    let mut reason = Value::Null;
    for piece in pieces {
        let piece: Value = serde_json::from_str(piece).unwrap();
        let choice = &piece["choices"][0];
        text.push_str(choice["delta"]["content"].as_str().unwrap_or_default());
        reason = choice["finish_reason"].clone();
    }
    assert_eq!(text, whole);
    assert!(reason == "stop" || reason == "length", "{reason}");
    server.drain().await.unwrap();
}

#[tokio::test]
async fn what_cannot_be_answered_is_refused_in_the_form_that_clients_know() {
    let place = tempfile::tempdir().unwrap();
    let model = place.path().join("tiny");
    write_model(&model);
    let config = Config {
        model,
        name: "mine".to_owned(),
        ..Config::default()
    };
    let server = serve(config).await;
    let plain = Plain::of(&server);
    let long = "hello ".repeat(200);
    for (body, expected) in [
        (json!("text"), 400),
        (json!({}), 400),
        (asked(&json!({"temperature": -1})), 400),
        (asked(&json!({"top_p": 0})), 400),
        (asked(&json!({"max_tokens": 0})), 400),
        (asked(&json!({"n": 1000})), 400),
        (asked(&json!({"stop": ["", "x"]})), 400),
        (
            asked(&json!({"messages": [{"role": "user", "content": long}]})),
            400,
        ),
        (asked(&json!({"model": "other"})), 404),
        (asked(&json!({"model": "mine"})), 200),
    ] {
        let (status, text) = plain.post(&body).await;
        assert_eq!(status, expected, "{body}: {text}");
        if expected != 200 {
            let answer: Value = serde_json::from_str(&text).unwrap();
            assert!(answer["error"]["message"].is_string(), "{text}");
        }
    }
    server.drain().await.unwrap();
}

#[tokio::test]
async fn a_key_is_asked_for_and_a_full_queue_says_when_to_come_back() {
    let place = tempfile::tempdir().unwrap();
    let model = place.path().join("tiny");
    write_model(&model);
    let config = Config {
        model,
        api_key: Some("open sesame".to_owned()),
        max_sequences: 1,
        max_queue: 1,
        ..Config::default()
    };
    let server = serve(config).await;
    let plain = Plain::of(&server);
    assert_eq!(plain.post(&asked(&json!({}))).await.0, 401);
    let url = format!("{}/v1/chat/completions", plain.url);
    let request = plain.client.post(url).bearer_auth("open sesame");
    let answer = request
        .body(asked(&json!({"n": 3})).to_string())
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 429);
    assert_eq!(answer.headers()["retry-after"], "1");
    server.drain().await.unwrap();
}
