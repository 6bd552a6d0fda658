//! Lets in who has a key with the role that a method needs, within its quota.

use std::collections::HashMap;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::header::AUTHORIZATION;
use http::{Request, Response};
use jiff::Timestamp;
use synthsmith_security::{Admission, Gate, Refusal, Role};
use tonic::body::Body;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};
use tower::Service;

use crate::holding::Holding;

/// Who calls, as its key proves; in the extensions of a request where a daemon has keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller(pub Arc<str>);

/// Who may call what.
#[derive(Debug, Clone)]
pub struct Access {
    pub gate: Arc<Gate>,
    /// By the path of a method; others need an operator.
    pub roles: Arc<HashMap<String, Role>>,
}

#[derive(Debug, Clone)]
pub(crate) struct Authorize<S> {
    pub(crate) inner: S,
    /// Without it, anybody may call anything.
    pub(crate) access: Option<Access>,
}

impl<S> Service<Request<Body>> for Authorize<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let Some(access) = &self.access else {
            return Box::pin(self.inner.call(request));
        };
        match access.admit(&mut request) {
            Ok(admission) => {
                let answer = self.inner.call(request);
                // The call is in work until its last byte was sent.
                let in_work = |body| Body::new(Holding::new(body, admission));
                Box::pin(async move { Ok(answer.await?.map(in_work)) })
            }
            Err(refusal) => Box::pin(std::future::ready(Ok(status(&refusal).into_http()))),
        }
    }
}

// === impl Access ===

impl Access {
    fn admit(&self, request: &mut Request<Body>) -> Result<Admission, Refusal> {
        // Nobody after this needs the key.
        let authorization = request.headers_mut().remove(AUTHORIZATION);
        let needed = self.roles.get(request.uri().path());
        let admission = self.gate.admit(
            authorization.as_ref().map(http::HeaderValue::as_bytes),
            needed.copied().unwrap_or(Role::Operator),
            Timestamp::now(),
        )?;
        tracing::Span::current().record("enduser.id", &*admission.principal);
        let caller = Caller(Arc::clone(&admission.principal));
        request.extensions_mut().insert(caller);
        Ok(admission)
    }
}

fn status(refusal: &Refusal) -> Status {
    let code = match refusal {
        Refusal::NoKey | Refusal::Malformed | Refusal::Unknown | Refusal::Expired { .. } => {
            Code::Unauthenticated
        }
        Refusal::RoleTooLow { .. } => Code::PermissionDenied,
        Refusal::QuotaExhausted { .. } => Code::ResourceExhausted,
    };
    tracing::debug!(reason = refusal.reason(), "call refused");
    let mut details = ErrorDetails::with_error_info(
        refusal.reason(),
        "rpc.synthsmith",
        HashMap::<String, String>::new(),
    );
    if let Some(delay) = refusal.retry_after() {
        details.set_retry_info(Some(delay));
    }
    Status::with_error_details(code, refusal.to_string(), details)
}
