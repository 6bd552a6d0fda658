//! Who may call this process, and how it shows itself to those it calls.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use rustls::ServerConfig;
use serde::{Deserialize, Serialize};
use synthsmith_rpc::Access;
use synthsmith_rpc::client::Connector;
use synthsmith_security::{ClientFiles, Gate, Key, Keyring, Role, ServerFiles, Watched};

use crate::expiry;

/// The table `[security]`, of all daemons of a process and of the command as their client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SecurityConfig {
    /// The keys that callers may show; without it nobody is asked for one.
    pub keys_file: Option<PathBuf>,
    /// The key that this process shows to the daemons it calls.
    pub key_file: Option<PathBuf>,
    /// The certificate of this process, PEM, its own first; with it, connections are protected.
    pub certificate_file: Option<PathBuf>,
    /// The private key of the certificate, PEM.
    pub private_key_file: Option<PathBuf>,
    /// The certificates of those who sign for the other daemons, PEM.
    pub authority_file: Option<PathBuf>,
    /// Whether callers must show a certificate that the authority signed.
    pub require_client_certificate: bool,
    /// Whether a daemon may listen beyond loopback although anybody could call it.
    pub allow_anonymous: bool,
    /// How often the files are looked at for changes.
    pub reload_seconds: u64,
}

/// What the configuration's files say, as of late.
#[derive(Debug, Clone, Default)]
pub struct Security {
    gate: Option<Arc<Gate>>,
    server: Option<ServerFiles>,
    connector: Connector,
    interval: Duration,
    allow_anonymous: bool,
}

/// The server's side of TLS, as of late.
pub(crate) type ServerTls = Arc<Watched<ServerConfig>>;

// === impl SecurityConfig ===

impl Default for SecurityConfig {
    fn default() -> Self {
        Self {
            keys_file: None,
            key_file: None,
            certificate_file: None,
            private_key_file: None,
            authority_file: None,
            require_client_certificate: false,
            allow_anonymous: false,
            reload_seconds: 5,
        }
    }
}

impl SecurityConfig {
    /// Says what is wrong, naming the key, and what to do.
    pub(crate) fn validate(&self) -> Result<(), String> {
        if self.certificate_file.is_some() != self.private_key_file.is_some() {
            return Err(
                "certificate_file and private_key_file belong together; set both or none"
                    .to_owned(),
            );
        }
        if self.require_client_certificate
            && (self.certificate_file.is_none() || self.authority_file.is_none())
        {
            return Err(
                "require_client_certificate needs certificate_file, private_key_file and authority_file".to_owned(),
            );
        }
        if !(1..=3600).contains(&self.reload_seconds) {
            return Err("reload_seconds must be 1 to 3600".to_owned());
        }
        Ok(())
    }

    fn identity(&self) -> Option<(PathBuf, PathBuf)> {
        self.certificate_file
            .clone()
            .zip(self.private_key_file.clone())
    }
}

// === impl Security ===

impl Security {
    /// Reads the files, and reads them again when they change. Must be called within a runtime.
    pub fn load(config: &SecurityConfig) -> anyhow::Result<Self> {
        let interval = Duration::from_secs(config.reload_seconds);
        let gate = match &config.keys_file {
            Some(file) => {
                let parse = |contents: &[Vec<u8>]| Keyring::parse(&contents[0]);
                let keyring = Watched::start(vec![file.clone()], interval, parse)
                    .context("security.keys_file")?;
                Some(Arc::new(Gate::new(keyring)))
            }
            None => None,
        };
        let server = config
            .identity()
            .map(|(certificate, private_key)| ServerFiles {
                certificate,
                private_key,
                client_authority: config
                    .authority_file
                    .clone()
                    .filter(|_| config.require_client_certificate),
            });
        if let Some(files) = &server {
            expiry::watch(files.certificate.clone(), interval)?;
        }
        Ok(Self {
            gate,
            server,
            connector: connector(config, interval)?,
            interval,
            allow_anonymous: config.allow_anonymous,
        })
    }

    /// Makes channels to other daemons.
    pub fn connector(&self) -> &Connector {
        &self.connector
    }

    pub(crate) fn gate(&self) -> Option<Arc<Gate>> {
        self.gate.clone()
    }

