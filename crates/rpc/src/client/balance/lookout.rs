//! Looks up where a service is, and whether those that failed are back.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use tokio::sync::{Notify, watch};
use tonic::transport::{Channel, Endpoint};
use tower::service_fn;

use super::Known;
use super::backend::{Backend, Backends};
use crate::client::address::{Address, Place};
use crate::client::dial::Dial;

/// Between two looks; headless services of Kubernetes let their addresses be kept for as long.
const USUALLY: Duration = Duration::from_secs(5);
/// The same while something is wrong.
const IN_TROUBLE: Duration = Duration::from_secs(1);
/// However often calls fail, one look per this time.
const AT_MOST_EVERY: Duration = Duration::from_millis(200);

type Resolve =
    Box<dyn Fn(String, u16) -> BoxFuture<'static, io::Result<Vec<SocketAddr>>> + Send + Sync>;

/// Knows where the replicas of a service are.
pub(super) struct Lookout {
    address: Address,
    dial: Dial,
    resolve: Resolve,
    backends: Option<Arc<Backends>>,
}

// === impl Lookout ===

impl Lookout {
    pub(super) fn new(address: Address, dial: Dial) -> Self {
        Self::with_resolver(
            address,
            dial,
            Box::new(|host, port| system(host, port).boxed()),
        )
    }

    pub(super) fn with_resolver(address: Address, dial: Dial, resolve: Resolve) -> Self {
        Self {
            address,
            dial,
            resolve,
            backends: None,
        }
    }

    /// The replicas, where their addresses are numbers and there is nothing to look up.
    pub(super) fn numbers(&mut self) -> Option<Arc<Backends>> {
        let numbers = self.address.numbers()?;
        let places = self.address.places.iter().cloned();
        self.take_over(&numbers.into_iter().zip(places).collect());
        self.backends.clone()
    }

    /// Looks until the channel is gone.
    pub(super) async fn run(mut self, known: watch::Sender<Known>, look: Arc<Notify>) {
        while !known.is_closed() {
            let mut in_trouble = false;
            if self.address.numbers().is_none() {
                in_trouble = self.look_up(&known).await;
            }
            in_trouble |= self.ask_those_that_failed().await;
            tokio::time::sleep(AT_MOST_EVERY).await;
            let pause = if in_trouble { IN_TROUBLE } else { USUALLY };
            let _ = tokio::time::timeout(pause, look.notified()).await;
        }
    }

    /// Whether something was wrong.
    async fn look_up(&mut self, known: &watch::Sender<Known>) -> bool {
        match self.find().await {
            Ok(addresses) => {
                if self.take_over(&addresses)
                    && let Some(backends) = &self.backends
                {
                    known.send_replace(Known::Backends(Arc::clone(backends)));
                }
                false
            }
            // Names that were found once and are not found now: those who answered may still answer.
            Err(_) if self.backends.is_some() => true,
            Err(error) => {
                let trouble = format!(
                    "cannot look up {}: {error}; is the address right?",
                    self.address
                );
                known.send_replace(Known::Trouble(trouble.into()));
                true
            }
        }
    }

    async fn find(&self) -> io::Result<BTreeMap<SocketAddr, Place>> {
        let mut found = BTreeMap::new();
        for place in &self.address.places {
            let addresses = (self.resolve)(place.host.clone(), place.port).await?;
            found.extend(
                addresses
                    .into_iter()
                    .map(|address| (address, place.clone())),
            );
        }
        if found.is_empty() {
            return Err(io::Error::new(
                io::ErrorKind::NotFound,
                "the name has no address",
            ));
        }
        Ok(found)
    }

    /// Keeps the connections to those that stay; whether anything changed.
    fn take_over(&mut self, found: &BTreeMap<SocketAddr, Place>) -> bool {
        let before = self.backends.clone();
        if before
            .as_ref()
            .is_some_and(|it| it.addresses().eq(found.keys().copied()))
        {
            return false;
        }
        let kept = |address| {
            before
                .as_ref()
                .and_then(|it| it.at(address))
                .map(Arc::clone)
        };
        let all = found
            .iter()
            .map(|(&address, place)| {
                kept(address).unwrap_or_else(|| Arc::new(self.backend(address, place)))
            })
            .collect();
        self.backends = Backends::new(all).map(Arc::new);
        true
    }

    fn backend(&self, address: SocketAddr, place: &Place) -> Backend {
        let host: Arc<str> = place.host.as_str().into();
        let origin = self.address.origin(place);
        let channel = channel(address, &origin, self.dial.clone(), Arc::clone(&host));
        Backend::new(address, host, channel)
    }

    /// Whether some are still down.
    async fn ask_those_that_failed(&self) -> bool {
        let mut some_are_down = false;
        for backend in self.backends.iter().flat_map(|it| it.down()) {
            let connection = self.dial.clone().connect(backend.address(), backend.host());
            match connection.await {
                Ok(_) => backend.is_back(),
                Err(_) => some_are_down = true,
            }
        }
        some_are_down
    }
}

async fn system(host: String, port: u16) -> io::Result<Vec<SocketAddr>> {
    Ok(tokio::net::lookup_host((host, port)).await?.collect())
}

fn channel(address: SocketAddr, origin: &str, dial: Dial, host: Arc<str>) -> Channel {
    // The scheme is that of the connection below TLS, which `dial` makes itself.
    let endpoint = Endpoint::from_shared(format!("http://{address}"))
        .expect("a socket address is an authority")
        .origin(origin.parse().expect("an address is a URI"))
        .http2_keep_alive_interval(Duration::from_secs(30))
        .keep_alive_while_idle(true);
    let connect = service_fn(move |_| dial.clone().connect(address, Arc::clone(&host)));
    endpoint.connect_with_connector_lazy(connect)
}
