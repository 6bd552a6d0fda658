//! Requests that wait for turns, and what they are told who wait in vain.

use std::time::Duration;

use axum::Router;
use serde_json::{Value, json};
use synthsmith_sandbox::Error;
use tokio::task::JoinHandle;

use super::echo::{Answer, Echo, post, router};
use crate::http::patience::Patience;

fn run_code(code: &str) -> Value {
    json!({"compile_timeout": 0.1, "run_timeout": 0.1, "code": code, "stdin": "hi", "memory_limit_MB": 1024,
        "language": "python", "files": {}, "fetch_files": []})
}

fn submission(solution: &str, input: &str) -> Value {
    json!({"type": "python", "solution": solution, "input": input, "expected_output": input})
}

fn batch(submissions: &[Value]) -> Value {
    json!({"type": "batch", "submissions": submissions})
}

fn spawn(router: &Router, path: &'static str, body: Value) -> JoinHandle<Answer> {
    let router = router.clone();
    tokio::spawn(async move { post(&router, path, &body).await })
}

async fn until(mut holds: impl FnMut() -> bool) {
    while !holds() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn run_code_that_gets_no_turn_in_time_is_told_to_come_back() {
    for max_queue in [0, 1] {
        let echo = Echo::with_permits(0);
        let router = router(&echo, max_queue);
        let holder = spawn(
            &router,
            "/judge/long-batch",
            batch(&[submission("holds", "")]),
        );
        until(|| !echo.seen().is_empty()).await;
        let answer = post(&router, "/run_code", &run_code("waits")).await;
        assert_eq!(answer.status, 504, "{}", answer.body);
        assert!(answer.headers.contains_key("retry-after"));
        holder.abort();
    }
}

#[tokio::test]
async fn run_code_that_does_not_end_in_time_is_told_to_come_back() {
    let echo = Echo::with_permits(0);
    let router = router(&echo, 1);
    let answer = post(&router, "/run_code", &run_code("hangs")).await;
    assert_eq!(answer.status, 504, "{}", answer.body);
}

#[tokio::test]
async fn a_submission_that_gets_no_turn_is_a_queue_timeout() {
    for (path, body) in [
        ("/judge", submission("waits", "7")),
        ("/run/batch", batch(&[submission("waits", "7")])),
    ] {
        let echo = Echo::with_permits(0);
        let router = router(&echo, 0);
        let holder = spawn(
            &router,
            "/judge/long-batch",
            batch(&[submission("holds", "")]),
        );
        until(|| !echo.seen().is_empty()).await;
        let answer = post(&router, path, &body).await;
        assert_eq!(answer.status, 200);
        let result = match answer.body.get("results") {
            Some(results) => results[0].clone(),
            None => answer.body,
        };
        assert_eq!(result["reason"], "queue_timeout", "{path}: {result}");
        assert_eq!(
            (&result["success"], &result["run_success"]),
            (&json!(false), &json!(false))
        );
        holder.abort();
    }
}

#[tokio::test]
async fn a_batch_waits_for_room_and_keeps_its_order() {
    let echo = Echo::with_permits(0);
    let router = router(&echo, 0);
    let holder = spawn(
        &router,
        "/run/long-batch",
        batch(&[submission("holds", "")]),
    );
    until(|| !echo.seen().is_empty()).await;
    let submissions: Vec<_> = (0..100)
        .map(|index| {
            let solution = if index == 50 {
                "bad".to_owned()
            } else {
                format!("s{}", index / 5)
            };
            submission(&solution, &index.to_string())
        })
        .collect();
    let batch = spawn(&router, "/run/long-batch", batch(&submissions));
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(echo.seen(), ["compile holds"]);
    echo.permits.add_permits(100);
    let answer = batch.await.unwrap();
    let results = answer.body["results"].as_array().unwrap();
    assert_eq!(results.len(), 100);
    for (index, result) in results.iter().enumerate() {
        let is_bad = index == 50;
        assert_eq!(result["success"], !is_bad, "{index}: {result}");
        assert_eq!(
            result["stdout"],
            if is_bad {
                String::new()
            } else {
                index.to_string()
            }
        );
        assert_eq!(result["reason"], "");
    }
    let compiled = echo
        .seen()
        .iter()
        .filter(|step| step.starts_with("compile"))
        .count();
    assert_eq!(
        compiled,
        1 + 21,
        "one for the holder, 20 solutions, one of them apart by the bad one"
    );
    holder.await.unwrap();
}

#[tokio::test]
async fn a_passing_fault_is_waited_out_and_a_lasting_one_is_told_as_ours() {
    let lost = || Error::ContainerLost { oom_killed: false };
    let echo = Echo::failing(100, [lost(), lost()]);
    let answer = post(&router(&echo, 1), "/judge", &submission("s", "7")).await;
    assert_eq!(
        (&answer.body["success"], &answer.body["reason"]),
        (&json!(true), &json!(""))
    );

    let missing = || Error::LanguageImageMissing {
        language: "ruby".to_owned(),
        image: "ruby:3".to_owned(),
    };
    let echo = Echo::failing(100, [missing(), missing()]);
    let router = router(&echo, 1);
    let answer = post(&router, "/judge", &submission("s", "7")).await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        (&answer.body["success"], &answer.body["reason"]),
        (&json!(false), &json!("internal_error"))
    );
    let answer = post(&router, "/run_code", &run_code("s")).await;
    assert_eq!(
        (answer.status, &answer.body["status"]),
        (200, &json!("SandboxError"))
    );
    assert_eq!(answer.body["run_result"], Value::Null);
    assert!(answer.body["message"].as_str().unwrap().contains("ruby:3"));
}

#[tokio::test]
async fn a_fault_that_passes_is_a_504_for_run_code() {
    let echo = Echo::failing(100, [Error::ContainerLost { oom_killed: false }]);
    let router = router(&echo, 1);
    let answer = post(&router, "/run_code", &run_code("s")).await;
    assert_eq!(answer.status, 504, "{}", answer.body);
    let answer = post(&router, "/run_code", &run_code("s")).await;
    assert_eq!(
        (answer.status, &answer.body["run_result"]["stdout"]),
        (200, &json!("hi"))
    );
}

#[tokio::test]
async fn who_leaves_frees_turn_and_place() {
    let echo = Echo::with_permits(0);
    let router = router(&echo, 0);
    let leaving = spawn(&router, "/judge", submission("leaves", ""));
    until(|| !echo.seen().is_empty()).await;
    leaving.abort();
    assert!(leaving.await.is_err());
    echo.permits.add_permits(1);
    let answer = post(&router, "/judge", &submission("stays", "7")).await;
    assert_eq!(answer.body["success"], true);
    assert_eq!(echo.seen(), ["compile leaves", "compile stays", "7"]);
}

#[test]
fn clients_are_answered_before_they_give_up() {
    let Patience { run_code, long, .. } = Patience::default();
    let beyond = Duration::from_secs(10);
    assert!(run_code.begin < run_code.answer && run_code.answer < beyond);
    assert!(long.begin + long.go_on < Duration::from_hours(1));
}
