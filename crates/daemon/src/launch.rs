//! Start, bind, serve, drain: the life of a component.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::time::Duration;

use anyhow::Context as _;
use synthsmith_telemetry::Telemetry;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::admin;
use crate::component::{Component, Context, Parts};
use crate::config::ServerConfig;
use crate::health::Health;
use crate::incoming::Incoming;
use crate::security::Security;
use crate::{http_gate, http_server};

/// A component that serves.
#[derive(Debug)]
pub struct Running {
    name: &'static str,
    scheme: &'static str,
    address: SocketAddr,
    second_address: Option<SocketAddr>,
    draining: CancellationToken,
    end: JoinHandle<anyhow::Result<()>>,
}

type Serving = Pin<Box<dyn Future<Output = anyhow::Result<()>> + Send>>;

/// Starts a component and serves it until [`Running::drain`].
pub async fn launch<C: Component>(
    config: C::Config,
    server: &ServerConfig,
    security: &Security,
    telemetry: &Telemetry,
) -> anyhow::Result<Running> {
    security
        .check_exposure(server.listen)
        .with_context(|| format!("cannot start the {}", C::NAME))?;
    let draining = CancellationToken::new();
    let context = Context::new(server, security.clone(), draining.clone());
    let mut parts = C::start(config, context)
        .await
        .with_context(|| format!("cannot start the {}", C::NAME))?;
    let listener = bind(server.listen).await?;
    let address = listener.local_addr()?;
    if let Some(admin) = server.admin_listen {
        let router = admin::router(telemetry.clone(), draining.clone());
        tokio::spawn(axum::serve(bind(admin).await?, router).into_future());
    }
    let closing = parts.closing.take();
    let second = match parts.second.take() {
        Some((port, router)) => Some((bind(port.beside(server.listen)).await?, router)),
        None => None,
    };
    let second_address = second
        .as_ref()
        .map(|(listener, _)| listener.local_addr())
        .transpose()?;
    let http = |router, listener| serve_http(router, listener, security, draining.clone());
    let serving = match parts.http.take() {
        Some(router) => http(router, listener)?,
        None => serve_grpc(parts, listener, server, security, draining.clone()).await?,
    };
    let serving = match second {
        Some((listener, router)) => both(serving, http(router, listener)?),
        None => serving,
    };
    let grace = Duration::from_secs(server.grace_seconds);
    let end = tokio::spawn(until_drained(serving, draining.clone(), grace, closing));
    tracing::info!(daemon = C::NAME, %address, "serving");
    if let Some(address) = second_address {
        tracing::info!(daemon = C::NAME, %address, "serving HTTP as well");
    }
    Ok(Running {
        name: C::NAME,
        scheme: security.scheme(),
        address,
        second_address,
        draining,
        end,
    })
}

async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address}; is something else using the port?"))
}

fn serve_http(
    router: axum::Router,
    listener: TcpListener,
    security: &Security,
    draining: CancellationToken,
) -> anyhow::Result<Serving> {
    let incoming = Incoming::start(listener, security.server_tls("http/1.1")?);
    let router = http_gate::guard(router, security.gate());
    Ok(Box::pin(async move {
        http_server::serve(incoming, router, draining).await;
        Ok(())
    }))
}

/// Ends when both have, or when one breaks down.
fn both(first: Serving, second: Serving) -> Serving {
    Box::pin(async move { tokio::try_join!(first, second).map(|_| ()) })
}

async fn serve_grpc(
    mut parts: Parts,
    listener: TcpListener,
    server: &ServerConfig,
    security: &Security,
    draining: CancellationToken,
) -> anyhow::Result<Serving> {
    let incoming = Incoming::start(listener, security.server_tls("h2")?);
    let (reporter, health_service) = tonic_health::server::health_reporter();
    let health = Health::starting(reporter, parts.service_names.clone()).await;
    parts.grpc.add_service(health_service);
    if server.reflection
        && let Some(descriptors) = parts.descriptors
    {
        let names = &parts.service_names;
        let (current, older) = (
            reflection(names, descriptors).build_v1()?,
            // Many clients, such as Python's, know no other.
            reflection(names, descriptors).build_v1alpha()?,
        );
        parts.grpc.add_service(current).add_service(older);
    }
    let routes = parts.grpc.routes();
    Ok(Box::pin(async move {
        health.serving().await;
        let drained = async {
            draining.cancelled_owned().await;
            health.draining().await;
        };
        tonic::transport::Server::builder()
            .http2_keepalive_interval(Some(Duration::from_secs(30)))
            .add_routes(routes)
            .serve_with_incoming_shutdown(incoming, drained)
            .await?;
        Ok(())
    }))
}

fn reflection<'a>(
    service_names: &[&'static str],
    descriptors: &'a [u8],
) -> tonic_reflection::server::Builder<'a> {
    let builder = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(descriptors)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .with_service_name("grpc.health.v1.Health");
    service_names
        .iter()
        .fold(builder, |builder, name| builder.with_service_name(*name))
}

/// Serves until the last call has ended after the drain began, at most `grace` longer.
async fn until_drained(
    serving: Serving,
    draining: CancellationToken,
    grace: Duration,
    closing: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
) -> anyhow::Result<()> {
    let too_late = async {
        draining.cancelled().await;
        tokio::time::sleep(grace).await;
    };
    let result = tokio::select! {
        result = serving => result,
        () = too_late => {
            tracing::warn!(grace_seconds = grace.as_secs(), "calls were still in work and are dropped");
            Ok(())
        }
    };
    if let Some(closing) = closing {
        closing.await;
    }
    result
}

// === impl Running ===

impl Running {
    pub fn name(&self) -> &'static str {
        self.name
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it serves HTTP beside gRPC, if it does.
    pub fn second_address(&self) -> Option<SocketAddr> {
        self.second_address
    }

    /// The address for clients in the same host.
    pub fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }

    /// Ends when the component no longer serves, asked or not.
    pub async fn ended(&mut self) -> anyhow::Result<()> {
        (&mut self.end)
            .await
            .with_context(|| format!("the {} broke down", self.name))?
    }

    /// Takes no more calls, lets those in work end, and closes.
    pub async fn drain(mut self) -> anyhow::Result<()> {
        self.draining.cancel();
        self.ended().await
    }
}
