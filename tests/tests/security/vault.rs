//! A folder of keys and certificates.

use std::fs;
use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use synthsmith_security::{Key, Role};
use tempfile::TempDir;

pub(crate) struct Vault(TempDir);

/// An authority and what it signed for.
pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Vault {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The path as a value of a setting.
    pub(crate) fn setting(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    /// A key for the principal, added to `keys.toml`.
    pub(crate) fn add_key(&self, principal: &str, role: Role, is_expired: bool) -> Key {
        let key = Key::generate().unwrap();
        let until = if is_expired {
            Timestamp::now() - SignedDuration::from_hours(1)
        } else {
            Timestamp::now() + SignedDuration::from_hours(1)
        };
        let digest = key.digest();
        let before = fs::read_to_string(self.path("keys.toml")).unwrap_or_default();
        let entry = format!(
            "[[keys]]\nprincipal = \"{principal}\"\nrole = \"{role}\"\ndigest = \"{digest}\"\nexpires = \"{until}\"\n"
        );
        self.write("keys.toml", &(before + &entry));
        key
    }

    /// Writes `NAME.pem` and `NAME-key.pem`, for this machine.
    pub(crate) fn write_identity(&self, name: &str, authority: &Authority) {
        let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
        let params = CertificateParams::new(names).unwrap();
        let private_key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&private_key, &authority.0).unwrap();
        self.write(&format!("{name}.pem"), &certificate.pem());
        self.write(&format!("{name}-key.pem"), &private_key.serialize_pem());
    }
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    pub(crate) fn pem(&self) -> String {
        self.0.pem()
    }
}
