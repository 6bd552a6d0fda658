//! `synthsmith doctor`: what this machine lacks, and the command that fixes it.

use std::fs;
use std::path::Path;

use serde::Serialize;
use synthsmith_gateway::EndpointConfig;
use synthsmith_sandbox::{Config, Engine};

use super::Session;
use crate::args::DoctorArgs;
use crate::exit::Failure;
use crate::output;

/// Memory below which the sandbox's defaults do not fit.
const MIN_MEMORY_MIB: u64 = 2048;
/// Programs of which one must be there to make the sandbox's base image without a registry.
const BOOTSTRAPS: [&str; 2] = ["mmdebstrap", "debootstrap"];

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Finding {
    what: &'static str,
    is_fine: bool,
    found: String,
    /// What to do; empty where all is fine.
    remedy: String,
}

impl Finding {
    fn fine(what: &'static str, found: impl Into<String>) -> Self {
        Self {
            what,
            is_fine: true,
            found: found.into(),
            remedy: String::new(),
        }
    }

    fn lacking(what: &'static str, found: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            what,
            is_fine: false,
            found: found.into(),
            remedy: remedy.into(),
        }
    }
}

pub(super) async fn run(session: &Session, args: &DoctorArgs) -> anyhow::Result<()> {
    let mut findings = vec![machine(), memory(), engine().await, bootstrap()];
    if let Some(url) = &args.endpoint {
        findings.push(endpoint(url, args).await);
    }
    if session.is_json {
        output::print_json(&findings)?;
    } else {
        for finding in &findings {
            output::print(&output::printable(&line(finding)));
        }
    }
    let lacking = findings.iter().filter(|finding| !finding.is_fine).count();
    if lacking > 0 {
        let text = format!("{lacking} of {} things need attention", findings.len());
        return Err(Failure::Machine(text).into());
    }
    Ok(())
}

fn line(finding: &Finding) -> String {
    let mark = if finding.is_fine { "ok  " } else { "FAIL" };
    let mut line = format!("{mark} {:<10} {}", finding.what, finding.found);
    if !finding.remedy.is_empty() {
        line.push_str("\n                ");
        line.push_str(&finding.remedy);
    }
    line
}

fn machine() -> Finding {
    let platform = format!("{} on {}", std::env::consts::OS, std::env::consts::ARCH);
    if std::env::consts::OS == "linux" && std::env::consts::ARCH == "x86_64" {
        return Finding::fine("machine", platform);
    }
    Finding::lacking("machine", platform, "use Linux on x86-64")
}

fn memory() -> Finding {
    let table = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let available = table
        .lines()
        .find_map(|line| line.strip_prefix("MemAvailable:"))
        .and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
    match available.map(|kib| kib / 1024) {
        Some(mib) if mib < MIN_MEMORY_MIB => Finding::lacking(
            "memory",
            format!("{mib} MiB available"),
            format!("free at least {MIN_MEMORY_MIB} MiB: candidates get 512 MiB each"),
        ),
        Some(mib) => Finding::fine("memory", format!("{mib} MiB available")),
        None => Finding::fine("memory", "unknown"),
    }
}

async fn engine() -> Finding {
    match Engine::connect(&Config::default()).await {
        Ok(engine) => {
            let facts = engine.facts();
            let seccomp = if facts.has_seccomp { "with" } else { "without" };
            Finding::fine(
                "engine",
                format!(
                    "version {} at {}, cgroup v{}, {seccomp} seccomp",
                    facts.version, facts.host, facts.cgroup_version
                ),
            )
        }
        Err(error) => Finding::lacking(
            "engine",
            synthsmith_rpc::error::chain(&error),
            "sudo apt-get install docker.io && sudo systemctl start docker",
        ),
    }
}

/// Only needed where `debian:bookworm-slim` cannot be pulled.
fn bootstrap() -> Finding {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let is_there = |name: &&&str| std::env::split_paths(&path).any(|dir| is_file(&dir, name));
    match BOOTSTRAPS.iter().find(is_there) {
        Some(name) => Finding::fine(
            "base image",
            format!("{name} can make it without a registry"),
        ),
        None => Finding::lacking(
            "base image",
            "neither mmdebstrap nor debootstrap is installed; without a registry the image cannot be made",
            "sudo apt-get install mmdebstrap",
        ),
    }
}

fn is_file(folder: &Path, name: &str) -> bool {
    folder.join(name).is_file()
}

async fn endpoint(url: &str, args: &DoctorArgs) -> Finding {
    let mut config = EndpointConfig {
        base_url: url.to_owned(),
        api_key_env: args.api_key_env.clone(),
        max_attempts: 1,
        timeout_seconds: 60.0,
        ..EndpointConfig::default()
    };
    if let Some(model) = &args.model {
        config.model.clone_from(model);
    }
    match synthsmith_gateway::probe(&config).await {
        Ok(report) => {
            let usage = if report.reports_usage {
                "counted by it"
            } else {
                "estimated from bytes"
            };
            Finding::fine(
                "endpoint",
                format!(
                    "{} answered in {} ms; tokens are {usage}",
                    report.model,
                    report.latency.as_millis()
                ),
            )
        }
        Err(error) => Finding::lacking(
            "endpoint",
            synthsmith_rpc::error::chain(&error),
            "check --endpoint, --model and --api-key-env",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lack_is_shown_with_its_remedy() {
        let text = line(&Finding::lacking("engine", "none", "install one"));
        assert!(text.starts_with("FAIL engine") && text.ends_with("install one"));
        assert!(line(&Finding::fine("engine", "20.10")).starts_with("ok"));
    }
}
