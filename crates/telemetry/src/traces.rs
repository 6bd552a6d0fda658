//! The tracer provider and the W3C propagator.

use opentelemetry_otlp::SpanExporter;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;

use crate::Error;

/// A provider that exports where the environment names a collector; without one it still makes the
/// ids that tie the logs of all services together.
pub(crate) fn provider(service: &'static str) -> Result<SdkTracerProvider, Error> {
    opentelemetry::global::set_text_map_propagator(TraceContextPropagator::new());
    let resource = Resource::builder()
        .with_service_name(format!("synthsmith-{service}"))
        .build();
    let mut builder = SdkTracerProvider::builder().with_resource(resource);
    if collector_is_named() {
        let exporter = SpanExporter::builder()
            .with_tonic()
            .build()
            .map_err(Error::Exporter)?;
        builder = builder.with_batch_exporter(exporter);
    }
    Ok(builder.build())
}

fn collector_is_named() -> bool {
    [
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        "OTEL_EXPORTER_OTLP_ENDPOINT",
    ]
    .iter()
    .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}
