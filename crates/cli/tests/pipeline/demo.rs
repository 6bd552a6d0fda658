//! The demo and the tools around a finished run.

use synthsmith_testkit::engine_or_skip;

use crate::command::{Place, succeed};

#[test]
fn a_demo_gives_a_data_set_whose_labels_can_be_scored() {
    if !engine_or_skip("a_demo_gives_a_data_set_whose_labels_can_be_scored") {
        return;
    }
    let place = Place::new();
    let output = succeed(place.synthsmith(&["demo", "--out", "demo", "--tasks", "8", "--json"]));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    for key in [
        "run",
        "seed",
        "accepted",
        "rejected",
        "funnel",
        "model_calls",
        "paid_twice_upper_bound",
        "tokens",
        "seconds",
        "versions",
        "fingerprint",
    ] {
        assert!(!report[key].is_null(), "{key} is not in the report");
    }
    let rejected: u64 = report["rejected"]
        .as_object()
        .unwrap()
        .values()
        .filter_map(serde_json::Value::as_u64)
        .sum();
    assert_eq!(report["accepted"].as_u64().unwrap() + rejected, 8);
    check_accepted(&place);

    let score = succeed(place.synthsmith(&["score", "demo", "--json"]));
    let score: serde_json::Value = serde_json::from_slice(&score.stdout).unwrap();
    assert_eq!(score["tasks"], report["accepted"]);
    for key in [
        "label_accuracy",
        "golden_full_pass",
        "golden_avg_pass",
        "yield",
    ] {
        assert!(score[key].is_number(), "{key} is not in the score");
    }
    // The teacher's mistakes are rare enough that voting must get most labels right.
    assert!(score["label_accuracy"].as_f64() > Some(0.8), "{score}");

    let status = succeed(place.synthsmith(&["status", "demo", "--json"]));
    assert_eq!(status.stdout, output.stdout);
    check_exports(&place, report["accepted"].as_u64().unwrap());
}

/// Every accepted task is there in every form that others read.
fn check_exports(place: &Place, accepted: u64) {
    for (format, field) in [
        ("livecodebench", "question_content"),
        ("messages", "messages"),
        ("sharegpt", "conversations"),
    ] {
        let file = format!("{format}.jsonl");
        let args = [
            "export", "demo", "--format", format, "--out", &file, "--json",
        ];
        let told = succeed(place.synthsmith(&args));
        let told: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
        assert_eq!(told["records"].as_u64(), Some(accepted));
        let text = std::fs::read_to_string(place.path(&file)).unwrap();
        for line in text.lines() {
            let record: serde_json::Value = serde_json::from_str(line).unwrap();
            assert!(!record[field].is_null(), "{format}: {record}");
        }
        assert_eq!(text.lines().count() as u64, accepted);
        let printed = succeed(place.synthsmith(&args[..4]));
        assert_eq!(printed.stdout, text.as_bytes(), "{format}");
    }
}

/// Every accepted task has its golden solution and labelled tests, every other item its reason.
fn check_accepted(place: &Place) {
    let lines = |name: &str| -> Vec<serde_json::Value> {
        let text = std::fs::read_to_string(place.path("demo/data").join(name)).unwrap();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    };
    let (solutions, tests) = (lines("solutions.jsonl"), lines("tests.jsonl"));
    for task in lines("tasks.jsonl") {
        let of_task = |line: &&serde_json::Value| line["task_id"] == task["task_id"];
        let goldens = solutions
            .iter()
            .filter(of_task)
            .filter(|line| line["golden"] == true);
        assert_eq!(goldens.count(), 1, "{}", task["task_id"]);
        let labelled = tests.iter().filter(of_task).count() as u64;
        assert_eq!(task["tests"]["labelled"].as_u64(), Some(labelled));
    }
    for item in lines("rejected.jsonl") {
        assert!(
            item["reason"]
                .as_str()
                .is_some_and(|reason| !reason.is_empty())
        );
    }
}

#[test]
fn a_demo_goes_on_to_a_model_and_is_not_done_twice() {
    if !engine_or_skip("a_demo_goes_on_to_a_model_and_is_not_done_twice") {
        return;
    }
    let place = Place::new();
    let demo = || {
        let words = "demo --train --out demo --tasks 30 --steps 2 --json";
        let words: Vec<&str> = words.split(' ').collect();
        let output = succeed(place.synthsmith(&words));
        serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap()
    };
    let report = demo();
    for part in ["data_set", "held_out"] {
        assert!(report[part]["accepted"].as_u64() > Some(0), "{report}");
    }
    assert_eq!(report["training"]["steps"], 2);
    let evaluation = &report["evaluation"];
    assert_eq!(evaluation["samples"], evaluation["problems"], "{report}");
    let page = std::fs::read_to_string(place.path("demo/evaluation/report.html")).unwrap();
    assert!(page.contains("problems solved") && page.contains("all pass@1"));

    // As after an interruption in the last part.
    std::fs::remove_dir_all(place.path("demo/evaluation")).unwrap();
    let mut again = demo();
    for part in ["data_set", "held_out", "training"] {
        assert_eq!(again[part], report[part], "{part} was made again");
    }
    again["evaluation"]["seconds"] = evaluation["seconds"].clone();
    assert_eq!(again, report);
}
