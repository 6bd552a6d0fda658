//! Settings: one TOML file with a table per daemon, and `SYNTHSMITH_…` variables over it.
//!
//! `[verifier] slots = 4` and `SYNTHSMITH_VERIFIER__SLOTS=4` say the same. A key that nobody knows is
//! refused.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use figment::error::Kind;
use figment::providers::{Env, Format as _, Serialized, Toml};
use figment::{Figment, Provider as _};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::security::SecurityConfig;

const ENV_PREFIX: &str = "SYNTHSMITH_";
/// Used where no file is named and this one exists.
const DEFAULT_FILE: &str = "synthsmith.toml";
/// The tables a file may hold; `server` has one table per daemon.
const TABLES: [&str; 14] = [
    "telemetry",
    "security",
    "server",
    "run",
    "gateway",
    "feature_evolver",
    "task_synth",
    "solver",
    "test_gen",
    "verifier",
    "orchestrator",
    "teacher",
    "trainer",
    "model_server",
];

/// A daemon's own table.
pub trait Section: Serialize + DeserializeOwned + Default + Send + 'static {
    /// Says what is wrong, naming the key, and what to do.
    fn validate(&self) -> Result<(), String>;
}

/// A daemon's table below `[server]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServerConfig {
    /// Where calls are taken; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where `/metrics` and `/healthz` are served; unset serves neither.
    pub admin_listen: Option<SocketAddr>,
    /// Calls in work at a time; more are answered with `RESOURCE_EXHAUSTED`.
    pub max_calls: usize,
    /// The longest a call may take to begin its answer.
    pub max_deadline_seconds: u64,
    /// How long calls in work may go on after the daemon was asked to end.
    pub grace_seconds: u64,
    /// Whether gRPC reflection is served.
    pub reflection: bool,
}

/// Why there are no settings.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("there is no configuration file {}; check the path", .0.display())]
    Missing(PathBuf),
    #[error("unknown table '{name}' in the configuration; the tables are {}", TABLES.join(", "))]
    UnknownTable { name: String },
    #[error("the configuration is not valid: {problem} ({place})")]
    Invalid { problem: String, place: String },
    #[error("the configuration is not valid: [{table}] {problem}")]
    Refused { table: String, problem: String },
}

/// All settings of a process, read once.
#[derive(Debug, Clone)]
pub struct Settings {
    figment: Figment,
}

// === impl ServerConfig ===

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            admin_listen: None,
            max_calls: 1024,
            max_deadline_seconds: 3600,
            grace_seconds: 20,
            reflection: true,
        }
    }
}

impl ServerConfig {
    /// The defaults of a daemon that runs on its own: its known port, and the admin port 100 above.
    fn standalone(port: u16) -> Self {
        let loopback = |port| SocketAddr::from(([127, 0, 0, 1], port));
        Self {
            listen: loopback(port),
            admin_listen: Some(loopback(port + 100)),
            ..Self::default()
        }
    }
}

// === impl Settings ===

impl Settings {
    /// Reads `file`, or `synthsmith.toml` where that exists, and the environment.
    pub fn load(file: Option<&Path>) -> Result<Self, Error> {
        Self::load_over("", file)
    }

    /// As `load`, over the text of another file.
    pub fn load_over(below: &str, file: Option<&Path>) -> Result<Self, Error> {
        let file = match file {
            Some(file) if !file.is_file() => return Err(Error::Missing(file.to_owned())),
            Some(file) => Some(file.to_owned()),
            None => Some(PathBuf::from(DEFAULT_FILE)).filter(|file| file.is_file()),
        };
        let mut figment = Figment::from(Toml::string(below));
        if let Some(file) = file {
            figment = figment.merge(Toml::file_exact(file));
        }
        // Names without "__" are switches of tools, such as SYNTHSMITH_CONFIG, and no settings.
        let variables = Env::prefixed(ENV_PREFIX)
            .filter(|name| name.as_str().contains("__"))
            .split("__");
        Self::from_figment(figment.merge(variables))
    }

    /// Settings from the text of a file alone.
    pub fn from_toml(text: &str) -> Result<Self, Error> {
        Self::from_figment(Figment::from(Toml::string(text)))
    }

    fn from_figment(figment: Figment) -> Result<Self, Error> {
        let data = figment.data().map_err(|error| invalid(&error, ""))?;
        for name in data.values().flat_map(|dict| dict.keys()) {
            if !TABLES.contains(&name.as_str()) {
                return Err(Error::UnknownTable { name: name.clone() });
            }
        }
        Ok(Self { figment })
    }