    /// Who may call the methods whose roles are given.
    pub(crate) fn access(&self, roles: HashMap<String, Role>) -> Option<Access> {
        let gate = self.gate.clone()?;
        let roles = Arc::new(roles);
        Some(Access { gate, roles })
    }

    pub(crate) fn server_tls(&self, protocol: &'static str) -> anyhow::Result<Option<ServerTls>> {
        let Some(files) = self.server.clone() else {
            return Ok(None);
        };
        let watched = files.watch(protocol, self.interval);
        Ok(Some(watched.context("security.certificate_file")?))
    }

    /// How addresses of this process begin.
    pub(crate) fn scheme(&self) -> &'static str {
        if self.server.is_some() {
            "https"
        } else {
            "http"
        }
    }

    /// Refuses to open to a network what anybody could call.
    pub(crate) fn check_exposure(&self, listen: SocketAddr) -> anyhow::Result<()> {
        let asks_for_certificates = self
            .server
            .as_ref()
            .is_some_and(|files| files.client_authority.is_some());
        let is_guarded = self.gate.is_some() || asks_for_certificates || self.allow_anonymous;
        anyhow::ensure!(
            is_guarded || listen.ip().is_loopback(),
            "it would listen on {listen}, where anybody could call it: set security.keys_file (`synthsmith keys new` \
             makes a key), or security.allow_anonymous = true where the network keeps strangers out"
        );
        Ok(())
    }
}

fn connector(config: &SecurityConfig, interval: Duration) -> anyhow::Result<Connector> {
    let key = match &config.key_file {
        Some(file) => {
            let parse = |contents: &[Vec<u8>]| Key::from_file(&contents[0]);
            Some(Watched::start(vec![file.clone()], interval, parse).context("security.key_file")?)
        }
        None => None,
    };
    let tls = match &config.authority_file {
        Some(authority) => {
            let files = ClientFiles {
                authority: authority.clone(),
                identity: config.identity(),
            };
            Some(
                files
                    .watch("h2", interval)
                    .context("security.authority_file")?,
            )
        }
        None => None,
    };
    Ok(Connector::new(key, tls))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_which_keys_belong_together() {
        let some = || Some(PathBuf::from("x"));
        let default = SecurityConfig::default;
        let table = [
            (
                SecurityConfig {
                    certificate_file: some(),
                    ..default()
                },
                "private_key_file",
            ),
            (
                SecurityConfig {
                    require_client_certificate: true,
                    ..default()
                },
                "authority_file",
            ),
            (
                SecurityConfig {
                    reload_seconds: 0,
                    ..default()
                },
                "reload_seconds",
            ),
        ];
        for (config, key) in table {
            assert!(config.validate().unwrap_err().contains(key), "{key}");
        }
        assert!(default().validate().is_ok());
    }

    #[test]
    fn the_page_shows_every_key() {
        let page = include_str!("../../../docs/security.md");
        let (_, block) = page.split_once("```toml\n").unwrap();
        let (block, _) = block.split_once("```").unwrap();
        let shown = crate::Settings::from_toml(block)
            .unwrap()
            .security()
            .unwrap();
        let (Ok(serde_json::Value::Object(keys)), default) =
            (serde_json::to_value(&shown), SecurityConfig::default())
        else {
            panic!("a table is an object");
        };
        let missing: Vec<_> = keys
            .keys()
            .filter(|key| !block.contains(&format!("{key} = ")))
            .collect();
        assert!(missing.is_empty(), "{missing:?}");
        assert_eq!(shown.reload_seconds, default.reload_seconds);
        assert_eq!(shown.allow_anonymous, default.allow_anonymous);
    }

    #[tokio::test]
    async fn without_keys_only_loopback_is_open() {
        let open = Security::default();
        for (listen, is_fine) in [
            ("127.0.0.1:1", true),
            ("[::1]:1", true),
            ("0.0.0.0:1", false),
            ("10.0.0.1:1", false),
        ] {
            assert_eq!(
                open.check_exposure(listen.parse().unwrap()).is_ok(),
                is_fine,
                "{listen}"
            );
        }
        let config = SecurityConfig {
            allow_anonymous: true,
            ..SecurityConfig::default()
        };
        let told = Security::load(&config).unwrap();
        assert!(told.check_exposure("0.0.0.0:1".parse().unwrap()).is_ok());
    }
}
