//! Where the environment names a collector, by the variables of OpenTelemetry, and who tells it.

use opentelemetry_sdk::Resource;

/// Whether a collector is named for the signal, `TRACES` or `METRICS`, or for all.
pub(crate) fn is_named(signal: &str) -> bool {
    let of_signal = format!("OTEL_EXPORTER_OTLP_{signal}_ENDPOINT");
    let names = [of_signal.as_str(), "OTEL_EXPORTER_OTLP_ENDPOINT"];
    let is_set = |name: &&str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !is_disabled() && names.iter().any(is_set)
}

fn is_disabled() -> bool {
    std::env::var("OTEL_SDK_DISABLED").is_ok_and(|value| value.eq_ignore_ascii_case("true"))
}

/// The process, as the collector sees it; `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` say more of it.
pub(crate) fn resource(service: &'static str) -> Resource {
    let builder = Resource::builder();
    if std::env::var_os("OTEL_SERVICE_NAME").is_some() {
        return builder.build();
    }
    builder
        .with_service_name(format!("synthsmith-{service}"))
        .build()
}
