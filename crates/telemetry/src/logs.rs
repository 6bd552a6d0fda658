//! The subscriber: log lines to standard error, spans to the tracer.

use std::io::IsTerminal as _;

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer, fmt};

use crate::{Config, Error, LogFormat};

pub(crate) fn install(
    config: &Config,
    service: &'static str,
    traces: &SdkTracerProvider,
) -> Result<(), Error> {
    let filter = EnvFilter::try_new(&config.log).map_err(|source| Error::Filter {
        filter: config.log.clone(),
        source,
    })?;
    // A reader of the log that went away must not end the work.
    let lines = fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .log_internal_errors(false);
    let lines = match config.log_format {
        LogFormat::Text => lines.with_target(false).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    let spans = tracing_opentelemetry::layer().with_tracer(traces.tracer(service));
    // Fails where a subscriber exists already; that one stays.
    let _ = tracing_subscriber::registry()
        .with(lines.with_filter(filter))
        .with(spans.with_filter(tracing_subscriber::filter::LevelFilter::INFO))
        .try_init();
    Ok(())
}
