use serde_json::Value;

use super::*;
use crate::testing::{attempts, settings};

fn choices() -> Choices {
    Choices {
        window: Window::ALL,
        ks: vec![1, 2, 9],
        length_bounds: vec![10, 20],
        older: None,
        bootstrap: Bootstrap {
            seed: 1,
            resamples: 100,
        },
    }
}

fn dated(date: &str, samples: &str) -> Attempts {
    let mut problem = attempts("easy", samples);
    problem.date = Some(date.parse().unwrap());
    for sample in &mut problem.samples {
        sample.tokens = Some(15);
    }
    problem
}

#[test]
fn the_fields_have_stable_names() {
    let problems = [attempts("easy", "PF?"), attempts("hard", "FT")];
    let report = report(&settings(), &problems, &choices());
    let json = serde_json::to_value(&report).unwrap();
    let names: Vec<&String> = json.as_object().unwrap().keys().collect();
    let expected = [
        "version",
        "fingerprint",
        "settings",
        "window",
        "bootstrap",
        "problems",
        "samples",
        "passed",
        "not_graded",
        "pass_at",
        "avg_at",
        "by_difficulty",
        "by_platform",
        "lengths",
        "failures",
        "gap",
        "seconds",
    ];
    assert_eq!(names, expected);
    assert_eq!(
        (&json["samples"], &json["not_graded"]),
        (&Value::from(4), &Value::from(1))
    );
    let first = &json["pass_at"][0];
    assert_eq!(
        (&first["k"], &first["value"]),
        (&Value::from(1), &Value::from(0.25))
    );
    // No problem has nine samples.
    assert_eq!(json["pass_at"].as_array().unwrap().len(), 2);
    assert_eq!(json["by_difficulty"][1]["name"], "hard");
    assert_eq!(json["failures"][4]["class"], "wrong_answer");
    assert_eq!(json["seconds"], Value::Null);
}

#[test]
fn the_same_grades_give_the_same_report() {
    let problems = [attempts("easy", "PF"), attempts("hard", "FT")];
    let made = || serde_json::to_string(&report(&settings(), &problems, &choices())).unwrap();
    assert_eq!(made(), made());
}

#[test]
fn only_problems_of_the_window_count_but_the_gap_looks_at_the_older_one_too() {
    let problems = [
        dated("2024-01-01", "PP"),
        dated("2024-09-01", "PF"),
        attempts("easy", "FF"),
    ];
    let choices = Choices {
        window: Window::V5,
        older: Some("..2024-06-01".parse().unwrap()),
        ..choices()
    };
    let report = report(&settings(), &problems, &choices);
    assert_eq!((report.all.problems, report.all.passed), (1, 1));
    assert_eq!(report.gap.as_ref().map(|it| it.difference), Some(0.5));
    assert_eq!(report.lengths[1].samples, 2);
    let text = report.to_string();
    for line in [
        "tiny on livecodebench, window 2024-08-01T00:00:00..2025-02-01T00:00:00",
        "1 problems, 2 samples graded, 0 not graded",
        "older 100.0, newer 50.0: gap 50.0 points (50.0..50.0)",
        "at equal difficulty: gap 50.0 points (50.0..50.0)",
    ] {
        assert!(text.lines().any(|it| it == line), "{line}\n{text}");
    }
    assert!(text.contains("easy pass@1"), "{text}");
}

#[test]
fn a_report_on_nothing_says_so() {
    let report = report(&settings(), &[], &choices());
    assert!(report.all.pass_at.is_empty() && report.gap.is_none());
    assert!(report.to_string().contains("0 problems, 0 samples graded"));
}

#[test]
fn names_from_files_move_no_cursor() {
    let report = report(&settings(), &[attempts("a\u{1b}[2J\n", "P")], &choices());
    assert!(
        report
            .to_string()
            .chars()
            .all(|it| it == '\n' || !it.is_control())
    );
}
