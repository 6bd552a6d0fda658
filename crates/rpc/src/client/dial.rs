//! One connection to one address of a service.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use synthsmith_security::Watched;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_util::either::Either;

const TIMEOUT: Duration = Duration::from_secs(5);

pub(super) type Connection = TokioIo<Either<TcpStream, TlsStream<TcpStream>>>;

/// How connections are made.
#[derive(Debug, Clone)]
pub(super) struct Dial {
    pub(super) tls: Option<Arc<Watched<ClientConfig>>>,
}

// === impl Dial ===

impl Dial {
    /// Connects to `address`, which must prove to be `host` where connections are protected.
    pub(super) async fn connect(
        self,
        address: SocketAddr,
        host: Arc<str>,
    ) -> io::Result<Connection> {
        match tokio::time::timeout(TIMEOUT, self.try_connect(address, &host)).await {
            Ok(connection) => connection,
            Err(_) => Err(io::Error::new(
                io::ErrorKind::TimedOut,
                format!("{address} did not answer within {} s", TIMEOUT.as_secs()),
            )),
        }
    }

    async fn try_connect(self, address: SocketAddr, host: &str) -> io::Result<Connection> {
        let stream = TcpStream::connect(address)
            .await
            .map_err(|error| at(&error, &format!("cannot connect to {address}")))?;
        stream.set_nodelay(true)?;
        let Some(tls) = self.tls else {
            return Ok(TokioIo::new(Either::Left(stream)));
        };
        let name = ServerName::try_from(host.to_owned())
            .map_err(|_| io::Error::other(format!("'{host}' cannot be a name in a certificate")))?;
        let connector = TlsConnector::from(tls.current());
        let stream = connector.connect(name, stream).await.map_err(|error| {
            at(
                &error,
                &format!("no protected connection to {host} at {address}"),
            )
        })?;
        Ok(TokioIo::new(Either::Right(stream)))
    }
}

fn at(error: &io::Error, what: &str) -> io::Error {
    io::Error::new(error.kind(), format!("{what}: {error}"))
}
