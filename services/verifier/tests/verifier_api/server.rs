//! A running verifier and a client of it.

use std::sync::Arc;

use synthsmith_daemon::{Running, Security, ServerConfig, launch};
use synthsmith_proto::corpus::v1 as corpus;
use synthsmith_proto::verifier::v1 as pb;
use synthsmith_proto::verifier::v1::checker::Rule;
use synthsmith_proto::verifier::v1::verifier_service_client::VerifierServiceClient;
use synthsmith_sandbox::Sandbox;
use synthsmith_telemetry::Telemetry;
use synthsmith_testkit::engine_or_skip;
use synthsmith_verifier::{Config, VerifierService};
use tokio::net::TcpListener;
use tonic::Status;
use tonic::transport::Channel;
use tonic::transport::server::TcpIncoming;
use tonic_types::StatusExt as _;

pub(crate) type Client = VerifierServiceClient<Channel>;

/// Few containers, since every test has a verifier of its own.
pub(crate) fn small() -> Config {
    Config {
        pool_size: 1,
        ..Config::default()
    }
}

/// A verifier on the machine's engine, or `None` where the machine has no engine.
pub(crate) async fn with_engine(test: &str, config: Config) -> Option<(Running, Client)> {
    if !engine_or_skip(test) {
        return None;
    }
    let running = start(config).await.unwrap();
    let client = Client::connect(running.url()).await.unwrap();
    Some((running, client))
}

pub(crate) async fn start(config: Config) -> anyhow::Result<Running> {
    let telemetry = Telemetry::start("verifier", &synthsmith_telemetry::Config::default()).unwrap();
    launch::<VerifierService>(
        config,
        &ServerConfig::default(),
        &Security::default(),
        &telemetry,
    )
    .await
}

/// A verifier on a sandbox of the test's own.
pub(crate) async fn with_sandbox(config: Config, sandbox: Arc<dyn Sandbox>) -> Client {
    Client::new(channel(config, sandbox).await)
}

/// The way to such a verifier.
pub(crate) async fn channel(config: Config, sandbox: Arc<dyn Sandbox>) -> Channel {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = VerifierService::new(config, sandbox).into_server();
    tokio::spawn(
        tonic::transport::Server::builder()
            .add_service(service)
            .serve_with_incoming(TcpIncoming::from(listener)),
    );
    let endpoint = Channel::from_shared(format!("http://{address}")).unwrap();
    endpoint.connect().await.unwrap()
}

pub(crate) fn program(language: &str, source: &str) -> corpus::Program {
    corpus::Program {
        language: language.to_owned(),
        source: source.to_owned(),
    }
}

pub(crate) fn tests(pairs: &[(&str, &str)]) -> Vec<corpus::TestCase> {
    let test = |(input, expected): &(&str, &str)| corpus::TestCase {
        input: input.as_bytes().to_vec(),
        expected_output: expected.as_bytes().to_vec(),
        ..Default::default()
    };
    pairs.iter().map(test).collect()
}

pub(crate) async fn judge(
    client: &mut Client,
    request: pb::JudgeProgramRequest,
) -> pb::JudgeProgramResponse {
    client.judge_program(request).await.unwrap().into_inner()
}

pub(crate) fn checked_by(rule: Rule) -> pb::Checker {
    pb::Checker { rule: Some(rule) }
}

/// The reason of a status, and the fields that it names.
pub(crate) fn refusal(status: &Status) -> (String, Vec<String>) {
    let details = status.get_error_details();
    let reason = details.error_info().map(|info| info.reason.clone());
    let request = details
        .bad_request()
        .map(|request| &request.field_violations);
    let violations = request.into_iter().flatten();
    let fields = violations.map(|violation| violation.field.clone());
    (reason.unwrap_or_default(), fields.collect())
}

pub(crate) fn verdicts(response: &pb::JudgeProgramResponse) -> Vec<corpus::Verdict> {
    response
        .tests
        .iter()
        .map(pb::TestVerdict::verdict)
        .collect()
}
