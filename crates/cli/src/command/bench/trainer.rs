//! `synthsmith bench trainer`: how fast the embedded engine trains and samples here.
//!
//! Each measurement is a process of its own, so that its CPU time and its peak of memory are its own. Where a Python with
//! torch is named, the same work written by hand in PyTorch is measured in turns with ours.

mod checks;
mod process;
mod report;
mod sampling;
mod table;
mod training;

use std::time::Instant;

use serde::{Deserialize, Serialize};
use synthsmith_daemon::Shutdown;

use super::machine::Machine;
use super::{Session, interrupted};
use crate::args::{TrainerArgs, TrainerPartArgs};
use crate::output::{self, say};
use process::Processes;
use report::{Report, Row};

/// What is measured, each at every number of threads.
const PARTS: [Part; 4] = [
    Part::Training,
    Part::Sampling(0),
    Part::Sampling(1),
    Part::Sampling(2),
];
const THREADS: [u32; 2] = [1, 2];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Training,
    /// The workload of that number.
    Sampling(usize),
}

/// What one process measured.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Figures {
    engine: String,
    tokens_per_cpu_second: f64,
    /// By the clock.
    tokens_per_second: f64,
    peak_rss_mib: f64,
}

pub(super) async fn run(session: &Session, args: &TrainerArgs) -> anyhow::Result<()> {
    let mut signals = Shutdown::listen()?;
    let report = tokio::select! {
        report = measured(session, args) => report?,
        // The process that measures ends with its future.
        () = signals.received() => return Err(interrupted()),
    };
    if session.is_json {
        return output::print_json(&report);
    }
    output::print(&table::text(&report));
    Ok(())
}

/// Measures one part in this process, for the one that started it.
pub(super) fn part(args: &TrainerPartArgs) -> anyhow::Result<()> {
    let figures = match args.part.parse()? {
        Part::Training => training::measure(args.threads as usize)?,
        Part::Sampling(workload) => sampling::measure(workload, args.threads as usize)?,
    };
    output::print(&serde_json::to_string(&figures)?);
    Ok(())
}

async fn measured(session: &Session, args: &TrainerArgs) -> anyhow::Result<Report> {
    let machine = Machine::look();
    let began = Instant::now();
    let processes = Processes::new(args.python.clone())?;
    processes.check().await?;
    let mut rows: Vec<Row> = PARTS
        .iter()
        .flat_map(|part| THREADS.map(|threads| Row::new(*part, threads)))
        .collect();
    for repetition in 1..=args.repetitions {
        let started = Instant::now();
        for row in &mut rows {
            row.add_own(processes.own(row.part, row.threads).await?);
            if let Some(figures) = processes.reference(row.part, row.threads).await? {
                row.add_reference(figures);
            }
        }
        if !session.is_json {
            say(&format!(
                "repetition {repetition} of {} took {:.0} s",
                args.repetitions,
                started.elapsed().as_secs_f64()
            ));
        }
    }
    Ok(Report::new(
        machine,
        args.repetitions,
        &rows,
        began.elapsed(),
    ))
}

// === impl Part ===

impl std::fmt::Display for Part {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Training => formatter.write_str("training"),
            Self::Sampling(workload) => write!(formatter, "sampling-{workload}"),
        }
    }
}

impl std::str::FromStr for Part {
    type Err = anyhow::Error;

    fn from_str(name: &str) -> anyhow::Result<Self> {
        let mut parts = PARTS.into_iter();
        let part = parts.find(|part| part.to_string() == name);
        part.ok_or_else(|| anyhow::anyhow!("nothing is measured by the name {name:?}"))
    }
}

/// CPU time of this process so far in seconds, user and system, of all threads.
fn cpu_seconds() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9
}

/// The most memory that this process ever had.
fn peak_rss_mib() -> anyhow::Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB"));
    let kib = kib.ok_or_else(|| anyhow::anyhow!("/proc/self/status has no VmHWM"))?;
    Ok(kib.trim().parse::<f64>()? / 1024.0)
}
