//! Calls in turn to every address of a service.
//!
//! A channel of tonic's holds on to one connection, so that of many replicas one would have all the work, and new ones
//! none. Here a task looks the names up again and again, and asks those that failed whether they are back, so that no
//! call is spent on finding out.

mod backend;
mod lookout;
#[cfg(test)]
mod tests;

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Request, Response};
use http_body_util::BodyExt as _;
use tokio::sync::{Notify, watch};
use tonic::body::Body;
use tonic::{Code, Status};
use tower::{Service, ServiceExt as _};

use super::address::Address;
use super::dial::Dial;
use crate::error::chain;
use backend::{Backend, Backends};
use lookout::Lookout;

/// A channel to all replicas of a service; cheap to clone.
#[derive(Debug, Clone)]
pub struct Balanced {
    known: watch::Receiver<Known>,
    group: Arc<Group>,
}

/// What the lookout knows.
#[derive(Debug, Clone)]
enum Known {
    NothingYet,
    /// At least one.
    Backends(Arc<Backends>),
    /// None, and why.
    Trouble(Arc<str>),
}

/// Ends the lookout when the last clone of the channel is gone.
#[derive(Debug)]
struct Group {
    look: Arc<Notify>,
}

// === impl Balanced ===

impl Balanced {
    pub(super) fn start(address: Address, dial: Dial) -> Self {
        Self::watching(Lookout::new(address, dial))
    }

    fn watching(mut lookout: Lookout) -> Self {
        let known = match lookout.only() {
            Some(backends) => Known::Backends(backends),
            None => Known::NothingYet,
        };
        let (sender, receiver) = watch::channel(known);
        let look = Arc::new(Notify::new());
        tokio::spawn(lookout.run(sender, Arc::clone(&look)));
        Self {
            known: receiver,
            group: Arc::new(Group { look }),
        }
    }

    async fn backend(&mut self) -> Result<Arc<Backend>, Status> {
        let known = self
            .known
            .wait_for(|known| !matches!(known, Known::NothingYet))
            .await
            .map_err(|_| Status::internal("nobody looks up the addresses of the service"))?;
        match &*known {
            Known::Backends(backends) => Ok(backends.next()),
            Known::Trouble(trouble) => Err(Status::unavailable(&**trouble)),
            Known::NothingYet => Err(Status::unavailable(
                "no address of the service is known yet",
            )),
        }
    }

    async fn send(mut self, request: Request<Body>) -> Result<Response<Body>, Status> {
        let backend = self.backend().await?;
        let mut channel = backend.channel();
        let answer = match channel.ready().await {
            Ok(channel) => channel.call(request).await,
            Err(error) => Err(error),
        };
        let group = Arc::clone(&self.group);
        let tell = move |status: Status| {
            if status.code() == Code::Unavailable {
                backend.failed();
                group.look.notify_one();
            }
            status
        };
        match answer {
            Ok(response) => {
                Ok(response.map(|body| Body::new(body.map_err(move |error| tell(lost(error))))))
            }
            Err(error) => Err(tell(status(error))),
        }
    }
}

/// An answer that broke off. What a service itself says comes in trailers, so that this is the connection's end.
fn lost(error: Status) -> Status {
    match error.code() {
        Code::Unknown | Code::Cancelled => {
            Status::unavailable(format!("the answer broke off: {}", chain(&error)))
        }
        _ => error,
    }
}

/// A connection that was lost or never made, as any gRPC client tells it; tonic calls most of these unknown.
fn status(error: tonic::transport::Error) -> Status {
    let text = chain(&error);
    let status = Status::from_error(Box::new(error));
    let is_lost = matches!(status.code(), Code::Unknown | Code::Cancelled);
    // The caller's own deadline says nothing about the replica.
    if is_lost && !is_timeout(&status) {
        return Status::unavailable(text);
    }
    status
}

fn is_timeout(status: &Status) -> bool {
    let mut cause = std::error::Error::source(status);
    while let Some(error) = cause {
        if error.is::<tonic::TimeoutExpired>() {
            return true;
        }
        cause = error.source();
    }
    false
}

impl Service<Request<Body>> for Balanced {
    type Response = Response<Body>;
    type Error = Status;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Status>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Status>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        Box::pin(self.clone().send(request))
    }
}

// === impl Group ===

impl Drop for Group {
    fn drop(&mut self) {
        self.look.notify_one();
    }
}
