//! HTTP on connections as they arrive.

use std::convert::Infallible;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use futures::StreamExt as _;
use http::Request;
use hyper::body::Incoming as Body;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use crate::incoming::{Incoming, Peer};

/// For the head of a request, and between two requests of a connection.
const HEAD_LIMIT: Duration = Duration::from_secs(75);

/// Serves until `draining`, and then until the last request that had begun has its answer.
pub(crate) async fn serve(incoming: Incoming, router: Router, draining: CancellationToken) {
    let graceful = GracefulShutdown::new();
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_LIMIT);
    let mut incoming = pin!(incoming);
    loop {
        let connection = tokio::select! {
            connection = incoming.next() => connection,
            () = draining.cancelled() => break,
        };
        let Some(Ok(connection)) = connection else {
            break;
        };
        let (router, peer) = (router.clone(), Peer(connection.peer()));
        let service = service_fn(move |mut request: Request<Body>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            answer(router.clone(), request)
        });
        let served = graceful.watch(builder.serve_connection(TokioIo::new(connection), service));
        tokio::spawn(async move {
            // A client that broke off has nobody to tell.
            let _ = served.await;
        });
    }
    graceful.shutdown().await;
}

async fn answer(
    router: Router,
    request: Request<Body>,
) -> Result<axum::response::Response, Infallible> {
    router.oneshot(request.map(axum::body::Body::new)).await
}
