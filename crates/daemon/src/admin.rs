//! The admin port: `/metrics` for Prometheus, `/healthz` for those who cannot speak gRPC.

use axum::Router;
use axum::http::{StatusCode, header};
use axum::routing::get;
use synthsmith_telemetry::Telemetry;
use tokio_util::sync::CancellationToken;

pub(crate) fn router(telemetry: Telemetry, draining: CancellationToken) -> Router {
    let metrics = move || async move {
        let text_format = [(header::CONTENT_TYPE, "text/plain; version=0.0.4")];
        (text_format, telemetry.render_metrics())
    };
    let health = move || async move {
        if draining.is_cancelled() {
            (StatusCode::SERVICE_UNAVAILABLE, "draining\n")
        } else {
            (StatusCode::OK, "serving\n")
        }
    };
    Router::new()
        .route("/metrics", get(metrics))
        .route("/healthz", get(health))
}
