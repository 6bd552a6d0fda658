//! The service on its chassis, with the whole middleware stack.

use synthsmith_daemon::{Security, ServerConfig, launch};
use synthsmith_proto::corpus::v1::{Style, Task};
use synthsmith_proto::test_gen::v1 as pb;
use synthsmith_proto::test_gen::v1::test_gen_service_client::TestGenServiceClient;
use synthsmith_telemetry::Telemetry;
use synthsmith_test_gen::{Config, TestGenService};
use tonic::Code;
use tonic_types::StatusExt as _;

#[tokio::test]
async fn starts_without_its_gateway_says_so_when_called_and_drains() {
    let telemetry = Telemetry::start("test-gen", &synthsmith_telemetry::Config::default()).unwrap();
    let config = Config {
        gateway_address: "http://127.0.0.1:1".into(),
        ..Config::default()
    };
    let server = ServerConfig::default();
    let running = launch::<TestGenService>(config, &server, &Security::default(), &telemetry)
        .await
        .unwrap();
    let mut client = TestGenServiceClient::connect(running.url()).await.unwrap();
    let task = Task {
        id: "t1".into(),
        style: Style::Atcoder as i32,
        statement: "# Sum".into(),
        ..Task::default()
    };
    let request = pb::GenerateTestsRequest {
        task: Some(task),
        input_count: 5,
        ..pb::GenerateTestsRequest::default()
    };
    let status = client.generate_tests(request).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    let info = status.get_details_error_info().unwrap();
    assert_eq!(info.reason, "MODEL_UNAVAILABLE");
    assert_eq!(info.domain, "test-gen.synthsmith");
    drop(client);
    running.drain().await.unwrap();
}
