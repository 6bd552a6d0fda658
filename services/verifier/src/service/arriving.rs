//! The body of a request while it arrives: its size, the length of its list and its pace are bounded.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use synthsmith_rpc::error::into_status;
use tokio::time::{Instant, Sleep, sleep};
use tonic::Status;
use tonic::body::Body as TonicBody;

use super::entries::Entries;
use super::intake::Portion;
use crate::{Error, metrics, wire};

/// How long a caller may take for the next piece; what it has sent is held all the while.
const PATIENCE: Duration = Duration::from_secs(30);
/// Less than this is no piece, or else single bytes would do.
const PIECE_BYTES: usize = 64 << 10;

/// The list of a request, and how long it may be.
#[derive(Debug, Clone, Copy)]
pub(super) struct List {
    pub(super) field: &'static str,
    pub(super) max_entries: usize,
}

/// A body that ends with an error where it asks too much.
pub(super) struct Arriving {
    body: TonicBody,
    portion: Arc<Portion>,
    list: List,
    entries: Entries,
    patience: Duration,
    stalled: Pin<Box<Sleep>>,
    /// Since the pace was last found good.
    arrived_bytes: usize,
}

// === impl List ===

impl List {
    /// A list that is a little too long is decoded, so that all that is wrong with the request is told at once.
    fn entries(self) -> Entries {
        Entries::at_most(self.max_entries.saturating_mul(2))
    }
}

// === impl Arriving ===

impl Arriving {
    pub(super) fn new(body: TonicBody, portion: Arc<Portion>, list: List) -> Self {
        Self::with_patience(PATIENCE, body, portion, list)
    }

    fn with_patience(
        patience: Duration,
        body: TonicBody,
        portion: Arc<Portion>,
        list: List,
    ) -> Self {
        Self {
            body,
            portion,
            list,
            entries: list.entries(),
            patience,
            stalled: Box::pin(sleep(patience)),
            arrived_bytes: 0,
        }
    }

    fn take(&mut self, bytes: &[u8]) -> Result<(), Error> {
        if !self.portion.grow(bytes.len() as u64) {
            metrics::refused();
            return Err(Error::IntakeFull);
        }
        if !self.entries.are_few(bytes) {
            let List { field, max_entries } = self.list;
            return Err(wire::too_many(field, max_entries));
        }
        self.arrived_bytes += bytes.len();
        if self.arrived_bytes >= PIECE_BYTES {
            self.arrived_bytes = 0;
            self.stalled.as_mut().reset(Instant::now() + self.patience);
        }
        Ok(())
    }
}

impl Body for Arriving {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) else {
            ready!(self.stalled.as_mut().poll(cx));
            let error = Error::SenderStalled(self.patience);
            return Poll::Ready(Some(Err(into_status(&error))));
        };
        let bytes = frame
            .as_ref()
            .and_then(|frame| frame.as_ref().ok()?.data_ref());
        let taken = bytes.map_or(Ok(()), |bytes| self.take(bytes));
        Poll::Ready(match taken {
            Ok(()) => frame,
            Err(error) => Some(Err(into_status(&error))),
        })
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use tonic::Code;

    use super::super::intake::Intake;
    use super::*;

    const LIST: List = List {
        field: "inputs",
        max_entries: 1,
    };

    /// Brings what it has, and then nothing any more.
    struct Unended(Option<Bytes>);

    impl Body for Unended {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            let bytes = self.0.take();
            bytes.map_or(Poll::Pending, |bytes| {
                Poll::Ready(Some(Ok(Frame::data(bytes))))
            })
        }
    }

    fn arriving(patience: Duration, intake_bytes: u64, bytes: &[u8]) -> Arriving {
        let body = TonicBody::new(Unended(Some(Bytes::copy_from_slice(bytes))));
        let portion = Intake::new(intake_bytes).portion(None);
        Arriving::with_patience(patience, body, Arc::new(portion), LIST)
    }

    async fn read(body: &mut Arriving) -> Result<usize, Status> {
        let frame = std::future::poll_fn(|cx| Pin::new(&mut *body).poll_frame(cx)).await;
        let frame = frame.expect("it does not end")?;
        Ok(frame.data_ref().map_or(0, Bytes::len))
    }

    #[tokio::test]
    async fn a_body_that_brings_nothing_is_ended() {
        let mut body = arriving(Duration::ZERO, 100, b"\0\0\0");
        assert_eq!(read(&mut body).await.unwrap(), 3);
        let status = read(&mut body).await.unwrap_err();
        assert_eq!(status.code(), Code::DeadlineExceeded);
    }

    #[tokio::test]
    async fn only_a_whole_piece_buys_more_time() {
        let hour = Duration::from_hours(1);
        for (bytes, is_piece) in [(PIECE_BYTES - 1, false), (PIECE_BYTES, true)] {
            let mut body = arriving(hour, 1 << 30, &vec![0; bytes]);
            let began = body.stalled.deadline();
            tokio::time::sleep(Duration::from_millis(2)).await;
            read(&mut body).await.unwrap();
            assert_eq!(body.stalled.deadline() > began, is_piece, "{bytes}");
        }
    }

    #[tokio::test]
    async fn a_list_far_too_long_and_a_body_too_large_are_refused() {
        let entries = |count| [&[0, 0, 0, 0, 100], [0x12, 0].repeat(count).as_slice()].concat();
        let hour = Duration::from_hours(1);
        assert!(read(&mut arriving(hour, 100, &entries(2))).await.is_ok());
        let status = read(&mut arriving(hour, 100, &entries(3)))
            .await
            .unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument);
        assert!(status.message().contains("inputs"), "{status}");
        let status = read(&mut arriving(hour, 10, &entries(2)))
            .await
            .unwrap_err();
        assert_eq!(status.code(), Code::ResourceExhausted);
    }
}
