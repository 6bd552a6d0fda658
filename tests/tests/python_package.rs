//! The Python package as users have it: a wheel, installed into a clean environment.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use synthsmith_testkit::engine_or_skip;
use synthsmith_tests::python::{BUILD, python_or_skip, repository};
use synthsmith_tests::{Daemon, Engine, System};

/// The interpreter that has the package, which is built and installed where it is not up to date.
fn installed(test: &str) -> Option<PathBuf> {
    python_or_skip(BUILD, test)?;
    let folder = repository().join("target/python-client");
    let made = Command::new(repository().join("scripts/python-client.sh"))
        .arg(&folder)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&made.stderr);
    assert!(made.status.success(), "{said}");
    Some(folder.join("clean/bin/python"))
}

/// Runs tests of the package that match `pattern`, with what they are to ask; none may be left out.
async fn run_tests(python: PathBuf, pattern: &str, services: &[(&str, &str)]) {
    let output = tokio::process::Command::new(python)
        .args(["-B", "-m", "unittest", "discover", "--pattern", pattern])
        .envs(services.iter().copied())
        .current_dir(repository().join("clients/python/tests"))
        .kill_on_drop(true)
        .output()
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{pattern}: {said}");
    assert!(said.ends_with("\nOK\n"), "{pattern}: {said}");
}

#[test]
fn the_package_has_our_version_and_its_types_hold() {
    let test = "the_package_has_our_version_and_its_types_hold";
    let Some(python) = installed(test) else {
        return;
    };
    let version = Command::new(python)
        .args(["-c", "import synthsmith; print(synthsmith.__version__)"])
        .output()
        .unwrap();
    let version = String::from_utf8(version.stdout).unwrap();
    assert_eq!(version.trim(), env!("CARGO_PKG_VERSION"));

    let folder = repository().join("clients/python");
    let checked = Command::new(repository().join("target/python-client/build/bin/python"))
        .args(["-m", "mypy", "--cache-dir", "/dev/null"])
        .args(["--config-file", "pyproject.toml", "-p", "synthsmith"])
        .current_dir(folder)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&checked.stdout);
    assert!(checked.status.success(), "{said}");
}

#[tokio::test]
async fn programs_are_judged_and_rollouts_scored_and_faults_are_neither() {
    let test = "programs_are_judged_and_rollouts_scored_and_faults_are_neither";
    if !engine_or_skip(test) {
        return;
    }
    let Some(python) = installed(test) else {
        return;
    };
    for pattern in [
        "test_address.py",
        "test_replies.py",
        "test_ground_truth.py",
        "test_following.py",
    ] {
        run_tests(python.clone(), pattern, &[]).await;
    }
    let verifier = Daemon::start("verifier", &[("VERIFIER__POOL_SIZE", "1")]).await;
    let url = format!("http://{}", verifier.authority());
    for pattern in ["test_verifier.py", "test_rewards.py"] {
        run_tests(
            python.clone(),
            pattern,
            &[("SYNTHSMITH_TEST_VERIFIER", &url)],
        )
        .await;
    }
    let process_id = verifier.process_id();
    verifier.terminate();
    assert_eq!(verifier.exit_code(Duration::from_mins(1)).await, Some(0));
    Engine::connect().assert_nothing_left_of(process_id).await;
}

#[tokio::test]
async fn two_replicas_share_the_calls_and_either_may_be_lost() {
    let test = "two_replicas_share_the_calls_and_either_may_be_lost";
    if !engine_or_skip(test) {
        return;
    }
    let Some(python) = installed(test) else {
        return;
    };
    let settings = [("VERIFIER__POOL_SIZE", "1")];
    let one = Daemon::start("verifier", &settings).await;
    let two = Daemon::start("verifier", &settings).await;
    let replicas = format!(
        "{} {} {} {}",
        one.authority(),
        one.process_id(),
        two.authority(),
        two.process_id()
    );
    let killed = [one.process_id(), two.process_id()];
    run_tests(
        python,
        "test_replicas.py",
        &[("SYNTHSMITH_TEST_REPLICAS", &replicas)],
    )
    .await;
    // The next one clears up after those that were killed.
    let next = Daemon::start("verifier", &settings).await;
    next.terminate();
    assert_eq!(next.exit_code(Duration::from_mins(1)).await, Some(0));
    for process_id in killed {
        Engine::connect().assert_nothing_left_of(process_id).await;
    }
}

#[tokio::test]
async fn a_run_is_followed_from_its_creation_to_its_output() {
    let test = "a_run_is_followed_from_its_creation_to_its_output";
    if !engine_or_skip(test) {
        return;
    }
    let Some(python) = installed(test) else {
        return;
    };
    let system = System::start().await;
    let url = system.url("orchestrator");
    run_tests(
        python,
        "test_runs.py",
        &[("SYNTHSMITH_TEST_ORCHESTRATOR", &url)],
    )
    .await;
}

#[tokio::test]
async fn rows_become_a_model_that_is_evaluated() {
    let test = "rows_become_a_model_that_is_evaluated";
    if !engine_or_skip(test) {
        return;
    }
    let Some(python) = installed(test) else {
        return;
    };
    let verifier = Daemon::start("verifier", &[("VERIFIER__POOL_SIZE", "1")]).await;
    let url = format!("http://{}", verifier.authority());
    let settings = [
        ("TRAINER__VERIFIER_ADDRESS", url.as_str()),
        ("TRAINER__MAX_DATA_BYTES", "4194304"),
    ];
    let trainer = Daemon::start("trainer", &settings).await;
    let url = format!("http://{}", trainer.authority());
    run_tests(python, "test_jobs.py", &[("SYNTHSMITH_TEST_TRAINER", &url)]).await;
    for daemon in [trainer, verifier] {
        daemon.terminate();
        assert_eq!(daemon.exit_code(Duration::from_mins(1)).await, Some(0));
    }
}
