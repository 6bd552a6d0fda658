//! The settings of the gateway.

use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize, Serializer};

use crate::price::Prices;

/// The gateway's settings; `config.example.toml` tells each.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Asked for every model that no other endpoint is named for.
    pub endpoint: EndpointConfig,
    /// Each asked for the model of its name.
    pub endpoints: Vec<EndpointConfig>,
    /// Requests in flight at most, at each endpoint; fewer while it says that it is busy.
    pub concurrency: usize,
    /// Questions waiting for their turn at most, at each endpoint; more are turned away.
    pub max_queue: usize,
    pub store_path: PathBuf,
    pub prices: Prices,
}

/// Where the model is, and how patiently it is asked.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EndpointConfig {
    /// With or without `/v1`.
    pub base_url: String,
    /// The model that is asked; of the first endpoint, where a request names none.
    pub model: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_key: Option<ApiKey>,
    /// The environment variable that holds the key; preferred to `api_key`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_key_env: Option<String>,
    /// The name of the parameter that bounds the answer; newer hosted models want
    /// `max_completion_tokens`.
    pub max_tokens_parameter: MaxTokensParameter,
    /// For one attempt, the whole answer included.
    pub timeout_seconds: f64,
    /// For all attempts and the waiting between them.
    pub deadline_seconds: f64,
    /// Attempts that may fail; being told to wait is not counted.
    pub max_attempts: u32,
    /// The wait after the first failure; doubled after each further one.
    pub first_retry_seconds: f64,
    /// A longer `Retry-After` is cut to this.
    pub max_retry_after_seconds: f64,
}

/// How the endpoint calls the bound on the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MaxTokensParameter {
    MaxTokens,
    MaxCompletionTokens,
}

/// A secret: it can be sent, and not shown.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct ApiKey(String);

/// A setting that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{setting} {description}")]
pub struct InvalidSetting {
    pub setting: &'static str,
    pub description: String,
}

// === impl Config ===

impl Default for Config {
    fn default() -> Self {
        Self {
            endpoint: EndpointConfig::default(),
            endpoints: Vec::new(),
            concurrency: 64,
            max_queue: 1024,
            store_path: PathBuf::from("synthsmith-state/gateway/gateway.sqlite"),
            prices: Prices::new(),
        }
    }
}

impl Config {
    pub fn validate(&self) -> Result<(), InvalidSetting> {
        for endpoint in self.all_endpoints() {
            endpoint.validate()?;
        }
        let models: BTreeSet<&str> = self.all_endpoints().map(|it| it.model.as_str()).collect();
        require(
            models.len() == 1 + self.endpoints.len(),
            "endpoints.model",
            "must be another one for each endpoint",
        )?;
        require(
            (1..=10_000).contains(&self.concurrency),
            "concurrency",
            "must be from 1 to 10000",
        )?;
        require(
            self.max_queue <= 1_000_000,
            "max_queue",
            "must be at most 1000000",
        )?;
        let has_name = self.store_path.file_name().is_some();
        require(has_name, "store_path", "must name a file")?;
        let prices = self.prices.values();
        let mut amounts = prices.flat_map(|price| {
            [
                price.prompt_usd_per_million,
                price.completion_usd_per_million,
            ]
        });
        require(
            amounts.all(|usd| usd.is_finite() && usd >= 0.0),
            "prices",
            "must be at least 0",
        )
    }

    fn all_endpoints(&self) -> impl Iterator<Item = &EndpointConfig> {
        std::iter::once(&self.endpoint).chain(&self.endpoints)
    }
}

// === impl EndpointConfig ===

impl Default for EndpointConfig {
    fn default() -> Self {
        Self {
            base_url: "http://127.0.0.1:7180/v1".into(),
            model: "synthsmith-teacher".into(),
            api_key: None,
            api_key_env: None,
            max_tokens_parameter: MaxTokensParameter::MaxTokens,
            timeout_seconds: 600.0,
            deadline_seconds: 1800.0,
            max_attempts: 6,
            first_retry_seconds: 0.5,
            max_retry_after_seconds: 60.0,
        }
    }
}

