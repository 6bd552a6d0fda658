//! `bench verifier` against the real engine, with counts too small to mean anything, and a part of `bench trainer`.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Output};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use synthsmith_testkit::engine_or_skip;

use crate::command::{Place, Process};

const SMALL: [&str; 9] = [
    "bench",
    "verifier",
    "--json",
    "--repetitions",
    "2",
    "--seconds",
    "0.05",
    "--reward",
    "24",
];

fn bench(place: &Place, begin: &[&str], more: &[&str]) -> Command {
    let args: Vec<&str> = begin.iter().chain(more).copied().collect();
    place.synthsmith(&args)
}

fn report(output: &Output) -> Value {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {said}", output.status);
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Control groups that a bench has made for itself.
fn own_groups() -> usize {
    let entries = std::fs::read_dir("/sys/fs/cgroup/cpuacct")
        .into_iter()
        .flatten();
    let names = entries.flatten().map(|entry| entry.file_name());
    names
        .filter(|name| name.to_string_lossy().starts_with("synthsmith-bench-"))
        .count()
}

#[test]
fn long_a_bench_measures_every_level_and_compares_it_with_the_floor() {
    if !engine_or_skip("long_a_bench_measures_every_level_and_compares_it_with_the_floor") {
        return;
    }
    let place = Place::new();
    let report = report(&bench(&place, &SMALL, &[]).output().unwrap());
    let rows = report["workloads"].as_array().unwrap();
    let level = |name: &str| rows.iter().filter(|row| row["level"] == name).count();
    let left_out = report["left_out"].as_array().unwrap().iter();
    let has_cells = !left_out.clone().any(|it| it["what"] == "CELL");
    assert_eq!(level("FLOOR"), 6, "{report}");
    assert_eq!(level("CONTAINER"), 9, "{report}");
    assert_eq!(level("CELL"), if has_cells { 9 } else { 0 }, "{report}");
    for row in rows {
        for figure in ["tests_per_cpu_second", "share_of_floor", "p99_ms"] {
            assert!(row[figure].as_f64() > Some(0.0), "{row}");
        }
    }
    if has_cells {
        assert_eq!(report["reward_step"]["submissions"], 24);
        assert_eq!(report["reward_step"]["failures"], 0);
    }
    assert!(report["empty_container"]["cpu_ms"].as_f64() > Some(0.0));
    assert_eq!(report["floors"]["measured"].as_array().unwrap().len(), 6);
    assert!(report["checks"].as_array().unwrap().len() > 10);
    assert_eq!(own_groups(), 0);
}

#[test]
fn long_a_soak_counts_what_stays_in_use() {
    if !engine_or_skip("long_a_soak_counts_what_stays_in_use") {
        return;
    }
    let place = Place::new();
    let flags = ["--soak", "--submissions", "60", "--level", "container"];
    let output = bench(&place, &SMALL[..3], &flags).output().unwrap();
    let report = report(&output);
    assert_eq!(report["censuses"][0]["submissions"], 60);
    assert!(report["censuses"][0]["containers"].as_u64() > Some(0));
    assert_eq!(report["repeated"], 60);
    assert_eq!(report["changed"], serde_json::json!([]));
}

#[test]
fn long_bands_are_recorded_for_this_processor() {
    if !engine_or_skip("long_bands_are_recorded_for_this_processor") {
        return;
    }
    let place = Place::new();
    let flags = ["--record-bands", "--bands", "bands.toml"];
    let output = bench(&place, &SMALL, &flags).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let bands = std::fs::read_to_string(place.path("bands.toml")).unwrap();
    assert!(bands.contains("python_zygote]\nlow = "), "{bands}");
}

#[test]
fn long_an_interrupted_bench_leaves_nothing_running() {
    if !engine_or_skip("long_an_interrupted_bench_leaves_nothing_running") {
        return;
    }
    let place = Place::new();
    let mut process = Process(
        bench(
            &place,
            &SMALL[..3],
            &["--seconds", "0.05", "--repetitions", "50"],
        )
        .spawn()
        .unwrap(),
    );
    let id = process.0.id();
    let mut said = BufReader::new(process.0.stderr.take().unwrap()).lines();
    let first = said.find(|line| line.as_ref().unwrap().starts_with("repetition 1 "));
    assert!(first.is_some(), "it ended before it was interrupted");
    let service = child_of(id).unwrap();
    kill_process(Pid::from_raw(id.cast_signed()).unwrap(), Signal::INT).unwrap();
    let code = process.0.wait().unwrap().code();
    assert_eq!(code, Some(130));
    assert!(!Path::new("/proc").join(service.to_string()).exists());
    assert_eq!(own_groups(), 0);
}

/// Of any of its threads.
fn child_of(id: u32) -> Option<u32> {
    let threads = std::fs::read_dir(format!("/proc/{id}/task")).ok()?;
    let mut children = threads.flatten().filter_map(|thread| {
        let listed = std::fs::read_to_string(thread.path().join("children")).ok()?;
        listed.split_whitespace().next()?.parse().ok()
    });
    children.next()
}

#[test]
fn a_part_of_the_trainers_bench_tells_rates_and_memory() {
    let place = Place::new();
    let words = "bench trainer-part sampling-0 --threads 2";
    let words: Vec<&str> = words.split(' ').collect();
    let figures = report(&place.synthsmith(&words).output().unwrap());
    for name in ["tokens_per_cpu_second", "tokens_per_second", "peak_rss_mib"] {
        assert!(figures[name].as_f64() > Some(1.0), "{figures}");
    }
}

#[test]
fn a_python_without_torch_is_told() {
    let place = Place::new();
    let fake = place.path("python");
    std::fs::write(
        &fake,
        "#!/bin/sh\necho 'No module named torch' >&2\nexit 1\n",
    )
    .unwrap();
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&fake, executable).unwrap();
    for (python, said) in [
        (fake.to_str().unwrap(), "No module named torch"),
        ("/nowhere/python", "cannot start /nowhere/python"),
    ] {
        let words = ["bench", "trainer", "--repetitions", "1", "--python", python];
        let output = place.synthsmith(&words).output().unwrap();
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && words.contains(said), "{words}");
    }
}
