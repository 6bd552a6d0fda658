//! Logs, traces and metrics of a process, set up once at its start.
//!
//! Logs go to standard error. Traces and metrics go to an OTLP collector where `OTEL_EXPORTER_OTLP_ENDPOINT` (or
//! its variant for either) names one, metrics also to whoever scrapes [`Telemetry::render_metrics`]. The other
//! `OTEL_` variables hold, too. An unreachable collector never blocks work.

mod collector;
mod config;
mod logs;
mod metrics;
mod traces;

pub use config::{Config, LogFormat};

use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;

/// What the process's telemetry could not do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(
        "the log filter '{filter}' is not valid; use a form such as 'info' or 'synthsmith=debug,warn'"
    )]
    Filter {
        filter: String,
        #[source]
        source: tracing_subscriber::filter::ParseError,
    },
    #[error("cannot set up the export to a collector; check OTEL_EXPORTER_OTLP_ENDPOINT")]
    Exporter(#[source] opentelemetry_otlp::ExporterBuildError),
    #[error(
        "OTEL_EXPORTER_OTLP_PROTOCOL is '{0}', but only grpc is spoken here; name the collector's gRPC port (usually 4317) and unset it"
    )]
    Protocol(String),
    #[error("cannot read {}, which OTEL_EXPORTER_OTLP_CERTIFICATE names", .file.display())]
    Authority {
        file: std::path::PathBuf,
        #[source]
        source: std::io::Error,
    },
}

/// The telemetry of a process; flush it at the end with [`Telemetry::shutdown`].
#[derive(Debug, Clone)]
pub struct Telemetry {
    traces: SdkTracerProvider,
    metrics: metrics::Recorded,
}

impl Telemetry {
    /// Sets up logs, traces and metrics for the process `service`.
    ///
    /// A process has one subscriber and one recorder: where they exist (several daemons in one
    /// process, tests), they stay.
    pub fn start(service: &'static str, config: &Config) -> Result<Self, Error> {
        let metrics = metrics::recorder(service)?;
        let traces = traces::provider(service)?;
        logs::install(config, service, &traces)?;
        Ok(Self { traces, metrics })
    }

    /// All metrics in Prometheus's text format.
    pub fn render_metrics(&self) -> String {
        self.metrics.scraped.run_upkeep();
        self.metrics.scraped.render()
    }

    /// Sends what is still buffered; blocks for a few seconds at most.
    pub fn shutdown(&self) {
        if let Err(error) = self.traces.shutdown() {
            tracing::debug!(error = %error, "traces were not flushed");
        }
        let flushed = self.metrics.pushed.as_ref().map(SdkMeterProvider::shutdown);
        if let Some(Err(error)) = flushed {
            tracing::debug!(error = %error, "metrics were not flushed");
        }
    }
}
