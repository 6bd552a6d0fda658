//! The processes that measure.

use std::path::PathBuf;
use std::process::Stdio;

use anyhow::Context as _;
use serde::Deserialize;
use tempfile::TempDir;
use tokio::process::Command;

use super::training::STEPS;
use super::{Figures, Part};
use crate::exit::Failure;

const TRAINING_SCRIPT: &str = include_str!("../../../../../../bench/trainer/reference.py");
const SAMPLING_SCRIPT: &str = include_str!("../../../../../../bench/trainer/sampling_reference.py");
/// Of what a process said before it failed.
const LAST_WORDS: usize = 500;

#[derive(Debug)]
pub(super) struct Processes {
    python: Option<PathBuf>,
    scripts: TempDir,
}

/// A line of the scripts, which call a rate by what is made.
#[derive(Debug, Deserialize)]
struct Line {
    engine: String,
    #[serde(alias = "train_tokens_per_cpu_second")]
    sample_tokens_per_cpu_second: f64,
    #[serde(alias = "train_tokens_per_second")]
    sample_tokens_per_second: f64,
    peak_rss_mib: f64,
}

impl Processes {
    pub(super) fn new(python: Option<PathBuf>) -> anyhow::Result<Self> {
        let scripts = tempfile::tempdir().context("cannot make a folder for the scripts")?;
        std::fs::write(scripts.path().join("training.py"), TRAINING_SCRIPT)?;
        std::fs::write(scripts.path().join("sampling.py"), SAMPLING_SCRIPT)?;
        Ok(Self { python, scripts })
    }

    /// Tells at once, and not after the first measurement, that the Python is of no use.
    pub(super) async fn check(&self) -> anyhow::Result<()> {
        if let Some(python) = &self.python {
            let mut command = Command::new(python);
            command.args(["-c", "import numpy, safetensors, torch"]);
            said(command).await?;
        }
        Ok(())
    }

    pub(super) async fn own(&self, part: Part, threads: u32) -> anyhow::Result<Figures> {
        let program = std::env::current_exe().context("cannot find this program")?;
        let mut command = Command::new(program);
        command
            .args(["bench", "trainer-part", &part.to_string()])
            .args(["--threads", &threads.to_string()]);
        Ok(serde_json::from_str(&said(command).await?)?)
    }

    /// `None` where no Python was named.
    pub(super) async fn reference(
        &self,
        part: Part,
        threads: u32,
    ) -> anyhow::Result<Option<Figures>> {
        let Some(python) = &self.python else {
            return Ok(None);
        };
        let threads = threads.to_string();
        let mut command = Command::new(python);
        // Waiting threads would count as work otherwise.
        command.env("OMP_WAIT_POLICY", "passive");
        match part {
            Part::Training => command
                .arg(self.scripts.path().join("training.py"))
                .args(["throughput", "--threads", &threads])
                .args(["--steps", &STEPS.to_string()]),
            Part::Sampling(workload) => command
                .arg(self.scripts.path().join("sampling.py"))
                .args([&workload.to_string(), &threads]),
        };
        let line: Line = serde_json::from_str(&said(command).await?)?;
        Ok(Some(Figures {
            engine: line.engine,
            tokens_per_cpu_second: line.sample_tokens_per_cpu_second,
            tokens_per_second: line.sample_tokens_per_second,
            peak_rss_mib: line.peak_rss_mib,
        }))
    }
}

/// What it printed.
async fn said(mut command: Command) -> anyhow::Result<String> {
    let shown = command.as_std().get_program().display().to_string();
    let output = command
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .map_err(|error| Failure::Usage(format!("cannot start {shown}: {error}")))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let words = String::from_utf8_lossy(&output.stderr);
    let words = words.trim();
    let tail = words.len().saturating_sub(LAST_WORDS);
    let tail = (tail..=words.len()).find(|at| words.is_char_boundary(*at));
    let words = tail.map_or("", |at| &words[at..]).replace('\n', "; ");
    anyhow::bail!("{shown} ended with {}: {words}", output.status)
}
