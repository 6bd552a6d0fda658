//! Evaluation as a job: what a model solves of tasks that it learnt by heart.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};
use synthsmith_prompt::question;
use synthsmith_proto::trainer::v1 as pb;
use synthsmith_proto::trainer::v1::create_job_request::Spec;
use synthsmith_proto::trainer::v1::job::State;
use synthsmith_proto::trainer::v1::put_data_request::Kind;
use synthsmith_testkit::engine_or_skip;
use synthsmith_tests::Daemon;
use tonic::Streaming;

use crate::trainer::{Trainer, lines, sft};

/// Statement, what is learnt, an input, and its output. What is learnt of the last one is wrong.
const TASKS: [(&str, &str, &str, &str); 4] = [
    ("Double n.", "print(2 * int(input()))", "4", "8"),
    ("Negate n.", "print(-int(input()))", "4", "-4"),
    ("Print n.", "print(input())", "4", "4"),
    ("Square n.", "print(int(input()))", "4", "16"),
];

/// Of each task, of the evaluation that is killed.
const SAMPLES: i32 = 12;

/// Longer than any text that the model can read.
fn endless() -> String {
    "Add n. ".repeat(500)
}

fn rows() -> String {
    lines(TASKS.iter().map(|(statement, code, ..)| {
        let (question, answer) = (
            question(statement, "Python 3"),
            format!("```python\n{code}\n```"),
        );
        json!({"messages": [
            {"role": "user", "content": question},
            {"role": "assistant", "content": answer},
        ]})
    }))
}

fn tasks() -> String {
    let endless = endless();
    let statements = TASKS.iter().map(|(statement, ..)| *statement);
    let statements = statements.chain([endless.as_str()]).enumerate();
    lines(statements.map(|(index, statement)| {
        json!({
            "task_id": format!("t{index}"),
            "style": "plain",
            "statement": statement,
            "samples": [],
            "candidates": {"run": 1, "agree_on_all_labels": 1},
        })
    }))
}

fn tests() -> String {
    let cases = TASKS.iter().map(|(_, _, input, output)| (input, output));
    let cases = cases.chain([(&"4", &"4")]).enumerate();
    lines(cases.map(|(index, (input, output))| {
        json!({"task_id": format!("t{index}"), "input": input, "output": output})
    }))
}

async fn evaluation(trainer: &mut Trainer, sample_count: i32) -> pb::EvaluationSpec {
    pb::EvaluationSpec {
        data_digest: trainer.put(Kind::Tasks, &tasks()).await,
        tests_digest: trainer.put(Kind::Tests, &tests()).await,
        subject: Some(pb::evaluation_spec::Subject::Model(
            "jobs/learnt".to_owned(),
        )),
        sample_count,
        max_token_count: 100,
        seed: 3,
        concurrency: 4,
        ..Default::default()
    }
}

async fn learnt(trainer: &mut Trainer) {
    let data = trainer.put(Kind::Chats, &rows()).await;
    trainer
        .create("learnt", Spec::Sft(sft(data, 64, 150)))
        .await;
    let (job, _) = trainer.rested("learnt").await;
    assert_eq!(job.state(), State::Succeeded, "{}", job.error);
}

async fn graded_some(news: &mut Streaming<pb::WatchJobResponse>, count: i64) {
    loop {
        let told = news.message().await.unwrap().unwrap();
        let progress = told.job.unwrap().evaluation_progress.unwrap();
        if progress.graded_count >= count {
            assert!(progress.graded_count < progress.sample_count);
            return;
        }
    }
}

