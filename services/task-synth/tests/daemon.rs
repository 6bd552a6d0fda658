//! The service on its chassis, with the whole middleware stack.

use synthsmith_daemon::{Security, ServerConfig, launch};
use synthsmith_proto::corpus::v1::{FeatureNode, FeatureTree};
use synthsmith_proto::task_synth::v1 as pb;
use synthsmith_proto::task_synth::v1::task_synth_service_client::TaskSynthServiceClient;
use synthsmith_task_synth::{Config, TaskSynthService};
use synthsmith_telemetry::Telemetry;
use tonic::Code;
use tonic_types::StatusExt as _;

#[tokio::test]
async fn starts_without_its_gateway_says_so_when_called_and_drains() {
    let telemetry =
        Telemetry::start("task-synth", &synthsmith_telemetry::Config::default()).unwrap();
    let config = Config {
        gateway_address: "http://127.0.0.1:1".into(),
        ..Config::default()
    };
    let server = ServerConfig::default();
    let running = launch::<TaskSynthService>(config, &server, &Security::default(), &telemetry)
        .await
        .unwrap();
    let mut client = TaskSynthServiceClient::connect(running.url())
        .await
        .unwrap();
    let leaf = FeatureNode {
        name: "sums".into(),
        ..FeatureNode::default()
    };
    let request = pb::SynthesizeTaskRequest {
        task_id: "t1".into(),
        features: Some(FeatureTree { roots: vec![leaf] }),
        ..pb::SynthesizeTaskRequest::default()
    };
    let status = client.synthesize_task(request).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    let info = status.get_details_error_info().unwrap();
    assert_eq!(info.reason, "MODEL_UNAVAILABLE");
    assert_eq!(info.domain, "task-synth.synthsmith");
    drop(client);
    running.drain().await.unwrap();
}
