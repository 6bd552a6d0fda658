//! Machines that lack something.

use std::fs;
use std::process::Command;

use synthsmith_testkit::engine_or_skip;
use tempfile::tempdir;

use crate::refused::{SAMPLES, refused, synthsmith};

#[test]
fn a_machine_without_an_engine() {
    let place = tempdir().unwrap();
    let args = ["run", "--samples", SAMPLES, "--out", "out"];
    let mut run = synthsmith(place.path(), &args);
    run.env("DOCKER_HOST", "unix:///nowhere/docker.sock");
    refused(run, 3, &["/nowhere/docker.sock", "docker.io"]);
    assert!(
        !place.path().join("out").exists(),
        "something was left behind"
    );
}

#[test]
fn doctor_looks_for_the_engine_of_the_settings() {
    let place = tempdir().unwrap();
    let settings = "[verifier]\ndocker_host = \"unix:///nowhere/else.sock\"\n";
    fs::write(place.path().join("synthsmith.toml"), settings).unwrap();
    let output = synthsmith(place.path(), &["doctor"]).output().unwrap();
    let found = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(3), "{found}");
    let engine = found.lines().find(|line| line.contains("engine")).unwrap();
    assert!(
        engine.starts_with("FAIL") && engine.contains("/nowhere/else.sock"),
        "{found}"
    );
}

#[test]
fn doctor_proves_that_the_limits_hold() {
    if !engine_or_skip("doctor_proves_that_the_limits_hold") {
        return;
    }
    let place = tempdir().unwrap();
    let doctor = synthsmith(place.path(), &["doctor", "--build", "--json"]);
    let output = { doctor }.output().unwrap();
    let findings: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let finding = |what: &str| {
        let mut all = findings.as_array().unwrap().iter();
        let found = all.find(|found| found["what"] == what);
        found.unwrap_or_else(|| panic!("nothing of {what}: {findings}"))
    };
    for what in ["engine", "protection", "image", "limits"] {
        assert_eq!(finding(what)["is_fine"], true, "{findings}");
    }
    let engine = finding("engine")["found"].as_str().unwrap();
    assert!(
        engine.contains("cgroup v") && engine.contains("runtimes: "),
        "{engine}"
    );
    let limits = finding("limits")["found"].as_str().unwrap();
    assert!(limits.starts_with("all of them hold"), "{limits}");
}

#[test]
fn a_second_run_in_the_same_folder_and_a_resume_with_other_settings() {
    if !engine_or_skip("a_second_run_in_the_same_folder_and_a_resume_with_other_settings") {
        return;
    }
    let place = tempdir().unwrap();
    let small = [
        "run",
        "--samples",
        SAMPLES,
        "--max-samples",
        "6",
        "--out",
        "out",
        "--tasks",
        "2",
        "--candidates",
        "3",
        "--tests",
        "6",
        "--evolution-rounds",
        "0",
    ];
    let first = synthsmith(place.path(), &small).output().unwrap();
    assert!(
        first.status.success(),
        "{}",
        String::from_utf8_lossy(&first.stderr)
    );
    let before = fs::read(place.path().join("out/report.json")).unwrap();

    refused(
        synthsmith(place.path(), &small),
        2,
        &["holds a run already", "--resume"],
    );

    let other_seed = ["run", "--resume", "--out", "out", "--seed", "99"];
    refused(
        synthsmith(place.path(), &other_seed),
        2,
        &["another configuration"],
    );

    fs::write(place.path().join("other.toml"), "[teacher]\nseed = 99\n").unwrap();
    let other_teacher = ["run", "--resume", "--out", "out", "--config", "other.toml"];
    refused(
        synthsmith(place.path(), &other_teacher),
        2,
        &["another configuration"],
    );

    assert_eq!(
        fs::read(place.path().join("out/report.json")).unwrap(),
        before
    );
}

#[test]
fn a_full_disk() {
    if !engine_or_skip("a_full_disk") {
        return;
    }
    let place = tempdir().unwrap();
    let Some(_tiny) = TinyDisk::mount(place.path()) else {
        synthsmith_testkit::say(
            "left out: a_full_disk, since only root may mount the disk it needs",
        );
        return;
    };
    let args = ["run", "--samples", SAMPLES, "--out", "out", "--tasks", "30"];
    refused(synthsmith(place.path(), &args), 1, &["disk"]);
}

/// A file system of 700 KiB at a folder, while it lives.
struct TinyDisk(std::path::PathBuf);

impl TinyDisk {
    fn mount(at: &std::path::Path) -> Option<Self> {
        let mut mount = Command::new("mount");
        mount
            .args(["-t", "tmpfs", "-o", "size=700k", "tmpfs"])
            .arg(at);
        let mounted = mount.output().ok()?.status.success();
        mounted.then(|| Self(at.to_owned()))
    }
}

impl Drop for TinyDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).output();
    }
}

#[test]
#[cfg(not(feature = "cuda"))]
fn a_program_that_was_built_without_cuda() {
    let place = tempdir().unwrap();
    fs::write(place.path().join("rows.jsonl"), "").unwrap();
    let sft = ["train", "sft", "rows.jsonl", "--out", "out", "--device"];
    let with = |device| synthsmith(place.path(), &[&sft[..], &[device]].concat());
    refused(with("cuda:0"), 2, &["cuda:0", "without the feature cuda"]);
    assert!(
        !place.path().join("out").exists(),
        "something was left behind"
    );
    let output = with("gpu").output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("there are cpu, cuda and cuda:N"), "{said}");
}
