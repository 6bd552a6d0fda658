//! The service on its chassis, with the whole middleware stack.

use synthsmith_daemon::{Security, ServerConfig, launch};
use synthsmith_proto::corpus::v1::{Style, Task};
use synthsmith_proto::solver::v1 as pb;
use synthsmith_proto::solver::v1::solver_service_client::SolverServiceClient;
use synthsmith_solver::{Config, SolverService};
use synthsmith_telemetry::Telemetry;
use tonic::Code;
use tonic_types::StatusExt as _;

#[tokio::test]
async fn starts_without_its_gateway_says_so_when_called_and_drains() {
    let telemetry = Telemetry::start("solver", &synthsmith_telemetry::Config::default()).unwrap();
    let config = Config {
        gateway_address: "http://127.0.0.1:1".into(),
        ..Config::default()
    };
    let server = ServerConfig::default();
    let running = launch::<SolverService>(config, &server, &Security::default(), &telemetry)
        .await
        .unwrap();
    let mut client = SolverServiceClient::connect(running.url()).await.unwrap();
    let task = Task {
        id: "t1".into(),
        style: Style::Atcoder as i32,
        statement: "# Sum".into(),
        ..Task::default()
    };
    let request = pb::SolveTaskRequest {
        task: Some(task),
        candidate_count: 2,
        ..pb::SolveTaskRequest::default()
    };
    let mut stream = client.solve_task(request).await.unwrap().into_inner();
    let status = stream.message().await.unwrap_err();
    drop(stream);
    assert_eq!(status.code(), Code::Unavailable);
    let info = status.get_details_error_info().unwrap();
    assert_eq!(info.reason, "MODEL_UNAVAILABLE");
    assert_eq!(info.domain, "solver.synthsmith");
    drop(client);
    running.drain().await.unwrap();
}
