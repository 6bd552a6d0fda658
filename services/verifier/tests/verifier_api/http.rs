//! The HTTP edges, called by plain clients with bodies as the clients of both protocols send them.

mod code_judge;
mod run_code;
mod taking;

use std::net::SocketAddr;
use std::sync::Once;

use serde_json::Value;
use synthsmith_daemon::Running;
use synthsmith_testkit::engine_or_skip;
use synthsmith_verifier::Config;
use synthsmith_verifier::config::Level;

use crate::server::start;

/// A client of a verifier's second port.
#[derive(Debug, Clone)]
struct Plain {
    client: reqwest::Client,
    address: SocketAddr,
}

impl Plain {
    fn of(running: &Running) -> Self {
        static PROVIDER: Once = Once::new();
        PROVIDER.call_once(|| {
            let _ = rustls::crypto::ring::default_provider().install_default();
        });
        Self {
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
            address: running.second_address().unwrap(),
        }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        told(self.client.get(self.url(path)).send().await.unwrap()).await
    }

    async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let request = self.client.post(self.url(path)).json(body);
        told(request.send().await.unwrap()).await
    }

    /// The answer to what must succeed.
    async fn ok(&self, path: &str, body: &Value) -> Value {
        let (status, answer) = self.post(path, body).await;
        assert_eq!(status, 200, "{answer}");
        answer
    }
}

async fn told(response: reqwest::Response) -> (u16, Value) {
    let status = response.status().as_u16();
    (status, response.json().await.unwrap())
}

/// One slot and short times, so that tests of time-outs are short.
fn brisk() -> Config {
    Config {
        slots: 1,
        pool_size: 1,
        default_cpu_ms: 1_000,
        max_cpu_ms: 1_000,
        ..Config::default()
    }
}

/// The same, with every program in a cell.
fn brisk_in_cells() -> Config {
    Config {
        default_isolation: Level::Cell,
        cell_containers: 1,
        cell_apparmor_profile: synthsmith_testkit::cell_profile(),
        ..brisk()
    }
}

/// A verifier on the machine's engine, or `None` where the machine has no engine.
async fn with_engine(test: &str, config: Config) -> Option<(Running, Plain)> {
    if !engine_or_skip(test) {
        return None;
    }
    let running = start(config).await.unwrap();
    let plain = Plain::of(&running);
    Some((running, plain))
}
