//! Answers, which count as long as they are not taken, and not for ever.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use serde::Serialize;

use crate::service::intake::Portion;

/// How long a caller may leave an answer lying.
const PATIENCE: Duration = Duration::from_mins(1);
const PIECE_BYTES: usize = 64 << 10;

/// The JSON of a value. The portion is that of the request; it is kept until the answer is taken.
pub(super) fn json<T: Serialize>(value: &T, portion: Portion) -> Response {
    let text = serde_json::to_vec(value).expect("our own shapes have JSON");
    let mut response = Response::new(body(text, portion));
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

fn body(text: Vec<u8>, portion: Portion) -> Body {
    if text.len() <= PIECE_BYTES {
        return Body::from(text);
    }
    // What is already there cannot be refused, but others can wait for it.
    portion.grow(text.len() as u64);
    let lying = Lying::new(text, portion);
    tokio::spawn(given_up(Arc::downgrade(&lying.0), PATIENCE));
    Body::new(lying)
}

/// An answer of which the caller takes piece by piece.
struct Lying(Arc<Mutex<Rest>>);

struct Rest {
    text: Bytes,
    taken: usize,
    /// `None` where it was given up.
    portion: Option<Portion>,
}

/// Lets go of an answer that nobody takes any of for so long.
async fn given_up(lying: Weak<Mutex<Rest>>, patience: Duration) {
    let mut seen = 0;
    loop {
        tokio::time::sleep(patience).await;
        let Some(rest) = lying.upgrade() else {
            return;
        };
        let mut rest = rest.lock().unwrap_or_else(PoisonError::into_inner);
        if rest.taken == seen {
            rest.text = Bytes::new();
            rest.portion = None;
            return;
        }
        seen = rest.taken;
    }
}

// === impl Lying ===

impl Lying {
    fn new(text: Vec<u8>, portion: Portion) -> Self {
        let rest = Rest {
            text: text.into(),
            taken: 0,
            portion: Some(portion),
        };
        Self(Arc::new(Mutex::new(rest)))
    }

    fn lock(&self) -> MutexGuard<'_, Rest> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl http_body::Body for Lying {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let mut rest = self.lock();
        Poll::Ready(rest.next().transpose().map(|piece| piece.map(Frame::data)))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.lock().text.len() as u64)
    }
}

// === impl Rest ===

impl Rest {
    fn next(&mut self) -> io::Result<Option<Bytes>> {
        if self.portion.is_none() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        let count = self.text.len().min(PIECE_BYTES);
        self.taken += count;
        // Copied, or a piece that is not yet sent would keep the whole.
        let piece = Bytes::copy_from_slice(&self.text.split_to(count));
        Ok(Some(piece).filter(|piece| !piece.is_empty()))
    }
}

#[cfg(test)]
mod tests {
    use http_body::Body as _;

    use super::*;
    use crate::service::intake::Intake;

    fn lying(size: usize) -> (Intake, Lying) {
        let intake = Intake::new(1 << 30);
        let portion = intake.portion(None);
        portion.grow(1 << 29);
        (intake, Lying::new(vec![7; size], portion))
    }

    async fn taken(lying: &mut Lying) -> Option<io::Result<usize>> {
        let frame = std::future::poll_fn(|cx| Pin::new(&mut *lying).poll_frame(cx)).await?;
        Some(frame.map(|frame| frame.data_ref().map_or(0, Bytes::len)))
    }

    #[tokio::test]
    async fn an_answer_is_taken_in_pieces() {
        let (_, mut lying) = lying(PIECE_BYTES + 1);
        assert_eq!(lying.size_hint().exact(), Some(PIECE_BYTES as u64 + 1));
        assert_eq!(taken(&mut lying).await.unwrap().unwrap(), PIECE_BYTES);
        assert_eq!(taken(&mut lying).await.unwrap().unwrap(), 1);
        assert!(taken(&mut lying).await.is_none());
    }

    #[tokio::test]
    async fn an_answer_that_nobody_takes_is_let_go() {
        let (intake, mut lying) = lying(PIECE_BYTES);
        assert!(!intake.portion(None).grow(1), "it counts");
        given_up(Arc::downgrade(&lying.0), Duration::ZERO).await;
        assert!(intake.portion(None).grow(1));
        let error = taken(&mut lying).await.unwrap().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }
}
