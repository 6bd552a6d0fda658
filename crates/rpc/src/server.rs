//! The middleware stack around each business service. Health and reflection stay bare, so that a
//! busy server still answers its probes.

use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::{Request, Response};
use tokio::sync::Semaphore;
use tonic::body::Body;
use tonic::server::NamedService;
use tower::limit::GlobalConcurrencyLimitLayer;
use tower::util::BoxCloneSyncService;
use tower::{Service, ServiceBuilder};

use crate::authorize::{Access, Authorize};
use crate::deadline::DeadlineLayer;
use crate::observe::{Methods, Observe};
use crate::rescue::Rescue;

/// How much a server takes on.
#[derive(Debug, Clone, Copy)]
pub struct Guards {
    /// Calls whose answer has not begun, over all connections.
    pub max_calls: usize,
    /// The longest a call may take to begin its answer.
    pub max_deadline: Duration,
}

/// A service within the stack, under the name of the service it guards.
#[derive(Debug)]
pub struct Guarded<S> {
    stack: BoxCloneSyncService<Request<Body>, Response<Body>, Infallible>,
    _service: std::marker::PhantomData<fn() -> S>,
}

/// Puts the stack around a service that has `methods`.
///
/// With `access`, only who has a key may call.
pub fn guard<S>(service: S, guards: Guards, methods: Methods, access: Option<Access>) -> Guarded<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>
        + Clone
        + Send
        + Sync
        + 'static,
    S::Future: Send + 'static,
{
    let permits = Arc::new(Semaphore::new(guards.max_calls));
    let limited = ServiceBuilder::new()
        // A full server says so at once instead of queueing without bound.
        .load_shed()
        // One bound for the process, not one per connection.
        .layer(GlobalConcurrencyLimitLayer::with_semaphore(permits))
        // Inside the limit, so that time spent on a refused call is never counted.
        .layer(DeadlineLayer {
            cap: guards.max_deadline,
        })
        .service(service);
    // Errors of the layers and panics become statuses before they are measured.
    let rescued = Rescue(limited);
    // Before the limit: who may not call takes nobody's place.
    let admitted = Authorize {
        inner: rescued,
        access,
    };
    // Outermost: the span and the measure cover all of the above.
    let observed = Observe {
        inner: admitted,
        methods,
    };
    Guarded {
        stack: BoxCloneSyncService::new(observed),
        _service: std::marker::PhantomData,
    }
}

// === impl Guarded ===

impl<S> Clone for Guarded<S> {
    fn clone(&self) -> Self {
        Self {
            stack: self.stack.clone(),
            _service: std::marker::PhantomData,
        }
    }
}

impl<S> Service<Request<Body>> for Guarded<S> {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = <BoxCloneSyncService<Request<Body>, Response<Body>, Infallible> as Service<
        Request<Body>,
    >>::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.stack.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        self.stack.call(request)
    }
}

impl<S: NamedService> NamedService for Guarded<S> {
    const NAME: &'static str = S::NAME;
}
