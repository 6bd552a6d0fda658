//! The HTTP edge: one attempt to ask an OpenAI-compatible endpoint.

mod answer;
mod complaint;
mod fault;
mod probe;
mod refusal;
mod request;

use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{Client, Response, Url};

use crate::Error;
use crate::chat::{Answer, Question};
use crate::config::{ApiKey, EndpointConfig};
pub use answer::Said;
pub use fault::Fault;
pub use probe::{ProbeReport, probe};

/// No chat answer is longer.
pub const MAX_ANSWER_BYTES: usize = 8 << 20;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// An endpoint that can be asked.
#[derive(Debug)]
pub struct Endpoint {
    client: Client,
    url: Url,
    authorization: Option<HeaderValue>,
    key: Option<ApiKey>,
    config: EndpointConfig,
    /// Whether it ever gave a chat completion.
    is_proven: AtomicBool,
}

// === impl Endpoint ===

impl Endpoint {
    pub fn new(config: EndpointConfig) -> Result<Self, Error> {
        install_tls();
        let url = request::url(&config.base_url)?;
        let key = key(&config)?;
        let authorization = key.as_ref().map(authorization).transpose()?;
        let client = client(&config, &url)?;
        Ok(Self {
            client,
            url,
            authorization,
            key,
            config,
            is_proven: AtomicBool::new(false),
        })
    }

    pub(crate) fn config(&self) -> &EndpointConfig {
        &self.config
    }

    /// Sends one request and reads its answer; never asks again by itself.
    pub async fn ask(&self, question: &Question) -> Result<Answer, Fault> {
        self.ask_fully(question).await.map(|said| said.answer)
    }

    pub(crate) async fn ask_fully(&self, question: &Question) -> Result<Said, Fault> {
        let body = request::body(question, self.config.max_tokens_parameter);
        let mut request = self.client.post(self.url.clone()).json(&body);
        if let Some(authorization) = &self.authorization {
            request = request.header(AUTHORIZATION, authorization.clone());
        }
        let response = request
            .send()
            .await
            .map_err(|error| Fault::of_transport(&error))?;
        let status = response.status();
        let headers = response.headers().clone();
        let body = bounded_body(response).await?;
        let reply = fault::HttpReply {
            status,
            headers: &headers,
            body: &body,
            url: &self.url,
        };
        if !status.is_success() {
            if let Some(said) = refusal::read(&reply, question) {
                return Ok(said);
            }
            return Err(fault::classify(&reply, &question.model).redacted(self.key.as_ref()));
        }
        match answer::read(&reply, question) {
            Ok(said) => {
                self.is_proven.store(true, Ordering::Relaxed);
                Ok(said)
            }
            Err(fault) => {
                let fault = fault.redacted(self.key.as_ref());
                let is_proven = self.is_proven.load(Ordering::Relaxed);
                Err(if is_proven {
                    fault.of_proven_endpoint()
                } else {
                    fault
                })
            }
        }
    }
}

async fn bounded_body(mut response: Response) -> Result<Vec<u8>, Fault> {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > MAX_ANSWER_BYTES => {
                return Err(Fault::too_large());
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return Ok(body),
            Err(error) => return Err(Fault::of_transport(&error)),
        }
    }
}

fn client(config: &EndpointConfig, url: &Url) -> Result<Client, Error> {
    let mut builder = Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(config.timeout())
        // A redirected POST would become a GET; better to say that the address is wrong.
        .redirect(reqwest::redirect::Policy::none());
    if request::is_loopback(url) {
        builder = builder.no_proxy();
    }
    builder.build().map_err(|error| Error::EndpointConfig {
        message: error.to_string(),
    })
}

fn key(config: &EndpointConfig) -> Result<Option<ApiKey>, Error> {
    let Some(name) = &config.api_key_env else {
        return Ok(config.api_key.clone());
    };
    match std::env::var(name) {
        Ok(key) if !key.trim().is_empty() => Ok(Some(ApiKey::new(key.trim()))),
        _ => Err(Error::KeyMissing { name: name.clone() }),
    }
}

fn authorization(key: &ApiKey) -> Result<HeaderValue, Error> {
    let value = HeaderValue::from_str(&format!("Bearer {}", key.reveal()));
    let mut value = value.map_err(|_| Error::EndpointConfig {
        message: "the key holds characters that no key has".into(),
    })?;
    value.set_sensitive(true);
    Ok(value)
}

/// rustls wants one provider for the process; whoever came first is as good.
fn install_tls() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}
