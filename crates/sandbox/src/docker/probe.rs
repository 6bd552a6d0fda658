//! Proves at the start that the engine contains programs: a program tries each way out, and none may work.
//!
//! Engines have been seen to accept limits and to ignore them.

use std::time::Duration;

use bytes::Bytes;
use synthsmith_corpus::{Outcome, OutcomeStatus};

use super::DockerSandbox;
use super::spec::is_gvisor;
use crate::{Error, Input, Isolation, Job, Language, Limits, Sandbox as _, WorkingFiles};

const SOURCE: &str = include_str!("probe.py");
const PROCESSES: u32 = 16;
/// Enough for so many processes even where the kernel counts what they share for each of them.
const MEMORY_BYTES: u64 = 256 << 20;
/// What the program spends to see whether it is counted.
const CPU_SPENT: Duration = Duration::from_millis(100);

/// What the program calls a way out, and what holds it shut.
const DOORS: [(&str, &str); 4] = [
    ("privileges", "the loss of privileges"),
    ("network", "the lack of a network"),
    ("files", "the read-only file system"),
    ("processes", "the limit of processes"),
];

pub(super) async fn prove_limits(
    sandbox: &DockerSandbox,
    isolation: Isolation,
) -> Result<(), Error> {
    let compiled = sandbox.compile(job(isolation)).await?;
    let mut runs = compiled.runs.ok_or(Error::OutOfTurn)?;
    for (input, ignored) in [
        (
            doors(is_gvisor(&sandbox.0.config)),
            open_door as fn(&Outcome) -> Option<&'static str>,
        ),
        ("cpu".to_owned(), |outcome| {
            (outcome.measures.cpu_time < CPU_SPENT).then_some("the CPU accounting")
        }),
        ("memory".to_owned(), |outcome| {
            (outcome.status != OutcomeStatus::MemoryExceeded).then_some("the memory limit")
        }),
    ] {
        let outcome = runs.run(Input::from(Bytes::from(input))).await?;
        if let Some(limit) = ignored(&outcome) {
            let seen = seen(&outcome);
            return Err(Error::LimitIgnored { limit, seen });
        }
    }
    Ok(())
}

/// gVisor does not count the processes of a user. There the container's own limit ends the container.
fn doors(is_gvisor: bool) -> String {
    let tried = DOORS.iter().map(|(door, _)| *door);
    let tried = tried.filter(|door| !(is_gvisor && *door == "processes"));
    format!("doors {}", tried.collect::<Vec<_>>().join(" "))
}

fn job(isolation: Isolation) -> Job {
    let limits = Limits {
        wall_time: Duration::from_secs(20),
        processes: PROCESSES,
        ..Limits::new(Duration::from_secs(5), MEMORY_BYTES)
    };
    Job {
        // The check of the syntax would only cost time.
        language: Language {
            compile: Vec::new(),
            ..Language::python3()
        },
        source: Bytes::from_static(SOURCE.as_bytes()),
        limits,
        returned_output_bytes: 1024,
        attached_files: 0,
        working_files: WorkingFiles::default(),
        isolation,
    }
}

/// What should hold the first way out that the program found open.
fn open_door(outcome: &Outcome) -> Option<&'static str> {
    let printed = outcome.output.as_slice();
    let open = DOORS
        .iter()
        .find(|(door, _)| printed.starts_with(door.as_bytes()));
    match open {
        Some((_, limit)) => Some(limit),
        None if outcome.status == OutcomeStatus::Ok && printed.is_empty() => None,
        None => Some("the conditions of a run"),
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docker::told;

    #[test]
    fn every_door_is_tried_but_one_that_gvisor_has_not() {
        assert_eq!(doors(false), "doors privileges network files processes");
        assert_eq!(doors(true), "doors privileges network files");
    }

    #[test]
    fn the_program_says_which_door_is_open_and_anything_else_it_says_is_no_proof() {
        let table = [
            (OutcomeStatus::Ok, "", None),
            (
                OutcomeStatus::Ok,
                "network ['eth0']\n",
                Some("the lack of a network"),
            ),
            (
                OutcomeStatus::Ok,
                "files /probe\n",
                Some("the read-only file system"),
            ),
            (
                OutcomeStatus::Ok,
                "what?\n",
                Some("the conditions of a run"),
            ),
            (
                OutcomeStatus::RuntimeError,
                "",
                Some("the conditions of a run"),
            ),
        ];
        for (status, printed, expected) in table {
            let outcome = Outcome {
                output: printed.as_bytes().to_vec(),
                ..told::blank(0, status)
            };
            assert_eq!(open_door(&outcome), expected, "{printed}");
        }
    }
}
