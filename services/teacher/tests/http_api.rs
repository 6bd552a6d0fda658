//! The server over real sockets on a free port.

#![expect(clippy::unwrap_used, reason = "a failed call is a failed test")]

use serde_json::{Value, json};
use std::net::SocketAddr;
use synthsmith_teacher::{Config, Faults, Mistakes, router};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}{}", self.head, self.body))
    }
}

async fn start(config: Config) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router(config)).await });
    address
}

async fn send(address: SocketAddr, request: String) -> Answer {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    // A connection that is broken off still leaves what came before.
    let _ = stream.read_to_end(&mut bytes).await;
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|word| word.parse().ok())
        .unwrap_or(0);
    Answer {
        status,
        head: head.to_lowercase(),
        body: body.to_owned(),
    }
}

async fn get(address: SocketAddr, path: &str) -> Answer {
    send(
        address,
        format!("GET {path} HTTP/1.1\r\nhost: teacher\r\nconnection: close\r\n\r\n"),
    )
    .await
}

async fn post(address: SocketAddr, body: &str, headers: &str) -> Answer {
    let length = body.len();
    let head = format!(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: teacher\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n{headers}\r\n"
    );
    send(address, head + body).await
}

async fn chat(address: SocketAddr, prompt: &str, seed: i64) -> Answer {
    let body = json!({
        "model": "any",
        "temperature": 0.7,
        "seed": seed,
        "messages": [{"role": "system", "content": "Be exact."}, {"role": "user", "content": prompt}],
    });
    post(address, &body.to_string(), "").await
}

const WRITE: &str = "# Write a task\n<features>\n{\"algorithm\": [\"greatest common divisor\"]}\n</features>\n<strategy>x</strategy>\n<style>leetcode</style>\n";

fn faultless() -> Config {
    Config {
        mistakes: Mistakes::none(),
        ..Config::default()
    }
}

#[tokio::test]
async fn answers_in_the_form_of_chat_completions() {
    let address = start(faultless()).await;
    let answer = chat(address, WRITE, 1).await;
    assert_eq!(answer.status, 200);
    let body = answer.json();
    assert_eq!(body["object"], "chat.completion");
    assert_eq!(body["model"], "synthsmith-teacher");
    assert_eq!(body["choices"][0]["finish_reason"], "stop");
    let content = body["choices"][0]["message"]["content"].as_str().unwrap();
    assert_eq!(
        body["usage"]["completion_tokens"],
        content.len().div_ceil(4)
    );
    let question: Value = serde_json::from_str(content).unwrap();
    assert!(
        question["question"]
            .as_str()
            .unwrap()
            .contains("one JSON value per line")
    );
    assert_eq!(get(address, "/healthz").await.body, "ok");
    assert_eq!(
        get(address, "/v1/models").await.json()["data"][0]["id"],
        "synthsmith-teacher"
    );
}

#[tokio::test]
async fn the_same_request_gets_the_same_bytes() {
    let (one, other) = (
        start(Config::default()).await,
        start(Config::default()).await,
    );
    let first = chat(one, WRITE, 4).await.body;
    assert_eq!(first, chat(one, WRITE, 4).await.body);
    assert_eq!(first, chat(other, WRITE, 4).await.body);
    assert_ne!(first, chat(one, WRITE, 5).await.body);
}

#[tokio::test]
async fn refuses_what_it_does_not_serve() {
    let address = start(faultless()).await;
    let user = json!([{"role": "user", "content": "x"}]);
    let cases = [
        ("{".to_owned(), 400, "malformed_request"),
        (
            json!({"messages": []}).to_string(),
            400,
            "malformed_request",
        ),
        (
            json!({"messages": user, "stream": true}).to_string(),
            400,
            "unsupported_parameter",
        ),
        (
            json!({"messages": user, "n": 2}).to_string(),
            400,
            "unsupported_parameter",
        ),
    ];
    for (body, status, code) in cases {
        let answer = post(address, &body, "").await;
        assert_eq!(answer.status, status, "{body}");
        assert_eq!(answer.json()["error"]["code"], code, "{body}");
        assert!(answer.json()["error"]["message"].is_string());
    }
    let oversized = "x".repeat(2 * 1024 * 1024 + 1);
    assert_eq!(post(address, &oversized, "").await.status, 413);
}

