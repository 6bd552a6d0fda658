//! What a daemon is made of.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::time::Duration;

use http::{Request, Response};
use synthsmith_rpc::client::Connector;
use synthsmith_rpc::server::{Guards, guard};
use tokio_util::sync::CancellationToken;
use tonic::body::Body;
use tonic::server::NamedService;
use tonic::service::RoutesBuilder;
use tower::Service;

use crate::config::{Section, ServerConfig};
use crate::contract::Contract;
use crate::security::Security;

/// A daemon, as the chassis sees it.
pub trait Component: 'static {
    /// The daemon's name, for example `feature-evolver`; its section of the configuration has the
    /// same name with underscores.
    const NAME: &'static str;

    /// The port it listens on where nothing else is configured.
    const DEFAULT_PORT: u16;

    type Config: Section;

    /// Makes what is served; fails before anything is bound.
    fn start(
        config: Self::Config,
        context: Context,
    ) -> impl Future<Output = anyhow::Result<Parts>> + Send;
}

/// What the chassis gives a component at its start.
#[derive(Debug, Clone)]
pub struct Context {
    /// Cancelled when the daemon is asked to end; long work stops at its next safe point.
    pub draining: CancellationToken,
    guards: Guards,
    security: Security,
}

/// Where a component serves its second interface, on the address of its first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Port {
    /// The port it is known by; a free one where the first interface has a free one, too.
    Usual(u16),
    /// This one; 0 takes a free one.
    Exactly(u16),
}

/// What a component serves.
#[derive(Default)]
pub struct Parts {
    pub(crate) grpc: RoutesBuilder,
    pub(crate) service_names: Vec<&'static str>,
    pub(crate) descriptors: Option<&'static [u8]>,
    pub(crate) http: Option<axum::Router>,
    pub(crate) second: Option<(Port, axum::Router)>,
    pub(crate) closing: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

// === impl Context ===

impl Context {
    pub(crate) fn new(
        server: &ServerConfig,
        security: Security,
        draining: CancellationToken,
    ) -> Self {
        let guards = Guards {
            max_calls: server.max_calls,
            max_deadline: Duration::from_secs(server.max_deadline_seconds),
        };
        Self {
            draining,
            guards,
            security,
        }
    }

    /// Makes channels to other services, with this process's key and certificate.
    pub fn connector(&self) -> &Connector {
        self.security.connector()
    }

    /// Serves a gRPC service within the middleware stack; `descriptors` is what reflection shows, and says which
    /// role a method needs.
    pub fn grpc<S>(&self, service: S, descriptors: &'static [u8]) -> anyhow::Result<Parts>
    where
        S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>
            + NamedService
            + Clone
            + Send
            + Sync
            + 'static,
        S::Future: Send + 'static,
    {
        let mut parts = Parts {
            service_names: vec![S::NAME],
            descriptors: Some(descriptors),
            ..Parts::default()
        };
        let contract = Contract::read(descriptors, S::NAME)?;
        let access = self.security.access(contract.roles);
        let guarded = guard(service, self.guards, contract.methods, access);
        parts.grpc.add_service(guarded);
        Ok(parts)
    }
}

// === impl Port ===

impl Port {
    pub(crate) fn beside(self, first: SocketAddr) -> SocketAddr {
        let port = match self {
            Self::Usual(_) if first.port() == 0 => 0,
            Self::Usual(port) | Self::Exactly(port) => port,
        };
        SocketAddr::new(first.ip(), port)
    }
}

// === impl Parts ===

impl Parts {
    /// Serves HTTP instead of gRPC.
    pub fn http(router: axum::Router) -> Self {
        Self {
            http: Some(router),
            ..Self::default()
        }
    }

    /// Serves HTTP on a second port as well, for as long as the first is served.
    #[must_use]
    pub fn and_http(mut self, port: Port, router: axum::Router) -> Self {
        self.second = Some((port, router));
        self
    }

    /// Runs after the last call has ended, for example to remove what was made outside the process.
    #[must_use]
    pub fn closing(mut self, closing: impl Future<Output = ()> + Send + 'static) -> Self {
        self.closing = Some(Box::pin(closing));
        self
    }
}

impl std::fmt::Debug for Parts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Parts")
            .field("service_names", &self.service_names)
            .field("http", &self.http.is_some())
            .field("second", &self.second.as_ref().map(|(port, _)| port))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_port_is_beside_the_first() {
        let at = |text: &str| -> SocketAddr { text.parse().unwrap() };
        let table = [
            (Port::Usual(7116), "10.0.0.1:7106", "10.0.0.1:7116"),
            (Port::Usual(7116), "[::1]:0", "[::1]:0"),
            (Port::Exactly(9000), "127.0.0.1:0", "127.0.0.1:9000"),
            (Port::Exactly(0), "127.0.0.1:7106", "127.0.0.1:0"),
        ];
        for (port, first, second) in table {
            assert_eq!(port.beside(at(first)), at(second), "{port:?} {first}");
        }
    }
}
