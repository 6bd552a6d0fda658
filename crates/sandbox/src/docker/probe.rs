//! Proves at the start that the engine contains programs: a program tries each way out, and none may work.
//!
//! Engines have been seen to accept limits and to ignore them.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use synthsmith_corpus::{Outcome, OutcomeStatus};
use tokio::sync::mpsc;

use super::DockerSandbox;
use crate::config::MIN_MEMORY_BYTES;
use crate::{Error, Event, Job, Language, Limits, Sandbox as _};

const SOURCE: &str = include_str!("probe.py");
const PROCESSES: u32 = 16;

/// One way out: what it is called in the program, what holds it shut, and whether it did.
struct Trial {
    input: &'static str,
    limit: &'static str,
    held: fn(&Outcome) -> bool,
}

const TRIALS: [Trial; 6] = [
    Trial {
        input: "privileges",
        limit: "the loss of privileges",
        held: prints_held,
    },
    Trial {
        input: "network",
        limit: "the lack of a network",
        held: prints_held,
    },
    Trial {
        input: "files",
        limit: "the read-only file system",
        held: prints_held,
    },
    Trial {
        input: "processes",
        limit: "the limit of processes",
        held: prints_held,
    },
    Trial {
        input: "cpu",
        limit: "the CPU accounting",
        held: |outcome| outcome.status == OutcomeStatus::CpuTimeExceeded,
    },
    Trial {
        input: "memory",
        limit: "the memory limit",
        held: |outcome| outcome.status == OutcomeStatus::MemoryExceeded,
    },
];

pub(super) async fn prove_limits(sandbox: &DockerSandbox) -> Result<(), Error> {
    let (sender, mut receiver) = mpsc::channel(TRIALS.len() + 1);
    sandbox.run(job(), sender).await?;
    let mut trials = TRIALS.iter();
    while let Some(event) = receiver.recv().await {
        let Event::Finished(outcome) = event else {
            continue;
        };
        if let Some(trial) = trials.next().filter(|trial| !(trial.held)(&outcome)) {
            return Err(Error::LimitIgnored {
                limit: trial.limit,
                seen: seen(&outcome),
            });
        }
    }
    Ok(())
}

fn job() -> Job {
    let limits = Limits {
        wall_time: Duration::from_secs(20),
        processes: PROCESSES,
        ..Limits::new(Duration::from_millis(500), MIN_MEMORY_BYTES)
    };
    Job {
        language: Language {
            environment: BTreeMap::new(),
            ..Language::python3()
        },
        source: Bytes::from_static(SOURCE.as_bytes()),
        inputs: TRIALS
            .iter()
            .map(|trial| Bytes::from_static(trial.input.as_bytes()))
            .collect(),
        limits,
        returned_output_bytes: 1024,
        stop_after_timeouts: None,
    }
}

fn prints_held(outcome: &Outcome) -> bool {
    outcome.status == OutcomeStatus::Ok && outcome.output.trim_ascii() == b"held"
}

fn seen(outcome: &Outcome) -> String {
    let printed = String::from_utf8_lossy(&outcome.output);
    let complained = String::from_utf8_lossy(&outcome.stderr_excerpt);
    format!(
        "the probe ended with {:?} after {:?} {:?}",
        outcome.status,
        printed.trim(),
        complained.trim()
    )
}