#[tokio::test]
async fn an_unread_prompt_gets_a_polite_failure_and_parts_are_joined() {
    let address = start(faultless()).await;
    let body = json!({"messages": [{"role": "user", "content": [{"type": "text", "text": "Hi"}, {"type": "text", "text": "!"}]}]});
    let answer = post(address, &body.to_string(), "").await;
    assert_eq!(answer.status, 200);
    let content = answer.json()["choices"][0]["message"]["content"].clone();
    assert!(content.as_str().unwrap().starts_with("I'm sorry"));
}

#[tokio::test]
async fn an_answer_longer_than_allowed_is_cut() {
    let address = start(faultless()).await;
    let body = json!({"messages": [{"role": "user", "content": WRITE}], "max_tokens": 10});
    let answer = post(address, &body.to_string(), "").await.json();
    assert_eq!(answer["choices"][0]["finish_reason"], "length");
    assert!(
        answer["choices"][0]["message"]["content"]
            .as_str()
            .unwrap()
            .len()
            <= 40
    );
}

#[tokio::test]
async fn asks_for_its_key() {
    let address = start(Config {
        api_key: Some("open sesame".to_owned()),
        ..faultless()
    })
    .await;
    let body = json!({"messages": [{"role": "user", "content": "Hi"}]}).to_string();
    for (headers, status) in [
        ("", 401),
        ("authorization: Bearer no\r\n", 401),
        ("authorization: Bearer open sesame\r\n", 200),
    ] {
        assert_eq!(
            post(address, &body, headers).await.status,
            status,
            "{headers}"
        );
    }
    assert_eq!(get(address, "/v1/models").await.status, 401);
    assert_eq!(get(address, "/healthz").await.status, 200);
}

#[tokio::test]
async fn trouble_on_the_way_never_changes_an_answer() {
    let calm = chat(start(Config::default()).await, WRITE, 9).await.body;
    let faults = Faults {
        rate_429: 0.3,
        rate_500: 0.3,
        rate_drop: 0.3,
        latency_max_ms: 3,
        ..Faults::default()
    };
    let address = start(Config {
        faults,
        ..Config::default()
    })
    .await;
    let mut statuses = std::collections::BTreeMap::<u16, u32>::new();
    let mut broken_off = 0;
    for _ in 0..120 {
        let answer = chat(address, WRITE, 9).await;
        *statuses.entry(answer.status).or_default() += 1;
        match answer.status {
            429 => assert!(answer.head.contains("retry-after: 1"), "{}", answer.head),
            500 => assert_eq!(answer.json()["error"]["type"], "server_error"),
            // A broken connection may also lose the status line.
            200 | 0 if answer.body.len() < calm.len() => {
                broken_off += 1;
                assert!(calm.starts_with(&answer.body));
            }
            _ => assert_eq!(answer.body, calm),
        }
    }
    assert!(broken_off > 5, "{broken_off} {statuses:?}");
    assert!(
        statuses[&429] > 15 && statuses[&500] > 5 && statuses[&200] > 20,
        "{statuses:?}"
    );
}

#[test]
fn the_example_configuration_is_the_default() {
    let settings = |text| synthsmith_daemon::Settings::from_toml(text).unwrap();
    let example: Config = settings(include_str!("../config.example.toml"))
        .section("teacher")
        .unwrap();
    assert_eq!(format!("{example:?}"), format!("{:?}", Config::default()));
    let misspelt = settings("[teacher]\nsede = 1").section::<Config>("teacher");
    assert!(misspelt.is_err());
}
