//! Bodies that are too large, and callers that do not take their answers.

use std::time::Duration;

use serde_json::json;
use synthsmith_verifier::Config;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use super::{brisk, with_engine};

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused_and_the_next_is_taken() {
    let test = "a_body_beyond_the_limit_is_refused_and_the_next_is_taken";
    let config = Config {
        http_max_body_bytes: 64 << 10,
        ..brisk()
    };
    let Some((running, plain)) = with_engine(test, config).await else {
        return;
    };
    let of_size = |size: usize| json!({"type": "python", "solution": "print(len(input()))", "input": "x".repeat(size)});
    let (status, answer) = plain.post("/run", &of_size(1 << 20)).await;
    assert_eq!(status, 413, "{answer}");
    assert!(
        answer["detail"]
            .as_str()
            .unwrap()
            .contains("http_max_body_bytes")
    );
    let answer = plain.ok("/run", &of_size(60_000)).await;
    assert_eq!(answer["stdout"], "60000\n");
    running.drain().await.unwrap();
}

#[tokio::test]
async fn a_caller_that_does_not_read_holds_no_turn() {
    let test = "a_caller_that_does_not_read_holds_no_turn";
    let Some((running, plain)) = with_engine(test, brisk()).await else {
        return;
    };
    let mut stalled = Vec::new();
    for _ in 0..3 {
        let body = json!({"language": "python", "code": "print('x' * (12 << 20))"}).to_string();
        let head = format!(
            "POST /run_code HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        let mut stream = TcpStream::connect(plain.address).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(body.as_bytes()).await.unwrap();
        // Its answer has begun, and fills all that lies between.
        stream.readable().await.unwrap();
        stalled.push(stream);
    }
    let short = json!({"language": "python", "code": "print(1)"});
    let next = plain.ok("/run_code", &short);
    let answer = tokio::time::timeout(Duration::from_secs(30), next)
        .await
        .unwrap();
    assert_eq!(answer["run_result"]["stdout"], "1\n");
    drop(stalled);
    running.drain().await.unwrap();
}
