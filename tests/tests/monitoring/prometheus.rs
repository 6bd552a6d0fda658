//! A Prometheus of Debian's package, asked by its HTTP interface.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;
use synthsmith_tests::free_port;
use synthsmith_tests::python::repository;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

pub(crate) const NAMESPACE: &str = "data";
const PATIENCE: Duration = Duration::from_secs(30);
/// Set to `1` where no test may be left out unnoticed.
const REQUIRED: &str = "SYNTHSMITH_REQUIRE_DOCKER";

/// The program that `make setup` gets.
pub(crate) fn or_skip(test: &str) -> Option<PathBuf> {
    let program = repository().join("target/prometheus/prometheus");
    if program.is_file() {
        return Some(program);
    }
    let required = std::env::var(REQUIRED).is_ok_and(|value| value == "1");
    assert!(!required, "{test}: {} is missing", program.display());
    let _ = writeln!(
        std::io::stderr(),
        "left out: {test}, since scripts/prometheus.sh was not run"
    );
    None
}

pub(crate) struct Prometheus {
    _process: Child,
    port: u16,
    _folder: TempDir,
}

impl Prometheus {
    /// Scrapes the ports given by the name of their daemon, and holds the chart's rules to what it finds.
    pub(crate) async fn start(program: &Path, scraped: &[(&str, u16)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (config, port) = (folder.path().join("prometheus.yml"), free_port());
        let alerts = repository().join("charts/synthsmith/alerts/alerts.yaml");
        let alerts = std::fs::read_to_string(alerts).unwrap();
        std::fs::write(
            folder.path().join("alerts.yml"),
            alerts.replace("NAMESPACES", NAMESPACE),
        )
        .unwrap();
        std::fs::write(&config, configuration(scraped)).unwrap();
        let process = Command::new(program)
            .arg(format!("--config.file={}", config.display()))
            .arg(format!(
                "--storage.tsdb.path={}",
                folder.path().join("data").display()
            ))
            .arg(format!("--web.listen-address=127.0.0.1:{port}"))
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let prometheus = Self {
            _process: process,
            port,
            _folder: folder,
        };
        let all_up = format!("sum(up) == {}", scraped.len());
        prometheus.until_found(&all_up).await;
        prometheus
    }

    /// What a query finds; the query must make sense.
    pub(crate) async fn ask(&self, query: &str) -> Vec<Value> {
        let answer = self
            .get(&format!("/api/v1/query?query={}", encoded(query)))
            .await;
        let answer = answer.unwrap_or_default();
        assert_ne!(answer["status"], "error", "{query}: {answer}");
        answer["data"]["result"]
            .as_array()
            .cloned()
            .unwrap_or_default()
    }

    pub(crate) async fn until_found(&self, query: &str) {
        let began = Instant::now();
        while self.ask(query).await.is_empty() {
            assert!(began.elapsed() < PATIENCE, "nothing is found for {query}");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// The rules of the alerts, once each of them was evaluated.
    pub(crate) async fn rules(&self, patience: Duration) -> Vec<Value> {
        let began = Instant::now();
        loop {
            let answer = self.get("/api/v1/rules").await.unwrap_or_default();
            let groups = answer["data"]["groups"]
                .as_array()
                .cloned()
                .unwrap_or_default();
            let rules: Vec<Value> = groups
                .iter()
                .flat_map(|group| group["rules"].as_array().cloned().unwrap_or_default())
                .collect();
            let is_pending = rules.iter().any(|rule| rule["health"] == "unknown");
            if !rules.is_empty() && !is_pending {
                return rules;
            }
            assert!(began.elapsed() < patience, "{rules:?}");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// `None` while it does not listen yet.
    async fn get(&self, path: &str) -> Option<Value> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await.ok()?;
        // In this version of the protocol an answer ends with the connection.
        let request = format!("GET {path} HTTP/1.0\r\n\r\n");
        stream.write_all(request.as_bytes()).await.ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.ok()?;
        let (_, body) = answer.split_once("\r\n\r\n")?;
        serde_json::from_str(body).ok()
    }
}

fn configuration(scraped: &[(&str, u16)]) -> String {
    let mut text = String::from(
        "global: {scrape_interval: 1s, evaluation_interval: 1s}\nrule_files: [alerts.yml]\nscrape_configs:\n- job_name: synthsmith\n  static_configs:\n",
    );
    for (name, port) in scraped {
        let _ = writeln!(
            text,
            "  - {{targets: ['127.0.0.1:{port}'], labels: {{namespace: {NAMESPACE}, pod: {name}, service: {name}}}}}"
        );
    }
    text
}

fn encoded(query: &str) -> String {
    query.bytes().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "%{byte:02X}");
        text
    })
}
