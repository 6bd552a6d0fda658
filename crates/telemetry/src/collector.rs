//! Where the environment names a collector, by the variables of OpenTelemetry, how it is reached, and who tells it.

use std::path::PathBuf;

use opentelemetry_otlp::tonic_types::transport::{Certificate, ClientTlsConfig};
use opentelemetry_sdk::Resource;

use crate::Error;

/// What a collector is told; as in the names of variables.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Signal {
    Traces,
    Metrics,
}

/// A collector to send to.
#[derive(Debug)]
pub(crate) struct Collector {
    /// Where its connection is protected.
    pub(crate) tls: Option<ClientTlsConfig>,
}

/// The process, as the collector sees it; `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` say more of it.
pub(crate) fn resource(service: &'static str) -> Resource {
    let builder = Resource::builder();
    if variable("OTEL_SERVICE_NAME").is_some() {
        return builder.build();
    }
    builder
        .with_service_name(format!("synthsmith-{service}"))
        .build()
}

// === impl Collector ===

impl Collector {
    /// The one named for the signal, or for all; the exporter itself reads the rest of the variables.
    pub(crate) fn of(signal: Signal) -> Result<Option<Self>, Error> {
        let Some(endpoint) = signal.variable("ENDPOINT") else {
            return Ok(None);
        };
        if is_off(signal) {
            return Ok(None);
        }
        if let Some(protocol) = signal.variable("PROTOCOL")
            && protocol != "grpc"
        {
            return Err(Error::Protocol(protocol));
        }
        let is_plain = endpoint.starts_with("http://")
            || !endpoint.contains("://")
                && signal
                    .variable("INSECURE")
                    .is_some_and(|it| it.eq_ignore_ascii_case("true"));
        let tls = if is_plain {
            None
        } else {
            Some(tls(signal.variable("CERTIFICATE"))?)
        };
        Ok(Some(Self { tls }))
    }
}

/// With the authorities of the file, or those that the system trusts.
fn tls(authority_file: Option<String>) -> Result<ClientTlsConfig, Error> {
    let config = ClientTlsConfig::new();
    let Some(file) = authority_file.map(PathBuf::from) else {
        return Ok(config.with_enabled_roots());
    };
    let pem = std::fs::read(&file).map_err(|source| Error::Authority { file, source })?;
    Ok(config.ca_certificate(Certificate::from_pem(pem)))
}

fn is_off(signal: Signal) -> bool {
    let is = |name: &str, value: &str| {
        variable(name).is_some_and(|found| found.eq_ignore_ascii_case(value))
    };
    is("OTEL_SDK_DISABLED", "true") || is(&format!("OTEL_{}_EXPORTER", signal.name()), "none")
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

// === impl Signal ===

impl Signal {
    fn name(self) -> &'static str {
        match self {
            Self::Traces => "TRACES",
            Self::Metrics => "METRICS",
        }
    }

    /// `OTEL_EXPORTER_OTLP_SIGNAL_…`, or what holds for all signals.
    fn variable(self, what: &str) -> Option<String> {
        variable(&format!("OTEL_EXPORTER_OTLP_{}_{what}", self.name()))
            .or_else(|| variable(&format!("OTEL_EXPORTER_OTLP_{what}")))
    }
}