#[tokio::test]
async fn a_model_of_the_trainers_own_is_evaluated_and_a_verifier_that_is_away_is_no_verdict() {
    let test = "a_model_of_the_trainers_own_is_evaluated_and_a_verifier_that_is_away_is_no_verdict";
    if !engine_or_skip(test) {
        return;
    }
    let place = tempfile::tempdir().unwrap();
    let nobody = format!("http://127.0.0.1:{}", synthsmith_tests::free_port());
    let mut trainer = Trainer::start(place.path(), &nobody).await;
    learnt(&mut trainer).await;
    let spec = evaluation(&mut trainer, 1).await;
    trainer.create("eval", Spec::Evaluation(spec)).await;
    let (job, _) = trainer.rested("eval").await;
    assert_eq!(job.state(), State::Paused, "{}", job.error);
    assert!(
        job.error.contains("4 samples were not graded"),
        "{}",
        job.error
    );
    trainer.daemon.kill().await;

    let verifier = Daemon::start("verifier", &[("VERIFIER__POOL_SIZE", "1")]).await;
    let url = format!("http://{}", verifier.authority());
    let mut trainer = Trainer::start(place.path(), &url).await;
    trainer.resume("eval").await;
    let (job, steps) = trainer.rested("eval").await;
    assert_eq!(
        (job.state(), steps.len()),
        (State::Succeeded, 0),
        "{}",
        job.error
    );
    let progress = job.evaluation_progress.unwrap();
    assert_eq!((progress.graded_count, progress.passed_count), (5, 3));
    assert_eq!((job.row_count, job.left_out_row_count), (5, 0));

    let files = trainer.files("eval").await;
    assert!(
        files.keys().eq(["ledger.jsonl", "report.json"]),
        "{:?}",
        files.keys()
    );
    let report: Value = serde_json::from_slice(&files["report.json"]).unwrap();
    assert_eq!(report["pass_at"][0]["value"], 0.6);
    let failures = report["failures"].as_array().unwrap();
    // What cannot even be asked is answered with nothing.
    for class in ["wrong_answer", "no_code_block"] {
        let failure = failures.iter().find(|it| it["class"] == class).unwrap();
        assert_eq!(failure["samples"], 1, "{class}");
    }
    verifier.terminate();
    verifier.exit_code(Duration::from_mins(1)).await;
}

#[tokio::test]
async fn an_evaluation_that_was_killed_grades_nothing_twice_and_ends_as_if_it_had_not_been() {
    let test = "an_evaluation_that_was_killed_grades_nothing_twice_and_ends_as_if_it_had_not_been";
    if !engine_or_skip(test) {
        return;
    }
    let place = tempfile::tempdir().unwrap();
    let verifier = Daemon::start("verifier", &[("VERIFIER__POOL_SIZE", "1")]).await;
    let url = format!("http://{}", verifier.authority());
    let mut trainer = Trainer::start(place.path(), &url).await;
    learnt(&mut trainer).await;
    let spec = evaluation(&mut trainer, SAMPLES).await;
    trainer.create("cut", Spec::Evaluation(spec.clone())).await;
    let mut news = trainer.watch("cut").await;
    graded_some(&mut news, 1).await;
    trainer.daemon.kill().await;

    let mut trainer = Trainer::start(place.path(), &url).await;
    let (job, _) = trainer.rested("cut").await;
    assert_eq!(job.state(), State::Succeeded, "{}", job.error);
    trainer.create("whole", Spec::Evaluation(spec)).await;
    let (whole, _) = trainer.rested("whole").await;
    assert_eq!(job.evaluation_progress, whole.evaluation_progress);
    let (cut, whole) = (trainer.files("cut").await, trainer.files("whole").await);
    assert_eq!(
        String::from_utf8_lossy(&cut["report.json"]),
        String::from_utf8_lossy(&whole["report.json"])
    );
    let entries = |ledger: &[u8]| {
        let ledger = String::from_utf8(ledger.to_vec()).unwrap();
        let lines: Vec<String> = ledger.lines().map(str::to_owned).collect();
        (lines.len(), lines.into_iter().collect::<BTreeSet<_>>())
    };
    let (cut, whole) = (
        entries(&cut["ledger.jsonl"]),
        entries(&whole["ledger.jsonl"]),
    );
    assert_eq!(cut.0, 1 + (TASKS.len() + 1) * SAMPLES as usize);
    assert_eq!(cut, whole);
    verifier.terminate();
    verifier.exit_code(Duration::from_mins(1)).await;
}
