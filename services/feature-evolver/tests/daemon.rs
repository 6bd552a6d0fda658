//! The service on its chassis, with the whole middleware stack.

use synthsmith_daemon::{Security, ServerConfig, launch};
use synthsmith_feature_evolver::{Config, FeatureEvolverService};
use synthsmith_proto::feature_evolver::v1 as pb;
use synthsmith_proto::feature_evolver::v1::feature_evolver_service_client::FeatureEvolverServiceClient;
use synthsmith_telemetry::Telemetry;
use tonic::Code;
use tonic_types::StatusExt as _;

#[tokio::test]
async fn starts_without_its_gateway_says_so_when_called_and_drains() {
    let telemetry =
        Telemetry::start("feature-evolver", &synthsmith_telemetry::Config::default()).unwrap();
    let config = Config {
        gateway_address: "http://127.0.0.1:1".into(),
        ..Config::default()
    };
    let server = ServerConfig::default();
    let running =
        launch::<FeatureEvolverService>(config, &server, &Security::default(), &telemetry)
            .await
            .unwrap();
    let mut client = FeatureEvolverServiceClient::connect(running.url())
        .await
        .unwrap();
    let request = pb::ExtractFeaturesRequest {
        language: "python".into(),
        code: "print(1)".into(),
        ..pb::ExtractFeaturesRequest::default()
    };
    let status = client.extract_features(request).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    let info = status.get_details_error_info().unwrap();
    assert_eq!(info.reason, "MODEL_UNAVAILABLE");
    assert_eq!(info.domain, "feature-evolver.synthsmith");
    drop(client);
    running.drain().await.unwrap();
}
