//! A running verifier and a client of it.

use std::sync::Arc;

use synthsmith_daemon::{Running, ServerConfig, launch};
use synthsmith_proto::corpus::v1 as corpus;
use synthsmith_proto::verifier::v1 as pb;
use synthsmith_proto::verifier::v1::verifier_service_client::VerifierServiceClient;
use synthsmith_sandbox::Sandbox;
use synthsmith_telemetry::Telemetry;
use synthsmith_testkit::engine_or_skip;
use synthsmith_verifier::{Config, VerifierService};
use tokio::net::TcpListener;
use tonic::transport::Channel;
use tonic::transport::server::TcpIncoming;

pub(crate) type Client = VerifierServiceClient<Channel>;

/// A verifier on the machine's engine, or `None` where the machine has no engine.
pub(crate) async fn with_engine(test: &str, config: Config) -> Option<(Running, Client)> {
    if !engine_or_skip(test) {
        return None;
    }
    let telemetry = Telemetry::start("verifier", &synthsmith_telemetry::Config::default()).unwrap();
    let running = launch::<VerifierService>(config, &ServerConfig::default(), &telemetry)
        .await
        .unwrap();
    let client = Client::connect(running.url()).await.unwrap();
    Some((running, client))
}

/// A verifier on a sandbox of the test's own.
pub(crate) async fn with_sandbox(config: Config, sandbox: Arc<dyn Sandbox>) -> Client {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = VerifierService::new(config, sandbox).into_server();
    tokio::spawn(
        tonic::transport::Server::builder()
            .add_service(service)
            .serve_with_incoming(TcpIncoming::from(listener)),
    );
    Client::connect(format!("http://{address}")).await.unwrap()
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
    };
    pairs.iter().map(test).collect()
}

pub(crate) fn verdicts(response: &pb::JudgeProgramResponse) -> Vec<corpus::Verdict> {
    response
        .tests
        .iter()
        .map(pb::TestVerdict::verdict)
        .collect()
}