    /// The table of the daemon `name`, over its defaults.
    pub fn section<S: Section>(&self, name: &str) -> Result<S, Error> {
        let table = name.replace('-', "_");
        let section: S = self.extract(&table, S::default())?;
        match section.validate() {
            Ok(()) => Ok(section),
            Err(problem) => Err(Error::Refused { table, problem }),
        }
    }

    /// How the daemon `name` is served when it runs on its own.
    pub fn server(&self, name: &str, port: u16) -> Result<ServerConfig, Error> {
        let table = format!("server.{}", name.replace('-', "_"));
        self.extract(&table, ServerConfig::standalone(port))
    }

    pub fn telemetry(&self) -> Result<synthsmith_telemetry::Config, Error> {
        self.extract("telemetry", synthsmith_telemetry::Config::default())
    }

    /// Who may call, and how connections are protected.
    pub fn security(&self) -> Result<SecurityConfig, Error> {
        let table = "security";
        let config: SecurityConfig = self.extract(table, SecurityConfig::default())?;
        match config.validate() {
            Ok(()) => Ok(config),
            Err(problem) => Err(Error::Refused {
                table: table.to_owned(),
                problem,
            }),
        }
    }

    fn extract<T: Serialize + DeserializeOwned>(
        &self,
        table: &str,
        default: T,
    ) -> Result<T, Error> {
        Figment::from(Serialized::default(table, default))
            .merge(&self.figment)
            .extract_inner(table)
            .map_err(|error| invalid(&error, table))
    }
}

/// What is wrong, in which table, and where that was written.
fn invalid(error: &figment::Error, table: &str) -> Error {
    let problem = match &error.kind {
        Kind::UnknownField(key, known) => {
            format!(
                "unknown key '{key}' in [{table}]; the keys are {}",
                known.join(", ")
            )
        }
        kind if table.is_empty() => kind.to_string(),
        kind => {
            // The path begins with the profile, which is no word of ours.
            let key = error.path.iter().skip(1).cloned().collect::<Vec<_>>();
            format!("{} in [{table}]: {kind}", key.join("."))
        }
    };
    let source = error.metadata.as_ref();
    let place = source.map_or_else(|| "defaults".to_owned(), |data| data.name.to_string());
    Error::Invalid { problem, place }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, Serialize, Deserialize)]
    #[serde(default, deny_unknown_fields)]
    struct Verifier {
        slots: usize,
    }

    impl Section for Verifier {
        fn validate(&self) -> Result<(), String> {
            if self.slots > 8 {
                return Err("slots must be at most 8".to_owned());
            }
            Ok(())
        }
    }

    fn section(text: &str) -> Result<Verifier, Error> {
        Settings::from_toml(text)?.section("verifier")
    }

    #[test]
    fn a_table_overrides_defaults_and_may_be_absent() {
        assert_eq!(section("[verifier]\nslots = 4").unwrap().slots, 4);
        assert_eq!(section("").unwrap().slots, 0);
    }

    #[test]
    fn unknown_keys_and_tables_are_refused_by_name() {
        let key = section("[verifier]\nslotz = 4").unwrap_err().to_string();
        assert!(key.contains("unknown key 'slotz' in [verifier]"), "{key}");
        let table = section("[verifyer]\nslots = 4").unwrap_err().to_string();
        assert!(table.contains("verifyer"), "{table}");
        let server = Settings::from_toml("[server.verifier]\nport = 1").unwrap();
        assert!(server.server("verifier", 7106).is_err());
    }

    #[test]
    fn a_value_out_of_range_is_refused_with_its_table() {
        let error = section("[verifier]\nslots = 9").unwrap_err().to_string();
        assert!(error.contains("[verifier] slots"), "{error}");
    }

    #[test]
    fn a_file_that_is_named_must_exist() {
        let error = Settings::load(Some(Path::new("/nowhere/x.toml"))).unwrap_err();
        assert!(matches!(error, Error::Missing(_)));
    }

    #[test]
    fn a_daemon_on_its_own_has_its_known_ports() {
        let server = Settings::from_toml("")
            .unwrap()
            .server("verifier", 7106)
            .unwrap();
        assert_eq!(server.listen.port(), 7106);
        assert_eq!(server.admin_listen.unwrap().port(), 7206);
    }
}
