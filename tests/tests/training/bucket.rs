//! What jobs made, in a bucket of an object store.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::json;
use synthsmith_proto::trainer::v1 as pb;
use synthsmith_proto::trainer::v1::create_job_request::Spec;
use synthsmith_proto::trainer::v1::job::State;
use synthsmith_proto::trainer::v1::put_data_request::Kind;
use synthsmith_tests::free_port;
use synthsmith_tests::python::{S3, python_or_skip};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use crate::trainer::{Trainer, lines, sft};

/// An object store with an empty bucket named `models`.
struct Store {
    authority: String,
    _process: Child,
}

impl Store {
    async fn start(python: &Path) -> Self {
        let port = free_port().to_string();
        let process = Command::new(python)
            .args(["-m", "moto.server", "-H", "127.0.0.1", "-p", &port])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let authority = format!("127.0.0.1:{port}");
        for _ in 0..300 {
            if let Ok(answer) = asked(&authority, "PUT", "/models").await {
                assert!(answer.contains(" 200 "), "{answer}");
                return Self {
                    authority,
                    _process: process,
                };
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the object store does not begin to serve");
    }

    /// What is in the bucket, as the store lists it.
    async fn listed(&self) -> String {
        asked(&self.authority, "GET", "/models?list-type=2")
            .await
            .unwrap()
    }
}

async fn asked(authority: &str, method: &str, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(authority).await?;
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {authority}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

#[tokio::test]
async fn what_jobs_made_is_kept_in_a_bucket_and_begun_with_from_there() {
    let name = "what_jobs_made_is_kept_in_a_bucket_and_begun_with_from_there";
    let Some(python) = python_or_skip(S3, name) else {
        return;
    };
    let store = Store::start(&python).await;
    let place = tempfile::tempdir().unwrap();
    let endpoint = format!("http://{}", store.authority);
    let variables = [
        ("AWS_ENDPOINT", endpoint.as_str()),
        ("AWS_ALLOW_HTTP", "true"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "somebody"),
        ("AWS_SECRET_ACCESS_KEY", "something"),
    ];
    let settings = [("TRAINER__ARTIFACTS", "s3://models/team")];
    let mut trainer = Trainer::start_with(place.path(), &settings, &variables).await;
    let row = json!({"messages": [
        {"role": "user", "content": "1 + 1"},
        {"role": "assistant", "content": "2"},
    ]});
    let data = trainer.put(Kind::Chats, &lines([row].into_iter())).await;
    // Large enough that its weights go in several parts.
    let first = sft(data, 704, 2);
    trainer.create("first", Spec::Sft(first.clone())).await;
    let further = pb::SftSpec {
        base: Some(pb::sft_spec::Base::Model("jobs/first".to_owned())),
        ..first
    };
    let (job, _) = trainer.rested("first").await;
    assert_eq!(job.state(), State::Succeeded, "{}", job.error);
    trainer.create("further", Spec::Sft(further)).await;
    let (job, _) = trainer.rested("further").await;
    assert_eq!(job.state(), State::Succeeded, "{}", job.error);

    let model = &trainer.files("first").await["model/model.safetensors"];
    assert!(model.len() > 12 << 20, "{}", model.len());
    let listed = store.listed().await;
    for key in [
        "data/",
        "jobs/first/model/config.json",
        "jobs/further/model/config.json",
    ] {
        assert!(
            listed.contains(&format!("<Key>team/{key}")),
            "{key} in {listed}"
        );
    }
    for gone in ["artifacts", "jobs/first/made", "jobs/further/inputs"] {
        assert!(!place.path().join(gone).exists(), "{gone}");
    }
}
