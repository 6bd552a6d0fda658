//! Channels to other services.

use std::time::Duration;

use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use crate::Item;
use crate::trace_context;

/// Messages up to this size are sent and taken; programs, inputs and suites are inline.
pub const MAX_MESSAGE_BYTES: usize = 64 << 20;

/// A channel that carries the caller's trace and item.
pub type ItemChannel = InterceptedService<Channel, Propagate>;

/// Puts the current trace and [`Item`] into each request.
#[derive(Debug, Clone, Copy, Default)]
pub struct Propagate;

/// An address that is none.
#[derive(Debug, thiserror::Error)]
#[error("'{address}' is not an address of a service; use the form http://HOST:PORT")]
pub struct InvalidAddress {
    address: String,
    #[source]
    source: tonic::transport::Error,
}

impl Interceptor for Propagate {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        let mut metadata = std::mem::take(request.metadata_mut()).into_headers();
        trace_context::inject(&tracing::Span::current().context(), &mut metadata);
        Item::current().write(&mut metadata);
        *request.metadata_mut() = tonic::metadata::MetadataMap::from_headers(metadata);
        Ok(request)
    }
}

/// A channel to the service at `address`, for example `http://127.0.0.1:7106`.
///
/// Connects when it is first used, and again after a connection was lost.
pub fn connect(address: &str) -> Result<ItemChannel, InvalidAddress> {
    let endpoint = Endpoint::from_shared(address.to_owned())
        .map_err(|source| InvalidAddress {
            address: address.to_owned(),
            source,
        })?
        .connect_timeout(Duration::from_secs(5))
        .http2_keep_alive_interval(Duration::from_secs(30))
        .keep_alive_while_idle(true)
        .tcp_nodelay(true);
    Ok(InterceptedService::new(endpoint.connect_lazy(), Propagate))
}
