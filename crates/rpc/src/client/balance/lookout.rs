//! Looks up where a service is, and asks those that are new or have failed whether they are up.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use futures::{FutureExt as _, StreamExt as _};
use tokio::sync::{Notify, watch};
use tokio::time::Instant;
use tonic::Code;
use tonic::transport::{Channel, Endpoint};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
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
/// How long replicas are asked whether they are up.
const ASKED_FOR: Duration = Duration::from_secs(5);
/// The same, once the first has answered.
const AFTER_THE_FIRST: Duration = Duration::from_secs(1);

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

    /// The replica, where its address is a number and there is nothing to look up and nobody to choose.
    pub(super) fn only(&mut self) -> Option<Arc<Backends>> {
        let numbers = self.address.numbers().filter(|all| all.len() == 1)?;
        let places = self.address.places.iter().cloned();
        self.take_over(&numbers.into_iter().zip(places).collect());
        self.backends.clone()
    }

    /// Looks until the channel is gone.
    pub(super) async fn run(mut self, known: watch::Sender<Known>, look: Arc<Notify>) {
        while !known.is_closed() {
            let in_trouble = self.look_up(&known).await;
            tokio::time::sleep(AT_MOST_EVERY).await;
            let pause = if in_trouble { IN_TROUBLE } else { USUALLY };
            let _ = tokio::time::timeout(pause, look.notified()).await;
        }
    }

    /// Whether something was wrong.
    async fn look_up(&mut self, known: &watch::Sender<Known>) -> bool {
        match self.find().await {
            Ok((addresses, in_trouble)) => {
                let is_new = self.take_over(&addresses);
                let some_are_down = self.ask().await;
                if is_new && let Some(backends) = &self.backends {
                    known.send_replace(Known::Backends(Arc::clone(backends)));
                }
                in_trouble || some_are_down
            }
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

    /// All addresses, and whether a name was not found. A name that was found once and is not found now keeps those that
    /// it had: they may still answer.
    async fn find(&self) -> io::Result<(BTreeMap<SocketAddr, Place>, bool)> {
        let mut found = BTreeMap::new();
        let mut trouble = None;
        for place in &self.address.places {
            let addresses = match place.number() {
                Some(number) => Ok(vec![number]),
                None => (self.resolve)(place.host.clone(), place.port).await,
            };
            let addresses = addresses.unwrap_or_else(|error| {
                trouble = Some(error);
                self.known_by(place)
            });
            found.extend(addresses.into_iter().map(|it| (it, place.clone())));
        }
        if found.is_empty() {
            let nothing = || io::Error::new(io::ErrorKind::NotFound, "the name has no address");
            return Err(trouble.unwrap_or_else(nothing));
        }
        Ok((found, trouble.is_some()))
    }

    fn known_by(&self, place: &Place) -> Vec<SocketAddr> {
        let known = self.backends.iter().flat_map(|it| it.all());
        known
            .filter(|backend| *backend.host() == *place.host)
            .map(|backend| backend.address())
            .collect()
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

    /// Asks those that are down, all at once; whether some still are. Once one has answered, the others have little
    /// time left: they are asked again.
    async fn ask(&self) -> bool {
        let Some(backends) = &self.backends else {
            return false;
        };
        let down = backends.down();
        let mut answers: FuturesUnordered<_> = down.iter().map(|it| self.ask_one(it)).collect();
        let mut end = Instant::now() + ASKED_FOR;
        while let Ok(Some(is_up)) = tokio::time::timeout_at(end, answers.next()).await {
            if is_up {
                end = end.min(Instant::now() + AFTER_THE_FIRST);
            }
        }
        down.iter().any(|backend| backend.is_down())
    }

    async fn ask_one(&self, backend: &Backend) -> bool {
        let is_up = is_serving(&self.dial, backend).await;
        if is_up {
            backend.is_back();
        }
        is_up
    }
}

/// Asks for its health over a connection of its own. That it takes connections is not enough: so does a process that
/// hangs, and one that is about to end.
async fn is_serving(dial: &Dial, backend: &Backend) -> bool {
    let origin = format!("http://{}", backend.address());
    let endpoint = Endpoint::from_shared(origin).expect("a socket address is an authority");
    let (dial, address, host) = (dial.clone(), backend.address(), backend.host());
    let connect = service_fn(move |_| dial.clone().connect(address, Arc::clone(&host)));
    let Ok(channel) = endpoint.connect_with_connector(connect).await else {
        return false;
    };
    let asked = HealthClient::new(channel)
        .check(HealthCheckRequest::default())
        .await;
    match asked {
        Ok(answer) => answer.into_inner().status() == ServingStatus::Serving,
        // Whatever else answers so has no health to tell.
        Err(status) => !matches!(status.code(), Code::Unavailable | Code::Cancelled),
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
