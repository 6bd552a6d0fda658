//! kill -9 at any moment: nothing is lost or doubled, and the output is the same.

use std::time::{Duration, Instant};

use synthsmith_testkit::engine_or_skip;

use crate::command::{Place, Process, assert_same, exists, succeed};

/// Moments of the kills, in seconds after the start: features, synthesis, execution, late execution.
const MOMENTS: [f64; 5] = [0.7, 1.9, 2.6, 3.7, 5.3];

#[test]
fn a_run_that_was_killed_five_times_gives_the_same_bytes() {
    if !engine_or_skip("a_run_that_was_killed_five_times_gives_the_same_bytes") {
        return;
    }
    let place = Place::new();
    succeed(place.small_run("whole", &[]));
    let mut command = place.small_run("killed", &[]);
    let mut kills = 0;
    for moment in MOMENTS {
        let mut process = Process(command.spawn().unwrap());
        kills += u32::from(kill_after(&mut process, Duration::from_secs_f64(moment)));
        if !exists(&place.path("killed/state/run.json")) {
            // Killed before the folder was claimed: there is nothing to resume yet.
            command = place.small_run("killed", &[]);
            continue;
        }
        command = place.synthsmith(&["run", "--resume", "--out", "killed"]);
    }
    assert!(
        kills >= 3,
        "the run ended before it could be killed often enough"
    );
    succeed(command);
    assert_same(&place.data("whole"), &place.data("killed"));
    let (whole, killed) = (place.report("whole"), place.report("killed"));
    assert_eq!(
        whole["model_calls"], killed["model_calls"],
        "an answer was asked for twice"
    );
    assert!(killed["paid_twice_upper_bound"].as_u64() <= Some(5 * 64));
}

/// Kills a process at a moment; false where it had ended before.
fn kill_after(process: &mut Process, moment: Duration) -> bool {
    let deadline = Instant::now() + moment;
    loop {
        if process.0.try_wait().unwrap().is_some() {
            return false;
        }
        if Instant::now() >= deadline {
            process.0.kill().unwrap();
            process.0.wait().unwrap();
            return true;
        }
        std::thread::park_timeout(Duration::from_millis(5));
    }
}
