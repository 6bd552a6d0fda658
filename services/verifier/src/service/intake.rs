//! Bounds what is held of requests that are still being received.
//!
//! A request is decoded whole before anybody looks at it, and may be large; many at a time must not fill the memory.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use synthsmith_rpc::error::into_status;
use tonic::Status;
use tonic::body::Body as TonicBody;

use crate::{Error, metrics};

#[derive(Debug, Clone)]
pub(super) struct Intake {
    held_bytes: Arc<AtomicU64>,
    max_bytes: u64,
}

/// A body that counts what was read of it, until it is dropped.
struct Metered {
    body: TonicBody,
    intake: Intake,
    counted_bytes: u64,
}

// === impl Intake ===

impl Intake {
    pub(super) fn new(max_bytes: u64) -> Self {
        Self {
            held_bytes: Arc::default(),
            max_bytes,
        }
    }

    pub(super) fn metered(&self, body: TonicBody) -> TonicBody {
        TonicBody::new(Metered {
            body,
            intake: self.clone(),
            counted_bytes: 0,
        })
    }
}

// === impl Metered ===

impl Metered {
    /// Whether there is room for more.
    fn count(&mut self, bytes: u64) -> bool {
        self.counted_bytes += bytes;
        let held = self.intake.held_bytes.fetch_add(bytes, Ordering::Relaxed);
        held.saturating_add(bytes) <= self.intake.max_bytes
    }
}

impl Body for Metered {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        let read = frame
            .as_ref()
            .and_then(|frame| frame.as_ref().ok()?.data_ref().map(Bytes::len));
        if self.count(read.unwrap_or(0) as u64) {
            return Poll::Ready(frame);
        }
        metrics::refused();
        Poll::Ready(Some(Err(into_status(&Error::IntakeFull))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Metered {
    fn drop(&mut self) {
        let held = &self.intake.held_bytes;
        held.fetch_sub(self.counted_bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use tonic::Code;

    use super::*;

    fn body(text: &'static str) -> TonicBody {
        TonicBody::new(text.to_owned())
    }

    fn read(body: &mut TonicBody) -> Result<usize, Code> {
        let mut context = Context::from_waker(Waker::noop());
        match Pin::new(body).poll_frame(&mut context) {
            Poll::Ready(Some(Ok(frame))) => Ok(frame.data_ref().map_or(0, Bytes::len)),
            Poll::Ready(Some(Err(status))) => Err(status.code()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_held_of_all_requests_together_is_bounded() {
        let intake = Intake::new(10);
        let mut first = intake.metered(body("123456"));
        assert_eq!(read(&mut first), Ok(6));
        let mut second = intake.metered(body("12345"));
        assert_eq!(read(&mut second), Err(Code::ResourceExhausted));
        drop(second);
        let mut third = intake.metered(body("1234"));
        assert_eq!(read(&mut third), Ok(4));
        drop((first, third));
        assert_eq!(intake.held_bytes.load(Ordering::Relaxed), 0);
    }
}
