//! `/judge` and `/run`, with the bodies of code-judge's client.

use bollard::Docker;
use serde_json::{Value, json};
use synthsmith_verifier::Config;

use super::{brisk, brisk_in_cells, with_engine};
use crate::leaving::{SOON, becomes};

const ADD_CPP: &str = "#include <cstdio>\nint main() { int a, b; scanf(\"%d %d\", &a, &b); printf(\"%d\\n\", a + b); }";

const HALTING_CPP: &str = "#include <cstdio>
int main() { int n; scanf(\"%d\", &n); if (n == 25) return 1; printf(\"%d\", n * 2); }";
const BROKEN_CPP: &str = "int main() { return x; }";
const ECHO: &str = "print(input())";
const RAW: &str = "import sys; sys.stdout.buffer.write(b'9\\xff')";
const MARKS: &str = "print('@@E'); print('@@E')";
const FUTURE: &str = "from __future__ import annotations\nprint(9)";

fn submission(kind: &str, solution: &str, input: &Value, expected: &Value) -> Value {
    json!({"type": kind, "solution": solution, "input": input, "expected_output": expected})
}

/// Type, solution, input, expected output; success, whether it ran, and the reason.
#[rustfmt::skip]
fn table() -> Value {
    json!([
        ["python", ECHO, "9", "\n9\n\n", true, true, ""],
        ["python", ECHO, "8", "9", false, true, ""],
        ["python", ECHO, "8", null, true, true, ""],
        ["python", ECHO, "", "9", false, false, ""],
        ["python", ECHO, null, null, false, false, ""],
        ["python", "", null, "", true, true, ""],
        ["python", FUTURE, null, "9", true, true, ""],
        ["python", MARKS, null, "@@E\n@@E", true, true, ""],
        ["python", "print(9); exit(1)", null, "9", false, false, ""],
        ["python", "def f(:", null, null, false, false, ""],
        ["python", "while True: pass", null, null, false, false, "worker_timeout"],
        ["python", RAW, null, "9", false, true, ""],
        ["python", RAW, null, null, true, true, ""],
        ["cpp", ADD_CPP, "3 4", "7", true, true, ""],
        ["cpp", BROKEN_CPP, null, "", false, false, ""],
        ["math", "1", null, "1", false, false, "internal_error"],
    ])
}

#[tokio::test]
async fn one_submission_is_judged_as_code_judge_does() {
    judged_as_code_judge_does("one_submission_is_judged_as_code_judge_does", brisk()).await;
}

#[tokio::test]
async fn one_submission_in_a_cell_is_judged_as_code_judge_does() {
    let test = "one_submission_in_a_cell_is_judged_as_code_judge_does";
    judged_as_code_judge_does(test, brisk_in_cells()).await;
}

async fn judged_as_code_judge_does(test: &str, config: Config) {
    let Some((running, plain)) = with_engine(test, config).await else {
        return;
    };
    for case in table().as_array().unwrap() {
        let (kind, solution) = (case[0].as_str().unwrap(), case[1].as_str().unwrap());
        let body = submission(kind, solution, &case[2], &case[3]);
        let answer = plain.ok("/judge", &body).await;
        let told = json!([answer["success"], answer["run_success"], answer["reason"]]);
        assert_eq!(
            told.as_array().unwrap(),
            &case.as_array().unwrap()[4..],
            "{body}: {answer}"
        );
        let fields: Vec<_> = answer.as_object().unwrap().keys().collect();
        assert_eq!(
            fields,
            ["sub_id", "success", "run_success", "cost", "reason"]
        );
        assert!(!answer["sub_id"].as_str().unwrap().is_empty());
    }
    let mut body = submission("cpp", BROKEN_CPP, &Value::Null, &Value::Null);
    body["sub_id"] = json!("mine");
    body["options"] = json!({"a": "b"});
    let answer = plain.ok("/run", &body).await;
    let stderr = answer["stderr"].as_str().unwrap();
    assert!(
        stderr.contains("main.cpp") && stderr.len() <= 1_000,
        "{stderr}"
    );
    assert_eq!(
        (&answer["sub_id"], &answer["stdout"]),
        (&json!("mine"), &json!(""))
    );
    running.drain().await.unwrap();
}

/// Five solutions with twenty tests each; that in the middle does not compile, the others are wrong on one test each.
fn hundred() -> Value {
    let solutions = [
        ("python", "n = int(input()); print(n * 2 if n != 3 else 0)"),
        ("cpp", HALTING_CPP),
        ("cpp", BROKEN_CPP),
        ("python", "n = int(input()); assert n != 77; print(n * 2)"),
        ("python", "n = int(input()); print(n * 2 if n != 99 else 0)"),
    ];
    let submission = |index: usize| {
        let (kind, solution) = solutions[index / 20];
        let (input, expected) = (format!("{index}\n"), format!("{}\n", index * 2));
        let mut body = submission(kind, solution, &json!(input), &json!(expected));
        body["sub_id"] = json!(format!("id-{index}"));
        body
    };
    let submissions: Vec<_> = (0..100).map(submission).collect();
    json!({"sub_id": "all", "type": "batch", "submissions": submissions})
}

#[tokio::test]
async fn a_batch_of_one_hundred_keeps_order_and_alignment() {
    let test = "a_batch_of_one_hundred_keeps_order_and_alignment";
    let config = Config {
        slots: 2,
        pool_size: 2,
        ..Config::default()
    };
    let Some((running, plain)) = with_engine(test, config).await else {
        return;
    };
    let body = hundred();
    for path in [
        "/judge/batch",
        "/judge/long-batch",
        "/run/batch",
        "/run/long-batch",
    ] {
        let answer = plain.ok(path, &body).await;
        assert_eq!(answer["sub_id"], "all");
        let results = answer["results"].as_array().unwrap();
        assert_eq!(results.len(), 100);
        for (index, result) in results.iter().enumerate() {
            let success = ![3, 25, 77, 99].contains(&index) && index / 20 != 2;
            let run_success = ![25, 77].contains(&index) && index / 20 != 2;
            assert_eq!(result["sub_id"], format!("id-{index}"));
            let told = (
                &result["success"],
                &result["run_success"],
                &result["reason"],
            );
            assert_eq!(
                told,
                (&json!(success), &json!(run_success), &json!("")),
                "{index}: {result}"
            );
            if path.starts_with("/run") && success {
                let stdout = result["stdout"].as_str().unwrap();
                assert_eq!(stdout.trim(), (index * 2).to_string());
            }
        }
    }
    running.drain().await.unwrap();
}

#[tokio::test]
async fn a_caller_that_leaves_takes_its_programs_with_it() {
    let test = "a_caller_that_leaves_takes_its_programs_with_it";
    let config = Config {
        slots: 1,
        pool_size: 0,
        ..Config::default()
    };
    let Some((running, plain)) = with_engine(test, config).await else {
        return;
    };
    let docker = Docker::connect_with_defaults().unwrap();
    becomes(&docker, 0).await;
    let endless = submission("python", "while True: pass", &Value::Null, &Value::Null);
    let run_code = json!({"code": "while True: pass", "language": "python", "run_timeout": 60});
    for (path, body) in [
        ("/judge", endless.clone()),
        (
            "/run/long-batch",
            json!({"type": "batch", "submissions": vec![endless; 50]}),
        ),
        ("/run_code", run_code),
    ] {
        let calling = tokio::spawn({
            let plain = plain.clone();
            async move { plain.post(path, &body).await }
        });
        becomes(&docker, 1).await;
        calling.abort();
        let _ = calling.await;
        assert!(becomes(&docker, 0).await < SOON, "{path}");
    }
    let (_, status) = plain.get("/status").await;
    assert_eq!(status, json!({"queue": 0, "num_workers": 1}));
    let body = submission("python", "print(1)", &Value::Null, &json!("1"));
    assert_eq!(plain.ok("/judge", &body).await["success"], true);
    running.drain().await.unwrap();
}
