//! The tracer provider and the W3C propagator.

use opentelemetry_otlp::SpanExporter;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;

use crate::{Error, collector};

/// A provider that exports where the environment names a collector; without one it still makes the
/// ids that tie the logs of all services together.
pub(crate) fn provider(service: &'static str) -> Result<SdkTracerProvider, Error> {
    opentelemetry::global::set_text_map_propagator(TraceContextPropagator::new());
    let mut builder = SdkTracerProvider::builder().with_resource(collector::resource(service));
    if collector::is_named("TRACES") {
        let exporter = SpanExporter::builder()
            .with_tonic()
            .build()
            .map_err(Error::Exporter)?;
        builder = builder.with_batch_exporter(exporter);
    }
    Ok(builder.build())
}
