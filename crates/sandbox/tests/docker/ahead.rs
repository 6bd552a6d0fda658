//! Inputs that are announced, and so are on their way before it is their turn.

use std::time::Duration;

use bytes::Bytes;
use synthsmith_corpus::Outcome;
use synthsmith_corpus::OutcomeStatus::{CpuTimeExceeded, MemoryExceeded, Ok, OutputExceeded};
use synthsmith_sandbox::{DockerSandbox, Input, Isolation, Job, Limits, Sandbox as _};

use crate::runs::{job, sandbox_with};

const ECHO: &str = "
import sys, time
way, *rest = sys.stdin.read().split()
if way == 'spend':
    while time.process_time() < float(rest[0]): pass
if way == 'spin':
    while True: pass
if way == 'grow': rest = [str(len(bytearray(b'x') * (600 << 20)))]
if way == 'pour': print('x' * (2 << 20))
print(way, *rest)";

fn echo(isolation: Isolation) -> Job {
    Job {
        limits: Limits {
            output_bytes: 1 << 20,
            wall_time: Duration::from_mins(1),
            ..Limits::new(Duration::from_millis(500), 256 << 20)
        },
        returned_output_bytes: 1 << 10,
        isolation,
        ..job("python3", ECHO)
    }
}

async fn announced(sandbox: &DockerSandbox, job: Job, inputs: &[Input]) -> Vec<Outcome> {
    let mut runs = sandbox.compile(job).await.unwrap().runs.unwrap();
    runs.announce(inputs);
    let mut outcomes = Vec::new();
    for input in inputs {
        outcomes.push(runs.run(input.clone()).await.unwrap());
    }
    outcomes
}

#[tokio::test]
async fn announced_inputs_are_run_and_told_in_their_order_whatever_each_does() {
    let test = "announced_inputs_are_run_and_told_in_their_order_whatever_each_does";
    let config = synthsmith_sandbox::Config {
        cell_containers: 1,
        cell_apparmor_profile: synthsmith_testkit::cell_profile(),
        ..Default::default()
    };
    let Some(sandbox) = sandbox_with(test, config).await else {
        return;
    };
    let large = format!("large {}", "7 ".repeat(100_000));
    let ways = [
        ("one 1", Ok),
        ("spend 0.57", CpuTimeExceeded),
        ("two 2", Ok),
        ("spend 0.56", CpuTimeExceeded),
        ("pour", OutputExceeded),
        ("three 3", Ok),
        ("spin", CpuTimeExceeded),
        (large.as_str(), Ok),
        ("grow", MemoryExceeded),
        ("four 4", Ok),
        ("five 5", Ok),
    ];
    let inputs = ways.map(|(way, _)| Input::from(Bytes::copy_from_slice(way.as_bytes())));
    for isolation in [Isolation::Container, Isolation::default_cell()] {
        let outcomes = announced(&sandbox, echo(isolation.clone()), &inputs).await;
        for (index, (outcome, (way, status))) in outcomes.iter().zip(ways).enumerate() {
            assert_eq!(outcome.status, status, "{isolation:?} {index} {outcome:?}");
            assert_eq!(outcome.input_index as usize, index);
            let printed = String::from_utf8_lossy(&outcome.output);
            if status == Ok {
                assert!(
                    way.starts_with(&printed[..5.min(printed.len())]),
                    "{printed}"
                );
            }
        }
    }
    sandbox.close().await;
}

#[tokio::test]
async fn another_input_than_the_one_announced_is_refused() {
    let test = "another_input_than_the_one_announced_is_refused";
    let Some(sandbox) = sandbox_with(test, synthsmith_sandbox::Config::default()).await else {
        return;
    };
    let compiled = sandbox.compile(echo(Isolation::Container)).await.unwrap();
    let mut runs = compiled.runs.unwrap();
    let [first, other] = ["first", "other"].map(|way| Input::from(Bytes::from(way)));
    runs.announce(std::slice::from_ref(&first));
    assert!(runs.run(other.clone()).await.is_err());
    assert_eq!(runs.run(first).await.unwrap().output, b"first\n");
    assert_eq!(runs.run(other).await.unwrap().output, b"other\n");
    drop(runs);
    sandbox.close().await;
}
