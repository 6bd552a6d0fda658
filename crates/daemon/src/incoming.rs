//! Connections as they arrive, protected where the process has a certificate.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::Stream;
use rustix::net::sockopt;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_util::either::Either;
use tonic::transport::server::{Connected, TcpConnectInfo};

use crate::connections::{Connections, Place};
use crate::security::ServerTls;

/// For the first byte, or the handshake: who is slower is no client.
const OPENING_LIMIT: Duration = Duration::from_secs(10);
/// After so long without a byte the system asks whether the other side is still there.
const KEEPALIVE_AFTER: Duration = Duration::from_mins(1);
/// When no connection can be taken, for example because files are used up.
const PAUSE_AFTER_FAULT: Duration = Duration::from_millis(100);

type Io = Either<TcpStream, Box<TlsStream<TcpStream>>>;

/// A connection of a client.
#[derive(Debug)]
pub(crate) struct Connection {
    io: Io,
    peer: SocketAddr,
    _place: Place,
}

/// The address a client calls from, for handlers of HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub SocketAddr);

/// Connections to an address, ready for use.
#[derive(Debug)]
pub(crate) struct Incoming {
    connections: mpsc::Receiver<Connection>,
}

// === impl Incoming ===

impl Incoming {
    pub(crate) fn start(listener: TcpListener, tls: Option<ServerTls>) -> Self {
        let (sender, connections) = mpsc::channel(1);
        tokio::spawn(accept(listener, tls, sender));
        Self { connections }
    }
}

/// Accepts until nobody takes connections any more.
async fn accept(listener: TcpListener, tls: Option<ServerTls>, sender: mpsc::Sender<Connection>) {
    let connections = Connections::default();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = sender.closed() => return,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "cannot take a connection");
                tokio::time::sleep(PAUSE_AFTER_FAULT).await;
                continue;
            }
        };
        let Some(place) = connections.enter(peer.ip()) else {
            tracing::debug!(%peer, "too many connections are open");
            continue;
        };
        set_options(&stream);
        let acceptor = tls.as_ref().map(|tls| TlsAcceptor::from(tls.current()));
        let sender = sender.clone();
        tokio::spawn(async move {
            let opened = tokio::time::timeout(OPENING_LIMIT, open(stream, acceptor)).await;
            let too_slow = || io::Error::new(io::ErrorKind::TimedOut, "it is too slow");
            match opened.unwrap_or_else(|_| Err(too_slow())) {
                Ok(io) => {
                    let connection = Connection {
                        io,
                        peer,
                        _place: place,
                    };
                    let _ = sender.send(connection).await;
                }
                Err(error) => tracing::info!(%peer, %error, "a client was refused"),
            }
        });
    }
}

/// Until it has shown that somebody is there: by the handshake, or by a first byte.
async fn open(stream: TcpStream, acceptor: Option<TlsAcceptor>) -> io::Result<Io> {
    if let Some(acceptor) = acceptor {
        let stream = acceptor.accept(stream).await?;
        return Ok(Either::Right(Box::new(stream)));
    }
    stream.readable().await?;
    Ok(Either::Left(stream))
}

/// What cannot be set is no reason to refuse anybody.
fn set_options(stream: &TcpStream) {
    // Whoever waits for a short answer should not wait for a full packet.
    let _ = stream.set_nodelay(true);
    let _ = sockopt::set_socket_keepalive(stream, true);
    let _ = sockopt::set_tcp_keepidle(stream, KEEPALIVE_AFTER);
}

impl Stream for Incoming {
    type Item = io::Result<Connection>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.connections.poll_recv(cx).map(|next| next.map(Ok))
    }
}

// === impl Connection ===

impl Connection {
    pub(crate) fn peer(&self) -> SocketAddr {
        self.peer
    }

    fn tcp(&self) -> &TcpStream {
        match &self.io {
            Either::Left(stream) => stream,
            Either::Right(stream) => stream.get_ref().0,
        }
    }
}

impl Connected for Connection {
    type ConnectInfo = TcpConnectInfo;

    fn connect_info(&self) -> TcpConnectInfo {
        self.tcp().connect_info()
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write_vectored(cx, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}
