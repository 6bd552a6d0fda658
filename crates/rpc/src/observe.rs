//! The outermost layer: trace and item in, a span around the call, one measure at its end.

use std::collections::HashSet;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use http::{HeaderMap, Request, Response};
use tonic::body::Body;
use tonic::{Code, Status};
use tower::Service;
use tracing::{Instrument as _, Span};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use crate::observed_body::ObservedBody;
use crate::{Item, trace_context};

#[derive(Debug, Clone)]
pub(crate) struct Observe<S> {
    pub(crate) inner: S,
    pub(crate) methods: Methods,
}

/// The methods of a service, by their paths.
///
/// Each has measures of its own; what callers make up shares one, so that nobody can fill the memory with names.
#[derive(Debug, Clone)]
pub struct Methods(Arc<HashSet<Arc<str>>>);

/// What stands for a method that the service does not have.
const UNKNOWN: &str = "unknown";

/// A call under way; measured and logged once, when it is dropped.
#[derive(Debug)]
pub(crate) struct Call {
    method: Arc<str>,
    span: Span,
    began: Instant,
    code: Option<Code>,
}

impl<S> Service<Request<Body>> for Observe<S>
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

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let item = Item::read(request.headers());
        let method = self.methods.name(request.uri().path());
        let mut call = Call::begin(method, &item, request.headers());
        let span = call.span.clone();
        let answer = span.in_scope(|| self.inner.call(request));
        Box::pin(async move {
            let response = item.scope(answer.instrument(span)).await?;
            // A call that failed at once has its status in the headers, others in the trailers.
            call.end_if_told(response.headers());
            Ok(response.map(|body| Body::new(ObservedBody::new(body, call))))
        })
    }
}

// === impl Methods ===

impl Methods {
    /// `paths` are of the form `/package.Service/Method`.
    pub fn new(paths: impl IntoIterator<Item = String>) -> Self {
        let names = paths.into_iter();
        Self(Arc::new(
            names
                .map(|path| path.trim_start_matches('/').into())
                .collect(),
        ))
    }

    fn name(&self, path: &str) -> Arc<str> {
        let known = self.0.get(path.trim_start_matches('/'));
        known.map_or_else(|| Arc::from(UNKNOWN), Arc::clone)
    }
}

// === impl Call ===

impl Call {
    fn begin(method: Arc<str>, item: &Item, headers: &HeaderMap) -> Self {
        let span = tracing::info_span!(
            "rpc",
            otel.name = &*method,
            otel.kind = "server",
            rpc.system.name = "grpc",
            rpc.method = &*method,
            rpc.status_code = tracing::field::Empty,
            enduser.id = tracing::field::Empty,
            run.id = (!item.run_id.is_empty()).then_some(&item.run_id),
            task.id = (!item.task_id.is_empty()).then_some(&item.task_id),
        );
        // Without a subscriber there is nothing to attach the parent to.
        let _ = span.set_parent(trace_context::extract(headers));
        metrics::gauge!("synthsmith_rpc_in_flight", "method" => Arc::clone(&method)).increment(1.0);
        Self {
            method,
            span,
            began: Instant::now(),
            code: None,
        }
    }

    pub(crate) fn span(&self) -> &Span {
        &self.span
    }

    pub(crate) fn end_if_told(&mut self, headers: &HeaderMap) {
        if let Some(status) = Status::from_header_map(headers) {
            self.code = Some(status.code());
        }
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        // A body dropped before its trailers belongs to a caller that went away.
        let code = format!("{:?}", self.code.unwrap_or(Code::Cancelled));
        let seconds = self.began.elapsed().as_secs_f64();
        self.span.record("rpc.status_code", &code);
        let method = Arc::clone(&self.method);
        metrics::gauge!("synthsmith_rpc_in_flight", "method" => Arc::clone(&method)).decrement(1.0);
        metrics::histogram!("synthsmith_rpc_server_call_duration_seconds", "method" => method, "code" => code.clone())
            .record(seconds);
        self.span
            .in_scope(|| tracing::debug!(rpc.code = code, seconds, "call ended"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_callers_make_up_shares_one_name() {
        let methods = Methods::new(["/a.Service/Get".to_owned()]);
        let table = [
            ("/a.Service/Get", "a.Service/Get"),
            ("/a.Service/get", UNKNOWN),
            ("/a.Service/Get/x", UNKNOWN),
            ("/", UNKNOWN),
        ];
        for (path, name) in table {
            assert_eq!(&*methods.name(path), name, "{path}");
        }
    }
}
