//! TLS from files: what a server shows and whom it trusts, and the same for a client.

mod certificate;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rustls::crypto::{CryptoProvider, ring};
use rustls::server::WebPkiClientVerifier;
use rustls::{ClientConfig, RootCertStore, ServerConfig};

use crate::watched::{ReadError, Watched};
pub use certificate::valid_until;
use certificate::{Identity, authority, identity};

/// What a server needs, as PEM files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerFiles {
    pub certificate: PathBuf,
    pub private_key: PathBuf,
    /// Who signs the certificates that clients must show; without it they need none.
    pub client_authority: Option<PathBuf>,
}

/// What a client needs, as PEM files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientFiles {
    /// Who signs the certificates of servers.
    pub authority: PathBuf,
    /// The certificate to show, and its private key, where servers ask for one.
    pub identity: Option<(PathBuf, PathBuf)>,
}

/// Why files do not make a side of TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error("{what} is not PEM, or has other content")]
    Pem {
        what: &'static str,
        #[source]
        source: rustls::pki_types::pem::Error,
    },
    #[error("{what} holds no certificate")]
    NoCertificate { what: &'static str },
    #[error("the certificate cannot be read: {0}")]
    Certificate(String),
    #[error(
        "the certificate expired at {0}; put a new one in its place, it is read while the daemon runs"
    )]
    Expired(Timestamp),
    #[error("the certificate is not valid before {0}; is this machine's clock right?")]
    NotYet(Timestamp),
    #[error("certificate and private key cannot be used together")]
    Pair(#[source] rustls::Error),
    #[error("no certificate of the authority can be used")]
    Authority(#[source] rustls::server::VerifierBuilderError),
}

// === impl ServerFiles ===

impl ServerFiles {
    /// The server's side for connections that speak `protocol`, as of late.
    pub fn watch(
        self,
        protocol: &'static str,
        interval: Duration,
    ) -> Result<Arc<Watched<ServerConfig>>, ReadError<TlsError>> {
        let mut files = vec![self.certificate, self.private_key];
        files.extend(self.client_authority);
        Watched::start(files, interval, move |contents| server(contents, protocol))
    }
}

fn server(contents: &[Vec<u8>], protocol: &str) -> Result<ServerConfig, TlsError> {
    let Identity { chain, private_key } = identity(&contents[0], &contents[1])?;
    let builder = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(TlsError::Pair)?;
    let builder = match contents.get(2) {
        Some(pem) => {
            let roots = Arc::new(authority(pem)?);
            let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider());
            builder.with_client_cert_verifier(verifier.build().map_err(TlsError::Authority)?)
        }
        None => builder.with_no_client_auth(),
    };
    let mut config = builder
        .with_single_cert(chain, private_key)
        .map_err(TlsError::Pair)?;
    config.alpn_protocols = vec![protocol.as_bytes().to_vec()];
    Ok(config)
}

// === impl ClientFiles ===

impl ClientFiles {
    /// The client's side for connections that speak `protocol`, as of late.
    pub fn watch(
        self,
        protocol: &'static str,
        interval: Duration,
    ) -> Result<Arc<Watched<ClientConfig>>, ReadError<TlsError>> {
        let mut files = vec![self.authority];
        if let Some((certificate, private_key)) = self.identity {
            files.extend([certificate, private_key]);
        }
        Watched::start(files, interval, move |contents| client(contents, protocol))
    }
}

fn client(contents: &[Vec<u8>], protocol: &str) -> Result<ClientConfig, TlsError> {
    let roots: RootCertStore = authority(&contents[0])?;
    let builder = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(TlsError::Pair)?
        .with_root_certificates(roots);
    let mut config = match contents {
        [_, certificate, private_key] => {
            let Identity { chain, private_key } = identity(certificate, private_key)?;
            builder
                .with_client_auth_cert(chain, private_key)
                .map_err(TlsError::Pair)?
        }
        _ => builder.with_no_client_auth(),
    };
    config.alpn_protocols = vec![protocol.as_bytes().to_vec()];
    Ok(config)
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}
