//! Requests while they arrive: their size, their pace and what all of them hold in memory are bounded.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use bytes::Bytes;
use futures::StreamExt as _;
use serde::de::DeserializeOwned;
use synthsmith_rpc::Caller;
use tokio::time::{Instant, sleep, timeout, timeout_at};

use super::refusal::{Flaw, Refusal};
use super::{Edges, text};
use crate::client::Client;
use crate::metrics;
use crate::service::intake::{Peer, Portion};

/// How long a caller may take for the next piece; what it has sent is held all the while.
const PATIENCE: Duration = Duration::from_secs(30);
/// Less than this is no piece, or else single bytes would do.
const PIECE_BYTES: usize = 64 << 10;
/// How often one looks whether there is room for a body.
const PAUSE: Duration = Duration::from_millis(100);
/// The body and what is read from it are held at the same time.
const COPIES: u64 = 2;
/// How long a body that is refused is read on, since many callers listen only after they have sent all.
const FAREWELL: Duration = Duration::from_secs(5);

/// A request of a protocol, which counts as long as the portion is kept.
#[derive(Debug)]
pub(super) struct Asked<T> {
    pub(super) client: Client,
    pub(super) request: T,
    pub(super) portion: Portion,
}

impl Edges {
    /// Waits until then for room, and then for the body.
    pub(super) async fn asked<T: DeserializeOwned>(
        &self,
        request: Request,
        begin_by: Instant,
    ) -> Result<Asked<T>, Refusal> {
        let extensions = request.extensions();
        let address = extensions.get::<ConnectInfo<synthsmith_daemon::Peer>>();
        let peer = address.map(|ConnectInfo(peer)| peer.0.ip().to_canonical());
        let client = client(extensions.get(), request.headers(), peer)?;
        let announced_bytes = length(request.headers()).unwrap_or(0);
        let max_bytes = self.config.http_max_body_bytes;
        if announced_bytes > max_bytes as u64 {
            let _ = timeout(FAREWELL, rest_of(request.into_body())).await;
            return Err(Refusal::TooLarge { max_bytes });
        }
        let portion = self.room(peer, announced_bytes, begin_by).await?;
        let body = Arriving {
            body: request.into_body(),
            announced_bytes,
            max_bytes,
        };
        let body = body.whole(PATIENCE, &portion).await?;
        Ok(Asked {
            client,
            request: text::read(&body)?,
            portion,
        })
    }

    async fn room(&self, peer: Peer, bytes: u64, begin_by: Instant) -> Result<Portion, Refusal> {
        loop {
            let portion = self.intake.portion(peer);
            if portion.grow(COPIES * bytes) {
                return Ok(portion);
            }
            drop(portion);
            if Instant::now() + PAUSE >= begin_by {
                return Err(no_room());
            }
            sleep(PAUSE).await;
        }
    }
}

fn client(proven: Option<&Caller>, headers: &HeaderMap, peer: Peer) -> Result<Client, Refusal> {
    let name = headers.get(Client::KEY).map(HeaderValue::as_bytes);
    Client::of(proven, name, peer).map_err(|flaw| {
        Refusal::Unfit(vec![Flaw {
            kind: "value_error",
            loc: vec!["header".into(), Client::KEY.into()],
            msg: flaw.to_owned(),
        }])
    })
}

fn length(headers: &HeaderMap) -> Option<u64> {
    let length = headers.get(header::CONTENT_LENGTH)?;
    length.to_str().ok()?.parse().ok()
}

async fn rest_of(body: Body) {
    let mut pieces = body.into_data_stream();
    while let Some(Ok(_)) = pieces.next().await {}
}

fn no_room() -> Refusal {
    metrics::refused();
    Refusal::Later {
        status: StatusCode::SERVICE_UNAVAILABLE,
        come_back_in: Duration::from_secs(1),
        reason: "more is being received than fits into memory".to_owned(),
    }
}

struct Arriving {
    body: Body,
    announced_bytes: u64,
    max_bytes: usize,
}

impl Arriving {
    async fn whole(self, patience: Duration, portion: &Portion) -> Result<Bytes, Refusal> {
        let mut whole = Vec::with_capacity(self.announced_bytes as usize);
        let mut pieces = self.body.into_data_stream();
        let mut piece_bytes = 0;
        let mut stalled = Instant::now() + patience;
        loop {
            let piece = timeout_at(stalled, pieces.next()).await;
            let Some(piece) = piece.map_err(|_| Refusal::Stalled(patience))? else {
                return Ok(whole.into());
            };
            let piece = piece.map_err(|_| Refusal::Unread)?;
            if whole.len() + piece.len() > self.max_bytes {
                let max_bytes = self.max_bytes;
                return Err(Refusal::TooLarge { max_bytes });
            }
            whole.extend_from_slice(&piece);
            let is_announced = whole.len() as u64 <= self.announced_bytes;
            if !is_announced && !portion.grow(COPIES * piece.len() as u64) {
                return Err(no_room());
            }
            piece_bytes += piece.len();
            if piece_bytes >= PIECE_BYTES {
                piece_bytes = 0;
                stalled = Instant::now() + patience;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use futures::stream;

    use super::*;
    use crate::service::intake::Intake;

    fn arriving(pieces: &[&'static [u8]]) -> Arriving {
        let pieces: Vec<_> = pieces.iter().copied().map(Bytes::from_static).collect();
        let pieces = stream::iter(pieces).map(Ok::<_, Infallible>);
        Arriving {
            body: Body::from_stream(pieces.chain(stream::pending())),
            announced_bytes: 0,
            max_bytes: 8,
        }
    }

    #[tokio::test]
    async fn what_is_too_large_or_too_much_or_too_slow_is_refused() {
        let roomy = Intake::new(1 << 20);
        let portion = roomy.portion(None);
        let hour = Duration::from_hours(1);
        let whole = arriving(&[b"12345", b"6789"]).whole(hour, &portion);
        assert_eq!(whole.await, Err(Refusal::TooLarge { max_bytes: 8 }));
        let whole = arriving(&[b"12345"]).whole(Duration::ZERO, &portion);
        assert_eq!(whole.await, Err(Refusal::Stalled(Duration::ZERO)));
        let narrow = Intake::new(8);
        let whole = arriving(&[b"12345"])
            .whole(hour, &narrow.portion(None))
            .await;
        assert!(matches!(whole, Err(Refusal::Later { .. })), "{whole:?}");
    }
}
