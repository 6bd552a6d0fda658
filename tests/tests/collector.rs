//! A daemon seen from outside, by a collector of OpenTelemetry.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::net::SocketAddr;
use std::time::Duration;

use opentelemetry_proto::tonic::collector::metrics::v1 as metrics;
use opentelemetry_proto::tonic::collector::metrics::v1::metrics_service_server::{
    MetricsService, MetricsServiceServer,
};
use opentelemetry_proto::tonic::collector::trace::v1 as trace;
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{
    TraceService, TraceServiceServer,
};
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::resource::v1::Resource;
use synthsmith_proto::gateway::v1::GetUsageRequest;
use synthsmith_proto::gateway::v1::gateway_service_client::GatewayServiceClient;
use synthsmith_tests::Daemon;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};

const METRIC: &str = "synthsmith_rpc_server_call_duration_seconds";
const METHOD: &str = "synthsmith.gateway.v1.GatewayService/GetUsage";

/// What arrived: the service and the name of a metric or a span.
type Seen = (String, String);

#[derive(Clone)]
struct Collector(mpsc::UnboundedSender<Seen>);

fn service(resource: Option<&Resource>) -> String {
    let attributes = resource
        .map(|it| it.attributes.as_slice())
        .unwrap_or_default();
    let name = attributes
        .iter()
        .find(|attribute| attribute.key == "service.name");
    match name.and_then(|it| it.value.clone()).and_then(|it| it.value) {
        Some(Value::StringValue(name)) => name,
        other => panic!("the service has no name: {other:?}"),
    }
}

#[tonic::async_trait]
impl MetricsService for Collector {
    async fn export(
        &self,
        request: Request<metrics::ExportMetricsServiceRequest>,
    ) -> Result<Response<metrics::ExportMetricsServiceResponse>, Status> {
        for of_resource in request.into_inner().resource_metrics {
            let service = service(of_resource.resource.as_ref());
            for metric in of_resource
                .scope_metrics
                .into_iter()
                .flat_map(|scope| scope.metrics)
            {
                let _ = self.0.send((service.clone(), metric.name));
            }
        }
        Ok(Response::new(
            metrics::ExportMetricsServiceResponse::default(),
        ))
    }
}

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<trace::ExportTraceServiceRequest>,
    ) -> Result<Response<trace::ExportTraceServiceResponse>, Status> {
        for of_resource in request.into_inner().resource_spans {
            let service = service(of_resource.resource.as_ref());
            for span in of_resource
                .scope_spans
                .into_iter()
                .flat_map(|scope| scope.spans)
            {
                let _ = self.0.send((service.clone(), span.name));
            }
        }
        Ok(Response::new(trace::ExportTraceServiceResponse::default()))
    }
}

async fn collector() -> (SocketAddr, mpsc::UnboundedReceiver<Seen>) {
    let (sender, seen) = mpsc::unbounded_channel();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let collector = Collector(sender);
    let server = tonic::transport::Server::builder()
        .add_service(MetricsServiceServer::new(collector.clone()))
        .add_service(TraceServiceServer::new(collector));
    tokio::spawn(server.serve_with_incoming(TcpIncoming::from(listener)));
    (address, seen)
}

/// A gateway that was called once.
async fn called_gateway(endpoint: &str) -> Daemon {
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint),
        // Nothing is sent by the clock: what arrives was flushed.
        ("OTEL_METRIC_EXPORT_INTERVAL", "3600000"),
        ("OTEL_BSP_SCHEDULE_DELAY", "3600000"),
    ];
    let daemon = Daemon::start_with("gateway", &[], &variables).await;
    let mut client = GatewayServiceClient::new(daemon.channel().await);
    let request = GetUsageRequest {
        run_id: "none".to_owned(),
    };
    let _ = client.get_usage(request).await;
    daemon
}

#[tokio::test]
async fn traces_and_metrics_are_flushed_to_a_collector_on_drain() {
    let (address, mut seen) = collector().await;
    let daemon = called_gateway(&format!("http://{address}")).await;
    daemon.terminate();
    assert_eq!(daemon.exit_code(Duration::from_mins(1)).await, Some(0));
    let mut arrived = Vec::new();
    while let Ok(one) = seen.try_recv() {
        arrived.push(one);
    }
    for name in [METRIC, METHOD] {
        let wanted = ("synthsmith-gateway".to_owned(), name.to_owned());
        assert!(arrived.contains(&wanted), "{name}: {arrived:?}");
    }
}

#[tokio::test]
async fn a_collector_that_is_not_there_holds_up_nothing() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let daemon = called_gateway(&format!("http://{nobody}")).await;
    daemon.terminate();
    assert_eq!(daemon.exit_code(Duration::from_secs(30)).await, Some(0));
}
