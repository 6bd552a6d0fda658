//! Verdicts and outcomes of real programs.

use std::time::Duration;

use synthsmith_proto::corpus::v1::{Limits, OutcomeStatus, Verdict};
use synthsmith_proto::verifier::v1 as pb;
use synthsmith_proto::verifier::v1::execute_program_response::Event;

use crate::server::{judge, program, small, tests, verdicts, with_engine};

fn limits() -> Limits {
    Limits {
        cpu_time: Some(Duration::from_millis(500).try_into().unwrap()),
        wall_time: Some(Duration::from_secs(2).try_into().unwrap()),
        memory_bytes: 128 << 20,
        output_bytes: 1 << 20,
        ..Limits::default()
    }
}

#[tokio::test]
async fn every_verdict_comes_of_a_program_that_earns_it() {
    let Some((running, mut client)) =
        with_engine("every_verdict_comes_of_a_program_that_earns_it", small()).await
    else {
        return;
    };
    let source = r#"
import sys, time
way = input()
if way == "spin":
    while True: pass
if way == "sleep": time.sleep(60)
if way == "grow": print(len(bytearray(b"x") * (900 << 20)))
if way == "fail": sys.exit(1)
if way == "print":
    while True: print("y" * 100000)
print("right" if way != "err" else "wrong")
"#;
    let ways = [
        ("fine", Verdict::Ac),
        ("err", Verdict::Wa),
        ("spin", Verdict::Tle),
        ("sleep", Verdict::Tle),
        ("grow", Verdict::Mle),
        ("fail", Verdict::Re),
        ("print", Verdict::Ole),
        ("fine", Verdict::Ac),
    ];
    let request = pb::JudgeProgramRequest {
        program: Some(program("python3", source)),
        tests: tests(&ways.map(|(way, _)| (way, "right\n"))),
        limits: Some(limits()),
        ..Default::default()
    };
    let response = judge(&mut client, request.clone()).await;
    assert_eq!(verdicts(&response), ways.map(|(_, verdict)| verdict));
    assert_eq!(response.verdict(), Verdict::Wa);

    let response = judge(
        &mut client,
        pb::JudgeProgramRequest {
            stop_at_first_failure: true,
            ..request
        },
    )
    .await;
    let skipped = [Verdict::Skipped; 6];
    assert_eq!(
        verdicts(&response),
        [&[Verdict::Ac, Verdict::Wa], skipped.as_slice()].concat()
    );
    running.drain().await.unwrap();
}

#[tokio::test]
async fn a_source_that_does_not_compile_is_ce() {
    let test = "a_source_that_does_not_compile_is_ce";
    let Some((running, mut client)) = with_engine(test, small()).await else {
        return;
    };
    let request = pb::JudgeProgramRequest {
        program: Some(program("cpp17", "int main() { return }")),
        tests: tests(&[("", "")]),
        ..Default::default()
    };
    let response = judge(&mut client, request).await;
    assert_eq!((response.verdict(), response.tests.len()), (Verdict::Ce, 0));
    assert!(!response.compilation.unwrap().messages.is_empty());
    assert_eq!(response.checker_compilation, None);
    running.drain().await.unwrap();
}

#[tokio::test]
async fn an_expected_output_is_nowhere_a_program_could_look() {
    let Some((running, mut client)) = with_engine(
        "an_expected_output_is_nowhere_a_program_could_look",
        small(),
    )
    .await
    else {
        return;
    };
    let source = r#"
import os
needle = "sec" + "ret"
places = [open(f"/proc/self/{name}", "rb").read() for name in ("environ", "cmdline")]
for root in ("/box", "/tmp"):
    for folder, _, names in os.walk(root):
        places += [open(os.path.join(folder, name), "rb").read() for name in names]
print(any(needle.encode() in place for place in places))
"#;
    let request = pb::JudgeProgramRequest {
        program: Some(program("python3", source)),
        tests: tests(&[("", "secret"), ("", "secret"), ("", "False")]),
        ..Default::default()
    };
    assert_eq!(
        verdicts(&judge(&mut client, request).await),
        [Verdict::Wa, Verdict::Wa, Verdict::Ac]
    );
    running.drain().await.unwrap();
}

#[tokio::test]
async fn an_execution_tells_the_compilation_and_then_each_outcome() {
    let test = "an_execution_tells_the_compilation_and_then_each_outcome";
    let Some((running, mut client)) = with_engine(test, small()).await else {
        return;
    };
    let request = pb::ExecuteProgramRequest {
        program: Some(program("python3", "print('x' * int(input()))")),
        inputs: vec![b"3".to_vec(), b"nonsense".to_vec(), b"5".to_vec()],
        returned_output_bytes: 4,
        ..Default::default()
    };
    let mut stream = client.execute_program(request).await.unwrap().into_inner();
    let mut events = Vec::new();
    while let Some(response) = stream.message().await.unwrap() {
        events.push(response.event.unwrap());
    }
    let events: [Event; 4] = events.try_into().unwrap();
    let [
        Event::Compilation(compilation),
        Event::Outcome(first),
        Event::Outcome(second),
        Event::Outcome(third),
    ] = events
    else {
        panic!("one compilation and three outcomes");
    };
    assert!(compilation.succeeded);
    assert_eq!(first.output, b"xxx\n");
    assert_eq!(
        first.output_digest,
        blake3::hash(b"xxx").to_hex().to_string()
    );
    assert_eq!(
        (second.status(), second.exit_code),
        (OutcomeStatus::RuntimeError, Some(1))
    );
    assert_eq!(
        (third.output.as_slice(), third.output_size_bytes),
        (b"xxxx".as_slice(), 6)
    );
    running.drain().await.unwrap();
}
