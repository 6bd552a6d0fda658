//! Channels to other services: to every address of a name, protected and with the caller's key where that is set up.

mod address;
mod balance;
mod dial;

use std::sync::Arc;

use rustls::ClientConfig;
use synthsmith_security::{Key, Watched};
use tonic::metadata::MetadataMap;
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::{Request, Status};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use crate::Item;
use crate::trace_context;
use address::Address;
pub use address::InvalidAddress;
pub use balance::Balanced;
use dial::Dial;

/// Messages up to this size are sent and taken; programs, inputs and suites are inline.
pub const MAX_MESSAGE_BYTES: usize = 64 << 20;

/// A channel that carries the caller's trace, item and key.
pub type ItemChannel = InterceptedService<Balanced, Propagate>;

/// Makes channels: with the key to show and the authority to trust, where there are any.
#[derive(Debug, Clone, Default)]
pub struct Connector {
    key: Option<Arc<Watched<Key>>>,
    tls: Option<Arc<Watched<ClientConfig>>>,
}

/// Puts the current trace, the [`Item`] and the key into each request.
#[derive(Debug, Clone)]
pub struct Propagate {
    key: Option<Arc<Watched<Key>>>,
}

// === impl Connector ===

impl Connector {
    pub fn new(key: Option<Arc<Watched<Key>>>, tls: Option<Arc<Watched<ClientConfig>>>) -> Self {
        Self { key, tls }
    }

    /// A channel to the service at `address`: `http://HOST:PORT`, `https://HOST:PORT`, or with several places,
    /// `http://HOST:PORT,HOST:PORT`. Calls go in turn to every address that the names stand for, as of late, and
    /// pass by those that do not answer.
    ///
    /// Connects when it is first used, and again after a connection was lost. Must be called within a runtime.
    pub fn connect(&self, address: &str) -> Result<ItemChannel, InvalidAddress> {
        let address: Address = address.parse()?;
        let tls = match (address.is_protected, &self.tls) {
            (true, None) => return Err(InvalidAddress::no_authority(&address)),
            (true, Some(tls)) => Some(Arc::clone(tls)),
            (false, _) => None,
        };
        if self.key.is_some() && tls.is_none() && !address.is_loopback() {
            tracing::warn!(%address, "the key is sent in clear text: use https:// unless the network protects it");
        }
        let propagate = Propagate {
            key: self.key.clone(),
        };
        let balanced = Balanced::start(address, Dial { tls });
        Ok(InterceptedService::new(balanced, propagate))
    }
}

/// A channel without key and protection, as between services in one process.
pub fn connect(address: &str) -> Result<ItemChannel, InvalidAddress> {
    Connector::default().connect(address)
}

// === impl Propagate ===

impl Interceptor for Propagate {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        let mut metadata = std::mem::take(request.metadata_mut()).into_headers();
        trace_context::inject(&tracing::Span::current().context(), &mut metadata);
        Item::current().write(&mut metadata);
        if let Some(key) = &self.key {
            let bearer = format!("Bearer {}", key.current().reveal());
            let mut value = http::HeaderValue::try_from(bearer)
                .map_err(|_| Status::internal("the key cannot be sent"))?;
            value.set_sensitive(true);
            metadata.insert(http::header::AUTHORIZATION, value);
        }
        *request.metadata_mut() = MetadataMap::from_headers(metadata);
        Ok(request)
    }
}
