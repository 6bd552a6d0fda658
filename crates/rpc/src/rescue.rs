//! Turns errors of the layers below into statuses: the one place that knows what each means.

use std::any::Any;
use std::convert::Infallible;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::FutureExt as _;
use http::{Request, Response};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};
use tower::load_shed::error::Overloaded;
use tower::{BoxError, Service};

use crate::deadline::DeadlineExceeded;

/// What a caller that met a full server is told to wait.
const OVERLOAD_DELAY: Duration = Duration::from_millis(500);

#[derive(Debug, Clone)]
pub(crate) struct Rescue<S>(pub(crate) S);

impl<S, B, R> Service<Request<B>> for Rescue<S>
where
    S: Service<Request<B>, Response = Response<R>, Error = BoxError>,
    S::Future: Send + 'static,
    R: Default + Send + 'static,
{
    type Response = Response<R>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<R>, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        // Below is a load shed, which is always ready; an error would end the connection.
        let _ = self.0.poll_ready(cx);
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let answer = AssertUnwindSafe(self.0.call(request)).catch_unwind();
        Box::pin(async move {
            Ok(match answer.await {
                Ok(Ok(response)) => response,
                Ok(Err(error)) => status(&*error).into_http(),
                Err(panic) => panicked(&*panic).into_http(),
            })
        })
    }
}

fn status(error: &(dyn std::error::Error + 'static)) -> Status {
    if is_caused_by::<Overloaded>(error) {
        let mut details = ErrorDetails::with_error_info(
            "SERVER_BUSY",
            "rpc.synthsmith",
            std::collections::HashMap::<String, String>::new(),
        );
        details.set_retry_info(Some(OVERLOAD_DELAY));
        return Status::with_error_details(
            Code::ResourceExhausted,
            "the server has all the calls it can take; ask again later",
            details,
        );
    }
    if is_caused_by::<DeadlineExceeded>(error) {
        return Status::deadline_exceeded(error.to_string());
    }
    tracing::error!(error = crate::error::chain(error), "unforeseen layer error");
    Status::internal("internal error; the log tells more")
}

fn panicked(panic: &(dyn Any + Send)) -> Status {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    tracing::error!(panic = text, "a handler panicked");
    Status::internal("internal error; the log tells more")
}

fn is_caused_by<E: std::error::Error + 'static>(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<E>() {
            return true;
        }
        cause = error.source();
    }
    false
}
