//! A response body that knows how its call ended.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http_body::{Body as HttpBody, Frame, SizeHint};
use tonic::Status;
use tonic::body::Body;

use crate::observe::Call;

/// Passes a body on and reads the status from its trailers.
#[derive(Debug)]
pub(crate) struct ObservedBody {
    inner: Body,
    call: Call,
}

impl ObservedBody {
    pub(crate) fn new(inner: Body, call: Call) -> Self {
        Self { inner, call }
    }
}

impl HttpBody for ObservedBody {
    type Data = <Body as HttpBody>::Data;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Status>>> {
        let this = &mut *self;
        let span = this.call.span().clone();
        let frame = ready!(span.in_scope(|| Pin::new(&mut this.inner).poll_frame(cx)));
        if let Some(Ok(frame)) = &frame
            && let Some(trailers) = frame.trailers_ref()
        {
            this.call.end_if_told(trailers);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
