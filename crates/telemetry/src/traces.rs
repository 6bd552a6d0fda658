//! The tracer provider and the W3C propagator.

use opentelemetry_otlp::{SpanExporter, WithTonicConfig as _};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;

use crate::Error;
use crate::collector::{self, Collector, Signal};

/// A provider that exports where the environment names a collector; without one it still makes the
/// ids that tie the logs of all services together.
pub(crate) fn provider(service: &'static str) -> Result<SdkTracerProvider, Error> {
    opentelemetry::global::set_text_map_propagator(TraceContextPropagator::new());
    let mut builder = SdkTracerProvider::builder().with_resource(collector::resource(service));
    if let Some(collector) = Collector::of(Signal::Traces)? {
        let mut exporter = SpanExporter::builder().with_tonic();
        if let Some(tls) = collector.tls {
            exporter = exporter.with_tls_config(tls);
        }
        builder = builder.with_batch_exporter(exporter.build().map_err(Error::Exporter)?);
    }
    Ok(builder.build())
}
