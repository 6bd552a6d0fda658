//! The real process, killed without warning in the middle of a request.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::process::Stdio;

use synthsmith_proto::corpus::v1::Origin;
use synthsmith_proto::gateway::v1 as pb;
use synthsmith_proto::gateway::v1::gateway_service_client::GatewayServiceClient;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::sync::mpsc;

/// Answers prompts without the word "slow", and tells of the others without ever answering.
async fn endpoint() -> (String, mpsc::Receiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (slow, slow_arrived) = mpsc::channel(8);
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            let slow = slow.clone();
            tokio::spawn(async move {
                let mut request = Vec::new();
                // The body, a JSON object, may come in a segment of its own.
                while !request.ends_with(b"}") {
                    assert!(connection.read_buf(&mut request).await.unwrap() > 0);
                }
                if String::from_utf8_lossy(&request).contains("slow") {
                    slow.send(()).await.unwrap();
                    return std::future::pending().await;
                }
                let body = r#"{"choices":[{"message":{"content":"kept"}}]}"#;
                let length = body.len();
                let answer = format!(
                    "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
                );
                connection.write_all(answer.as_bytes()).await.unwrap();
            });
        }
    });
    (url, slow_arrived)
}

/// A gateway of its own process on a free port, and the address it says it has.
async fn gateway(endpoint: &str, store: &std::path::Path) -> (Child, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_synthsmith-gateway"))
        .env("SYNTHSMITH_GATEWAY__ENDPOINT__BASE_URL", endpoint)
        .env("SYNTHSMITH_GATEWAY__STORE_PATH", store)
        .env("SYNTHSMITH_SERVER__GATEWAY__LISTEN", "127.0.0.1:0")
        .env("SYNTHSMITH_SERVER__GATEWAY__ADMIN_LISTEN", "127.0.0.1:0")
        .current_dir(store.parent().unwrap())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    while let Some(line) = lines.next_line().await.unwrap() {
        let Some((_, rest)) = line.split_once("127.0.0.1:") else {
            continue;
        };
        let port: String = rest.chars().take_while(char::is_ascii_digit).collect();
        // Later lines must find a reader, or writing them would fail.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        return (child, format!("http://127.0.0.1:{port}"));
    }
    panic!("the gateway never said where it listens");
}

async fn client(address: &str) -> GatewayServiceClient<tonic::transport::Channel> {
    GatewayServiceClient::connect(address.to_owned())
        .await
        .unwrap()
}

fn request(prompt: &str) -> pb::CompleteChatRequest {
    pb::CompleteChatRequest {
        messages: vec![pb::ChatMessage {
            role: pb::Role::User.into(),
            content: prompt.into(),
        }],
        sampling: Some(pb::SamplingParameters {
            max_tokens: 8,
            ..Default::default()
        }),
        origin: Some(Origin {
            run_id: "r".into(),
            ..Default::default()
        }),
        ..Default::default()
    }
}

#[tokio::test]
async fn a_kill_loses_what_was_in_flight_and_nothing_else() {
    let (endpoint, mut slow_arrived) = endpoint().await;
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("gateway.sqlite");

    let (mut killed, address) = gateway(&endpoint, &store).await;
    let mut asking = client(&address).await;
    asking.complete_chat(request("quick")).await.unwrap();
    let in_flight = tokio::spawn(async move { asking.complete_chat(request("slow")).await });
    slow_arrived.recv().await.unwrap();
    killed.kill().await.unwrap();
    in_flight.await.unwrap().unwrap_err();

    let (_child, address) = gateway(&endpoint, &store).await;
    let mut asking = client(&address).await;
    let again = asking
        .complete_chat(request("quick"))
        .await
        .unwrap()
        .into_inner();
    assert_eq!((again.content.as_str(), again.from_store), ("kept", true));
    let usage = asking
        .get_usage(pb::GetUsageRequest { run_id: "r".into() })
        .await
        .unwrap();
    let usage = usage.into_inner();
    assert_eq!(
        (usage.answers, usage.requests, usage.paid_twice_upper_bound),
        (1, 2, 1)
    );
}