impl EndpointConfig {
    pub fn validate(&self) -> Result<(), InvalidSetting> {
        require(!self.model.is_empty(), "endpoint.model", "must be named")?;
        require(
            (1..=100).contains(&self.max_attempts),
            "endpoint.max_attempts",
            "must be from 1 to 100",
        )?;
        for (setting, seconds) in [
            ("endpoint.timeout_seconds", self.timeout_seconds),
            ("endpoint.deadline_seconds", self.deadline_seconds),
            ("endpoint.first_retry_seconds", self.first_retry_seconds),
            (
                "endpoint.max_retry_after_seconds",
                self.max_retry_after_seconds,
            ),
        ] {
            require(
                seconds > 0.0 && seconds <= 86_400.0,
                setting,
                "must be above 0 and at most a day",
            )?;
        }
        Ok(())
    }

    pub fn timeout(&self) -> Duration {
        Duration::from_secs_f64(self.timeout_seconds)
    }

    pub fn deadline(&self) -> Duration {
        Duration::from_secs_f64(self.deadline_seconds)
    }

    pub fn first_retry(&self) -> Duration {
        Duration::from_secs_f64(self.first_retry_seconds)
    }

    pub fn max_retry_after(&self) -> Duration {
        Duration::from_secs_f64(self.max_retry_after_seconds)
    }
}

fn require(holds: bool, setting: &'static str, description: &str) -> Result<(), InvalidSetting> {
    if holds {
        return Ok(());
    }
    Err(InvalidSetting {
        setting,
        description: description.into(),
    })
}

// === impl ApiKey ===

impl ApiKey {
    pub fn new(key: impl Into<String>) -> Self {
        Self(key.into())
    }

    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ApiKey(***)")
    }
}

impl Serialize for ApiKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_the_defaults() {
        Config::default().validate().unwrap();
    }

    #[test]
    fn the_example_shows_the_defaults() {
        let text = include_str!("../config.example.toml");
        let settings = synthsmith_daemon::Settings::from_toml(text).unwrap();
        let shown: Config = settings.section("gateway").unwrap();
        assert_eq!(
            serde_json::to_value(&shown).unwrap(),
            serde_json::to_value(Config::default()).unwrap()
        );
    }

    #[test]
    fn rejects_what_cannot_be() {
        type Change = fn(&mut Config);
        let changes: [(Change, &str); 9] = [
            (
                |c| c.endpoints = vec![EndpointConfig::default()],
                "endpoints.model",
            ),
            (
                |c| {
                    c.endpoints = vec![EndpointConfig {
                        model: "other".into(),
                        max_attempts: 0,
                        ..EndpointConfig::default()
                    }];
                },
                "endpoint.max_attempts",
            ),
            (|c| c.concurrency = 0, "concurrency"),
            (|c| c.max_queue = 2_000_000, "max_queue"),
            (|c| c.store_path = PathBuf::from("/"), "store_path"),
            (|c| c.endpoint.model.clear(), "endpoint.model"),
            (|c| c.endpoint.max_attempts = 0, "endpoint.max_attempts"),
            (
                |c| c.endpoint.timeout_seconds = f64::NAN,
                "endpoint.timeout_seconds",
            ),
            (
                |c| c.endpoint.deadline_seconds = 0.0,
                "endpoint.deadline_seconds",
            ),
        ];
        for (change, setting) in changes {
            let mut config = Config::default();
            change(&mut config);
            assert_eq!(config.validate().unwrap_err().setting, setting);
        }
    }

    #[test]
    fn never_shows_the_key() {
        let config = EndpointConfig {
            api_key: Some(ApiKey::new("sk-secret")),
            ..EndpointConfig::default()
        };
        let shown = format!("{config:?} {}", serde_json::to_string(&config).unwrap());
        assert!(!shown.contains("sk-secret"), "{shown}");
    }
}
