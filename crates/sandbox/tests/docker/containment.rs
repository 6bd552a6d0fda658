//! What holds programs even where the runner's own protections do not.

use std::path::Path;
use std::process::Command;

use synthsmith_corpus::OutcomeStatus::{CpuTimeExceeded, MemoryExceeded, Ok};
use synthsmith_sandbox::{Config, DockerSandbox, Engine, Error, RunnerWeakness, Weakness};
use synthsmith_testkit::{engine_or_skip, say};

use crate::runs::{Ran, job, sandbox_with};

/// Makes every forbidden call with arguments that are never right, and prints those that are not refused outright.
const CALLS: &str = include_str!("calls.c");

async fn calls_that_reach_the_kernel(test: &str, weakness: Weakness) -> Option<String> {
    let config = Config {
        weakness: Some(weakness),
        ..Config::default()
    };
    let sandbox = sandbox_with(test, config).await?;
    let ran = Ran::on(&sandbox, job("c17", CALLS), [""]).await;
    assert!(ran.compilation.succeeded, "{:?}", ran.compilation);
    sandbox.close().await;
    ran.outputs().pop()
}

#[tokio::test]
async fn the_containers_filter_refuses_every_forbidden_call_on_its_own() {
    let test = "the_containers_filter_refuses_every_forbidden_call_on_its_own";
    let runner = Weakness::Runner(RunnerWeakness::Seccomp);
    let Some(reached) = calls_that_reach_the_kernel(test, runner).await else {
        return;
    };
    assert_eq!(reached, "tried them all\n");
    // That the calls mean something is seen where nothing refuses them.
    let unfiltered = calls_that_reach_the_kernel(test, Weakness::ContainerSeccomp).await;
    let reached = unfiltered.unwrap();
    for call in ["kcmp", "process_vm_readv", "shmget", "AF_NETLINK", "clone3"] {
        assert!(reached.contains(call), "{reached}");
    }
}

#[tokio::test]
async fn the_proof_finds_what_an_engine_does_not_enforce() {
    let test = "the_proof_finds_what_an_engine_does_not_enforce";
    let table = [
        (Weakness::Network, "the lack of a network"),
        (Weakness::WritableRoot, "the read-only file system"),
        (Weakness::ProcessCount, "the limit of processes"),
        (Weakness::Memory, "the memory limit"),
        (Weakness::Capabilities, "the loss of privileges"),
    ];
    for (weakness, expected) in table {
        let config = Config {
            weakness: Some(weakness),
            ..Config::default()
        };
        let Some(sandbox) = sandbox_with(test, config).await else {
            return;
        };
        match sandbox.prove_limits().await {
            Err(Error::LimitIgnored { limit, .. }) => assert_eq!(limit, expected),
            proven => panic!("{weakness:?}: {proven:?}"),
        }
        sandbox.close().await;
    }
}

#[tokio::test]
async fn an_unknown_runtime_is_refused_with_those_that_the_engine_knows() {
    if !engine_or_skip("an_unknown_runtime_is_refused") {
        return;
    }
    let config = Config {
        runtime: "imagined".to_owned(),
        ..Config::default()
    };
    let refused = DockerSandbox::open(config).await;
    let told = refused.unwrap_err().to_string();
    assert!(told.contains("no runtime imagined, only "), "{told}");
}

#[tokio::test]
async fn programs_run_under_gvisor_where_the_engine_has_it() {
    let test = "programs_run_under_gvisor_where_the_engine_has_it";
    if !engine_or_skip(test) {
        return;
    }
    let engine = Engine::connect(&Config::default()).await.unwrap();
    if !engine.facts().runtimes.contains(&"runsc".to_owned()) {
        say(&format!(
            "left out: {test}, since the engine has no runtime runsc"
        ));
        return;
    }
    let config = Config {
        runtime: "runsc".to_owned(),
        ..Config::default()
    };
    let sandbox = sandbox_with(test, config).await.unwrap();
    let source = "
way = input()
while way == 'spin': pass
if way == 'grow': print(len(bytearray(b'x') * (400 << 20)))
print(way)";
    let ways = ["fine", "spin", "grow", "fine"];
    let ran = Ran::on(&sandbox, job("python3", source), ways).await;
    assert_eq!(
        ran.statuses(),
        [Ok, CpuTimeExceeded, MemoryExceeded, Ok],
        "{:?}",
        ran.outcomes
    );
    sandbox.close().await;
}

#[test]
fn the_apparmor_profiles_are_such() {
    let profiles = Path::new(env!("CARGO_MANIFEST_DIR")).join("profiles/apparmor");
    let parsed = Command::new("apparmor_parser")
        .args(["--skip-kernel-load", "--skip-cache", "--quiet"])
        .args(["synthsmith-sandbox", "synthsmith-cells"])
        .current_dir(profiles)
        .output();
    match parsed {
        Result::Ok(output) => assert!(output.status.success(), "{output:?}"),
        Err(error) => say(&format!(
            "left out: the_apparmor_profiles_are_such, since apparmor_parser is not here: {error}"
        )),
    }
}
