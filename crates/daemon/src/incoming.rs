//! Connections as they arrive, protected where the process has a certificate.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected as HttpConnected;
use axum::serve::IncomingStream;
use futures::Stream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_util::either::Either;
use tonic::transport::server::{Connected, TcpConnectInfo};

use crate::security::ServerTls;

/// Who is slower is no client.
const HANDSHAKE_LIMIT: Duration = Duration::from_secs(10);
/// Handshakes in work at a time; more connections wait in the system's queue.
const MAX_HANDSHAKES: usize = 128;
/// When no connection can be taken, for example because files are used up.
const PAUSE_AFTER_FAULT: Duration = Duration::from_millis(100);

/// A connection of a client.
#[derive(Debug)]
pub(crate) struct Connection(Either<TcpStream, Box<TlsStream<TcpStream>>>);

/// The address a client calls from, for handlers of HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub SocketAddr);

/// Connections to an address, ready for use.
#[derive(Debug)]
pub(crate) struct Incoming {
    address: SocketAddr,
    connections: mpsc::Receiver<(Connection, SocketAddr)>,
}

// === impl Incoming ===

impl Incoming {
    pub(crate) fn start(listener: TcpListener, tls: Option<ServerTls>) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let (sender, connections) = mpsc::channel(1);
        tokio::spawn(accept(listener, tls, sender));
        Ok(Self {
            address,
            connections,
        })
    }
}

/// Accepts until nobody takes connections any more.
async fn accept(
    listener: TcpListener,
    tls: Option<ServerTls>,
    sender: mpsc::Sender<(Connection, SocketAddr)>,
) {
    let handshakes = Arc::new(Semaphore::new(MAX_HANDSHAKES));
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
        // Whoever waits for a short answer should not wait for a full packet.
        let _ = stream.set_nodelay(true);
        let Some(tls) = &tls else {
            let _ = sender.send((Connection(Either::Left(stream)), peer)).await;
            continue;
        };
        let Ok(permit) = Arc::clone(&handshakes).acquire_owned().await else {
            return;
        };
        let (acceptor, sender) = (TlsAcceptor::from(tls.current()), sender.clone());
        tokio::spawn(async move {
            let stream = handshake(acceptor, stream, peer).await;
            drop(permit);
            if let Some(stream) = stream {
                let _ = sender
                    .send((Connection(Either::Right(Box::new(stream))), peer))
                    .await;
            }
        });
    }
}

async fn handshake(
    acceptor: TlsAcceptor,
    stream: TcpStream,
    peer: SocketAddr,
) -> Option<TlsStream<TcpStream>> {
    match tokio::time::timeout(HANDSHAKE_LIMIT, acceptor.accept(stream)).await {
        Ok(Ok(stream)) => Some(stream),
        Ok(Err(error)) => {
            tracing::info!(%peer, %error, "a client was refused in the handshake");
            None
        }
        Err(_) => {
            tracing::info!(%peer, "a client was too slow in the handshake");
            None
        }
    }
}

impl Stream for Incoming {
    type Item = io::Result<Connection>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = self.connections.poll_recv(cx);
        next.map(|next| next.map(|(connection, _)| Ok(connection)))
    }
}

impl axum::serve::Listener for Incoming {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        match self.connections.recv().await {
            Some(accepted) => accepted,
            // The sender ends after this has.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}

// === impl Connection ===

impl Connection {
    fn tcp(&self) -> &TcpStream {
        match &self.0 {
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
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write_vectored(cx, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.0.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

// === impl Peer ===

impl HttpConnected<IncomingStream<'_, Incoming>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Incoming>) -> Self {
        Self(*stream.remote_addr())
    }
}
