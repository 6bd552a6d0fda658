//! Model endpoints that cannot be used.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use tempfile::tempdir;

use crate::refused::{SAMPLES, refused, synthsmith};

/// An endpoint that gives everyone the same answer, until the test ends.
fn endpoint(status: &'static str, content_type: &'static str, body: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut request = [0; 8192];
            let _ = stream.read(&mut request);
            let length = body.len();
            let _ = write!(
                stream,
                "HTTP/1.1 {status}\r\ncontent-type: {content_type}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
            );
        }
    });
    format!("http://{address}/v1")
}

fn run_against(base_url: &str, words: &[&str]) {
    let place = tempdir().unwrap();
    let config = format!("[gateway.endpoint]\nbase_url = \"{base_url}\"\n");
    fs::write(place.path().join("synthsmith.toml"), config).unwrap();
    let run = synthsmith(place.path(), &["run", "--samples", SAMPLES, "--out", "out"]);
    refused(run, 3, words);
    assert!(
        !place.path().join("out").exists(),
        "something was left behind"
    );
}

#[test]
fn an_endpoint_that_nobody_listens_at() {
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let base_url = format!("http://{free}/v1");
    run_against(&base_url, &[&base_url, "doctor"]);
}

#[test]
fn an_endpoint_that_answers_html() {
    let base_url = endpoint("200 OK", "text/html", "<html><body>Welcome</body></html>");
    run_against(&base_url, &["HTML", "base URL"]);
}

#[test]
fn an_endpoint_that_does_not_take_the_key() {
    let body = r#"{"error":{"message":"Incorrect API key","type":"invalid_request_error"}}"#;
    let base_url = endpoint("401 Unauthorized", "application/json", body);
    run_against(&base_url, &["401", "key"]);
}

#[test]
fn doctor_tries_an_endpoint_and_says_what_is_wrong() {
    let place = tempdir().unwrap();
    let base_url = endpoint("200 OK", "text/html", "<html></html>");
    let doctor = synthsmith(place.path(), &["doctor", "--endpoint", &base_url, "--json"]);
    let output = { doctor }.output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    let findings: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let endpoint = findings
        .as_array()
        .unwrap()
        .iter()
        .find(|found| found["what"] == "endpoint");
    assert_eq!(endpoint.unwrap()["is_fine"], false);
}
