//! Programs that need about as much CPU time as they may.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use synthsmith_corpus::OutcomeStatus::{CpuTimeExceeded, Ok};
use synthsmith_sandbox::{DockerSandbox, Input, Job, Limits, Runs, Sandbox as _};

use crate::runs::{Ran, job, sandbox};

#[tokio::test]
async fn a_run_that_ends_just_above_its_limit_has_exceeded_it() {
    let Some(sandbox) = sandbox("a_run_that_ends_just_above_its_limit_has_exceeded_it").await
    else {
        return;
    };
    // Spends what it is told by its own clock, of which the limit knows nothing.
    let source = "import time\nspent = float(input())\nwhile time.process_time() < spent: pass";
    let spender = job_within(500, source);
    let runs = Ran::on(&sandbox, spender, ["0.2", "0.57", "0.2", "60"]).await;
    assert_eq!(
        runs.statuses(),
        [Ok, CpuTimeExceeded, Ok, CpuTimeExceeded],
        "{:?}",
        runs.outcomes
    );
    // That it ended by itself is known of the second, and that it would never have of the fourth.
    assert_eq!(runs.outcomes[1].exit_code, Some(0));
    assert_eq!(runs.outcomes[3].signal, Some(9));
    assert!(runs.outcomes[1].output_digest.is_empty());
    sandbox.close().await;
}

#[tokio::test]
async fn a_run_that_ends_just_above_its_limit_gets_another_alone_which_decides() {
    let test = "a_run_that_ends_just_above_its_limit_gets_another_alone_which_decides";
    let Some(sandbox) = sandbox(test).await else {
        return;
    };
    // Slow before an instant, as if others disturbed it, and quick after.
    let disturbed = r"
import time
spent = 1.1 if time.time() < float(input()) else 0.1
while time.process_time() < spent: pass
print(spent)";
    let other = "import time\ntime.sleep(max(0, float(input()) - time.time()))";
    let mut disturbed = begun(&sandbox, job_within(1000, disturbed)).await;
    let mut other = begun(&sandbox, job_within(500, other)).await;
    let instant = SystemTime::now() + Duration::from_secs(3);
    let instant = instant.duration_since(UNIX_EPOCH).unwrap().as_secs_f64();
    let input = Input::from(Bytes::from(instant.to_string()));
    // Another run lasts until that instant, so the second measurement, which waits for it, comes after.
    let (outcome, waited) = tokio::join!(disturbed.run(input.clone()), other.run(input));
    assert_eq!(waited.unwrap().status, Ok);
    let outcome = outcome.unwrap();
    assert_eq!(
        (outcome.status, outcome.output.as_slice()),
        (Ok, &b"0.1\n"[..])
    );
    drop((disturbed, other));
    sandbox.close().await;
}

fn job_within(cpu_ms: u64, source: &str) -> Job {
    let limits = Limits {
        wall_time: Duration::from_mins(1),
        ..Limits::new(Duration::from_millis(cpu_ms), 128 << 20)
    };
    Job {
        limits,
        ..job("python3", source)
    }
}

#[tokio::test]
async fn a_program_that_is_always_just_above_gets_three_more_runs_in_all() {
    let test = "a_program_that_is_always_just_above_gets_three_more_runs_in_all";
    let Some(sandbox) = sandbox(test).await else {
        return;
    };
    // A run is one process, so the ids count them.
    let slow = r"
import os, time
print(os.getpid())
while time.process_time() < 1.08: pass";
    let ran = Ran::on(&sandbox, job_within(1000, slow), [""; 5]).await;
    assert_eq!(ran.statuses(), [CpuTimeExceeded; 5]);
    let ids = ran.outputs();
    let ids: Vec<u32> = ids.iter().map(|id| id.trim().parse().unwrap()).collect();
    let runs: Vec<u32> = ids.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert_eq!(runs, [2, 2, 1, 1]);
    sandbox.close().await;
}

#[tokio::test]
async fn the_first_measurement_stands_where_others_do_not_end() {
    let test = "the_first_measurement_stands_where_others_do_not_end";
    let Some(sandbox) = sandbox(test).await else {
        return;
    };
    let slow = "import time\nwhile time.process_time() < 1.08: pass";
    let mut slow = begun(&sandbox, job_within(1000, slow)).await;
    let sleeper = "import time\ntime.sleep(50)";
    let mut sleeper = begun(&sandbox, job_within(1000, sleeper)).await;
    tokio::select! {
        biased;
        asleep = sleeper.run(Input::default()) => panic!("the sleeper was waited for: {asleep:?}"),
        outcome = slow.run(Input::default()) => assert_eq!(outcome.unwrap().status, CpuTimeExceeded),
    }
    drop((slow, sleeper));
    sandbox.close().await;
}

async fn begun(sandbox: &DockerSandbox, job: Job) -> Box<dyn Runs> {
    sandbox.compile(job).await.unwrap().runs.unwrap()
}
