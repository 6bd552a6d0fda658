//! Certificates and private keys out of PEM.

use jiff::Timestamp;
use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::TlsError;

/// What one side shows to the other.
pub(super) struct Identity {
    /// Its own certificate first.
    pub(super) chain: Vec<CertificateDer<'static>>,
    pub(super) private_key: PrivateKeyDer<'static>,
}

pub(super) fn identity(certificate: &[u8], private_key: &[u8]) -> Result<Identity, TlsError> {
    let chain = certificates(certificate, "the certificate file")?;
    check_validity(&chain[0])?;
    let private_key = PrivateKeyDer::from_pem_slice(private_key).map_err(|source| {
        let what = "the private key file";
        TlsError::Pem { what, source }
    })?;
    Ok(Identity { chain, private_key })
}

pub(super) fn authority(pem: &[u8]) -> Result<RootCertStore, TlsError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(pem, "the authority file")? {
        roots.add(certificate).map_err(TlsError::Pair)?;
    }
    Ok(roots)
}

fn certificates(pem: &[u8], what: &'static str) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let certificates = certificates.map_err(|source| TlsError::Pem { what, source })?;
    if certificates.is_empty() {
        return Err(TlsError::NoCertificate { what });
    }
    Ok(certificates)
}

/// When the first certificate of a file expires.
pub fn valid_until(pem: &[u8]) -> Result<Timestamp, TlsError> {
    let chain = certificates(pem, "the certificate file")?;
    Ok(validity(&chain[0])?.1)
}

/// One's own certificate: the other side would refuse one that is not valid with less to say.
fn check_validity(certificate: &CertificateDer<'_>) -> Result<(), TlsError> {
    let (from, until) = validity(certificate)?;
    let now = Timestamp::now();
    if until <= now {
        return Err(TlsError::Expired(until));
    }
    if from > now {
        return Err(TlsError::NotYet(from));
    }
    Ok(())
}

fn validity(certificate: &CertificateDer<'_>) -> Result<(Timestamp, Timestamp), TlsError> {
    let unreadable = |error: String| TlsError::Certificate(error);
    let (_, parsed) =
        X509Certificate::from_der(certificate).map_err(|error| unreadable(error.to_string()))?;
    let at = |seconds: i64| {
        Timestamp::from_second(seconds).map_err(|error| unreadable(error.to_string()))
    };
    let validity = parsed.validity();
    Ok((
        at(validity.not_before.timestamp())?,
        at(validity.not_after.timestamp())?,
    ))
}
