//! The HTTP edges of a verifier that has keys.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use synthsmith_security::Role;
use synthsmith_testkit::engine_or_skip;
use synthsmith_tests::{Daemon, free_port};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::vault::Vault;

/// Posts a program to `/run_code`; the answer is its status and body.
async fn run_code(address: &str, authorization: Option<&str>) -> (u16, Value) {
    let body = json!({"language": "python", "code": "print(1)"}).to_string();
    let authorization =
        authorization.map_or(String::new(), |value| format!("authorization: {value}\r\n"));
    let request = format!(
        "POST /run_code HTTP/1.1\r\nhost: verifier\r\nconnection: close\r\ncontent-type: application/json\r\n\
         {authorization}content-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, serde_json::from_str(body).unwrap_or_default())
}

#[tokio::test]
async fn the_http_edges_ask_for_a_key_as_bearer_or_as_password_in_the_url() {
    let test = "the_http_edges_ask_for_a_key_as_bearer_or_as_password_in_the_url";
    if !engine_or_skip(test) {
        return;
    }
    let vault = Vault::new();
    let reader = vault.add_key("eyes", Role::Reader, false);
    let caller = vault.add_key("team", Role::Caller, false);
    let port = free_port();
    let keys = vault.setting("keys.toml");
    let settings = [
        ("SECURITY__KEYS_FILE", keys.as_str()),
        ("VERIFIER__POOL_SIZE", "1"),
        ("VERIFIER__HTTP_PORT", &port.to_string()),
    ];
    let daemon = Daemon::start("verifier", &settings).await;
    let address = format!("127.0.0.1:{port}");
    let bearer = format!("Bearer {}", caller.reveal());
    let basic = format!(
        "Basic {}",
        STANDARD.encode(format!("any:{}", caller.reveal()))
    );
    let low = format!("Bearer {}", reader.reveal());
    let table = [
        (None, 401, "KEY_MISSING"),
        (Some("Bearer ssk_of-another-deployment"), 401, "KEY_UNKNOWN"),
        (Some(low.as_str()), 403, "ROLE_TOO_LOW"),
    ];
    for (authorization, status, reason) in table {
        let (seen, body) = run_code(&address, authorization).await;
        assert_eq!(
            (seen, body["reason"].as_str()),
            (status, Some(reason)),
            "{body}"
        );
    }
    for authorization in [bearer, basic] {
        let (status, body) = run_code(&address, Some(&authorization)).await;
        assert_eq!(
            (status, body["status"].as_str()),
            (200, Some("Success")),
            "{body}"
        );
    }
    daemon.terminate();
    assert_eq!(daemon.exit_code(Duration::from_mins(1)).await, Some(0));
}
