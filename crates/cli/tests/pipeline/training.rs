//! From a run to a model: training, interrupted or not, serving, and what the model then solves.

use serde_json::Value;
use synthsmith_testkit::{engine_or_skip, eventually};

use crate::command::{Place, Process, succeed};

/// Small enough for a test.
const TINY: [&str; 16] = [
    "--hidden",
    "48",
    "--intermediate",
    "96",
    "--layers",
    "1",
    "--heads",
    "2",
    "--kv-heads",
    "1",
    "--head",
    "24",
    "--vocabulary",
    "300",
    "--checkpoint-every",
    "20",
];

fn write_sums(place: &Place) {
    let row = |index: usize| {
        let (left, right) = (index % 10, index / 10);
        let sum = left + right;
        format!(
            "{{\"messages\":[{{\"role\":\"user\",\"content\":\"{left}+{right}\"}},{{\"role\":\"assistant\",\"content\":\"{sum}\"}}]}}\n"
        )
    };
    let rows: String = (0..100).map(row).collect();
    std::fs::write(place.path("sums.jsonl"), rows).unwrap();
}

/// What each step measured, without the time it took.
fn steps(place: &Place, out: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(place.path(out).join("steps.jsonl")).unwrap();
    let mut steps: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    for step in &mut steps {
        step.as_object_mut().unwrap().remove("seconds");
    }
    steps
}

fn train(place: &Place, data: &str, out: &str, more: &[&str]) -> std::process::Command {
    let begin = ["train", "sft", data, "--out", out, "--threads", "1"];
    let args: Vec<&str> = begin.iter().chain(&TINY).chain(more).copied().collect();
    place.synthsmith(&args)
}

#[test]
fn a_training_that_was_killed_makes_the_same_steps() {
    let place = Place::new();
    write_sums(&place);
    let schedule = ["--steps", "600", "--sequences", "16", "--length", "256"];
    succeed(train(&place, "sums.jsonl", "whole", &schedule));
    let mut killed = Process(
        train(&place, "sums.jsonl", "killed", &schedule)
            .spawn()
            .unwrap(),
    );
    let jobs = place.path("killed/state/trainer/jobs");
    eventually("there is a checkpoint", || {
        let jobs = std::fs::read_dir(&jobs).into_iter().flatten().flatten();
        jobs.into_iter()
            .any(|job| job.path().join("checkpoint").exists())
    });
    killed.0.kill().unwrap();
    killed.0.wait().unwrap();
    assert!(
        !place.path("killed/report.json").exists(),
        "it ended before it was killed"
    );
    succeed(place.synthsmith(&[
        "train",
        "sft",
        "--resume",
        "--out",
        "killed",
        "--threads",
        "1",
    ]));
    let (whole, killed) = (steps(&place, "whole"), steps(&place, "killed"));
    assert_eq!(whole.len(), 600);
    assert_eq!(whole, killed);
    let loss = |step: usize| whole[step]["loss"].as_f64().unwrap();
    assert!(loss(599) < loss(0) / 2.0, "{} to {}", loss(0), loss(599));
    let page = std::fs::read_to_string(place.path("whole/report.html")).unwrap();
    assert!(page.contains("<svg"));
    let again = train(&place, "sums.jsonl", "whole", &schedule)
        .output()
        .unwrap();
    assert_eq!(again.status.code(), Some(2), "nothing is written over");
}

#[test]
fn a_model_learns_the_tasks_of_a_run_and_solves_them() {
    if !engine_or_skip("a_model_learns_the_tasks_of_a_run_and_solves_them") {
        return;
    }
    let place = Place::new();
    let micro = "[teacher]\nprofile = \"micro\"\n[task_synth.statement]\nmin_words = 30\n[solver]\nlanguages = [\"python3\"]\n[teacher.mistakes]\nslow = 0.0\n";
    std::fs::write(place.path("synthsmith.toml"), micro).unwrap();
    succeed(place.small_run("run", &[]));
    let schedule = [
        "--steps",
        "250",
        "--sequences",
        "4",
        "--length",
        "512",
        "--hidden",
        "96",
        "--vocabulary",
        "400",
    ];
    let mut args = vec!["train", "sft", "run", "--out", "trained", "--threads", "2"];
    args.extend(schedule);
    succeed(place.synthsmith(&args));

    let evaluate = |args: &[&str]| {
        let output = succeed(place.synthsmith(args));
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    let golden = evaluate(&[
        "eval", "run", "--out", "golden", "--golden", "run", "--json",
    ]);
    let tasks = golden["problems"].as_u64().unwrap();
    assert!(tasks > 2, "{golden}");
    assert_eq!(golden["passed"], golden["problems"], "{golden}");

    let ask = [
        "eval",
        "run",
        "--out",
        "asked",
        "--model",
        "trained",
        "--max-tokens",
        "200",
        "--json",
    ];
    let asked = evaluate(&ask);
    let passed = asked["passed"].as_u64().unwrap();
    assert!(
        2 * passed > tasks,
        "it has seen these tasks a hundred times: {asked}"
    );
    let again = evaluate(&ask);
    assert_eq!(
        again["passed"], asked["passed"],
        "all samples are graded already"
    );

    let mut exported = place.synthsmith(&[
        "export",
        "run",
        "--format",
        "livecodebench",
        "--out",
        "lcb.jsonl",
    ]);
    assert!(exported.status().unwrap().success());
    let golden = evaluate(&[
        "eval",
        "lcb.jsonl",
        "--out",
        "lcb",
        "--golden",
        "run",
        "--json",
    ]);
    assert_eq!(golden["passed"].as_u64(), Some(tasks), "{golden}");
}
