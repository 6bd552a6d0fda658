//! A client in another language, which has read no contract of ours.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use synthsmith_proto::corpus::v1::Verdict;
use synthsmith_testkit::{cell_profile, engine_or_skip};
use synthsmith_tests::python::{GRPC, python_or_skip, repository};
use synthsmith_tests::{Daemon, Engine};
use tokio::process::Command;

#[tokio::test]
async fn a_python_client_that_knows_reflection_only_gets_every_verdict() {
    let test = "a_python_client_that_knows_reflection_only_gets_every_verdict";
    if !engine_or_skip(test) {
        return;
    }
    let Some(python) = python_or_skip(GRPC, test) else {
        return;
    };
    let verifier = Daemon::start("verifier", &[("VERIFIER__POOL_SIZE", "1")]).await;
    let answers = answers(&python, "verdicts.py", &[verifier.authority()]).await;

    let service = json!("synthsmith.verifier.v1.VerifierService");
    assert!(
        answers["services"].as_array().unwrap().contains(&service),
        "{answers}"
    );
    assert_eq!(
        answers["methods"],
        json!([
            "ExecuteProgram",
            "JudgeProgram",
            "PutProgram",
            "PutTestSuite"
        ])
    );
    check_verdicts(&answers["judged"]);
    check_execution(&answers["executed"]);
    assert_eq!(answers["refused"]["code"], "INVALID_ARGUMENT", "{answers}");

    let process_id = verifier.process_id();
    verifier.terminate();
    assert_eq!(verifier.exit_code(Duration::from_mins(1)).await, Some(0));
    Engine::connect().assert_nothing_left_of(process_id).await;
}

#[tokio::test]
async fn a_thousand_judgements_under_way_together_get_a_thousand_verdicts() {
    let test = "a_thousand_judgements_under_way_together_get_a_thousand_verdicts";
    if !engine_or_skip(test) {
        return;
    }
    let Some(python) = python_or_skip(GRPC, test) else {
        return;
    };
    let profile = cell_profile();
    let settings = [
        ("VERIFIER__POOL_SIZE", "0"),
        ("VERIFIER__CELL_CONTAINERS", "2"),
        ("VERIFIER__CELL_APPARMOR_PROFILE", profile.as_str()),
    ];
    let verifier = Daemon::start("verifier", &settings).await;
    let arguments = [verifier.authority(), "1000"];
    let answers = answers(&python, "judgements.py", &arguments).await;
    let all = |verdict: Verdict| json!(vec![verdict as i32; 500]);
    assert_eq!(answers["even"], all(Verdict::Ac));
    assert_eq!(answers["odd"], all(Verdict::Wa));

    let process_id = verifier.process_id();
    verifier.terminate();
    assert_eq!(verifier.exit_code(Duration::from_mins(1)).await, Some(0));
    Engine::connect().assert_nothing_left_of(process_id).await;
}

async fn answers(python: &Path, script: &str, arguments: &[&str]) -> Value {
    let script = repository().join("tests/python").join(script);
    let output = Command::new(python)
        .arg(script)
        .args(arguments)
        .kill_on_drop(true)
        .output()
        .await;
    let output = output.unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the client failed: {complaint}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn check_verdicts(judged: &Value) {
    let expected = [
        ("right", "VERDICT_AC"),
        ("right in C++", "VERDICT_AC"),
        ("wrong", "VERDICT_WA"),
        ("slow", "VERDICT_TLE"),
        ("crashing", "VERDICT_RE"),
        ("crashing in C++", "VERDICT_RE"),
        ("memory-hungry", "VERDICT_MLE"),
        ("not C++", "VERDICT_CE"),
    ];
    assert_eq!(judged.as_object().unwrap().len(), expected.len());
    for (program, verdict) in expected {
        assert_eq!(
            judged[program]["verdict"], verdict,
            "{program}: {}",
            judged[program]
        );
    }
    let outcome = |program: &str| &judged[program]["tests"][0]["outcome"];
    assert_eq!(
        outcome("slow")["status"],
        "OUTCOME_STATUS_CPU_TIME_EXCEEDED"
    );
    assert_eq!(outcome("crashing")["exitCode"], 1);
    assert_eq!(outcome("crashing in C++")["signal"], 11);
    let messages = judged["not C++"]["compilation"]["messages"].as_str();
    assert!(messages.is_some_and(|messages| !messages.is_empty()));
}

fn check_execution(executed: &Value) {
    let [compilation, seven, nothing, four] = executed.as_array().unwrap().as_slice() else {
        panic!("a compilation and three outcomes: {executed}");
    };
    assert_eq!(compilation["compilation"]["succeeded"], true);
    // Bytes are Base64 in JSON: "7\n" and "4\n".
    assert_eq!(seven["outcome"]["output"], "Nwo=");
    assert_eq!(nothing["outcome"]["status"], "OUTCOME_STATUS_RUNTIME_ERROR");
    assert_eq!(four["outcome"]["output"], "NAo=");
    assert_eq!(four["outcome"]["inputIndex"], 2);
}
