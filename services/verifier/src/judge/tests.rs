use std::time::Duration;

use synthsmith_corpus::OutcomeStatus;

use super::*;
use crate::scripted::{Scripted, ended, exited, printed, program};

fn judgement(expected: &[&'static str], checker: Checker) -> Judgement {
    let test = |(index, expected): (usize, &&'static str)| Test {
        input: Bytes::from(format!("in{index}")),
        expected_output: Bytes::from(*expected),
    };
    Judgement {
        program: program("candidate"),
        tests: expected.iter().enumerate().map(test).collect(),
        checker,
        stop_at_first_failure: false,
    }
}

fn by_lines(expected: &[&'static str]) -> Judgement {
    judgement(expected, Checker::Rule(Rule::Lines))
}

fn by_program(expected: &[&'static str]) -> Judgement {
    judgement(expected, Checker::Program(Box::new(program("checker"))))
}

fn verdicts(judged: &Judged) -> Vec<Verdict> {
    judged.tests.iter().map(|test| test.verdict).collect()
}

#[tokio::test]
async fn the_first_test_that_is_not_accepted_gives_the_verdict() {
    let outcomes = || {
        let late = ended(OutcomeStatus::CpuTimeExceeded);
        Some(vec![
            printed("1"),
            late,
            exited(1),
            printed("4 5"),
            printed(""),
        ])
    };
    let expected = ["1", "2", "3", "4  5", "6"];
    let judged = judge(&Scripted::new([outcomes()]), by_lines(&expected)).await;
    let judged = judged.unwrap();
    assert_eq!(judged.verdict, Verdict::TimeLimitExceeded);
    let all = [
        Verdict::Accepted,
        Verdict::TimeLimitExceeded,
        Verdict::RuntimeError,
        Verdict::PresentationError,
        Verdict::WrongAnswer,
    ];
    assert_eq!(verdicts(&judged), all);
    assert!(
        judged
            .tests
            .iter()
            .all(|test| test.outcome.output.is_empty())
    );

    let sandbox = Scripted::new([outcomes()]);
    let stopping = Judgement {
        stop_at_first_failure: true,
        ..by_lines(&expected)
    };
    let judged = judge(&sandbox, stopping).await.unwrap();
    assert_eq!(judged.verdict, Verdict::TimeLimitExceeded);
    assert_eq!(verdicts(&judged)[..2], all[..2]);
    assert_eq!(verdicts(&judged)[2..], [Verdict::Skipped; 3]);
    assert_eq!(judged.tests[4].outcome, not_run(4));
    assert_eq!(sandbox.seen().len(), 3, "the others are not run");
}

#[tokio::test]
async fn a_program_that_does_not_compile_has_no_tests() {
    let judged = judge(&Scripted::new([None]), by_lines(&["1"]))
        .await
        .unwrap();
    assert_eq!(judged.verdict, Verdict::CompileError);
    assert_eq!((judged.tests.len(), judged.checker_compilation), (0, None));
    assert!(!judged.compilation.unwrap().succeeded);
}

#[tokio::test]
async fn a_fault_of_the_sandbox_is_no_verdict() {
    let too_few = Scripted::new([Some(vec![printed("1")])]);
    let error = judge(&too_few, by_lines(&["1", "2"])).await.unwrap_err();
    assert!(matches!(error, Error::RunProgram(_)));
    // The checker's sandbox is lost with the second test.
    let too_few = Scripted::new([
        Some(vec![exited(0)]),
        Some(vec![printed("1"), printed("2")]),
    ]);
    let error = judge(&too_few, by_program(&["1", "2"])).await.unwrap_err();
    assert!(matches!(error, Error::RunProgram(_)));
}

#[tokio::test]
async fn a_checker_program_sees_each_output_before_the_next_test_runs() {
    let sandbox = Scripted::new([
        Some(vec![exited(0), exited(1), exited(2)]),
        Some(vec![printed("a"), printed("b"), exited(5), printed("d")]),
    ]);
    let judged = judge(&sandbox, by_program(&["A", "B", "C", "D"]))
        .await
        .unwrap();
    let steps = [
        "compile checker",
        "compile candidate",
        "candidate: in0",
        "checker: |in0|a|A",
        "candidate: in1",
        "checker: |in1|b|B",
        "candidate: in2",
        "candidate: in3",
        "checker: |in3|d|D",
    ];
    assert_eq!(sandbox.seen(), steps);
    let all = [
        Verdict::Accepted,
        Verdict::WrongAnswer,
        Verdict::RuntimeError,
        Verdict::PresentationError,
    ];
    assert_eq!(verdicts(&judged), all);
    assert_eq!(judged.verdict, Verdict::WrongAnswer);
    assert_eq!(judged.tests[1].checker_message, b"says 1");
    assert!(judged.checker_compilation.unwrap().succeeded);
}

#[tokio::test]
async fn one_broken_check_makes_the_whole_verdict_unknown() {
    let sandbox = Scripted::new([
        Some(vec![exited(1), exited(3), exited(2), exited(0)]),
        Some(vec![printed("a"), printed("b"), printed("c")]),
    ]);
    let judged = judge(&sandbox, by_program(&["", "", ""])).await.unwrap();
    assert_eq!(judged.verdict, Verdict::JudgeError);
    let all = [Verdict::WrongAnswer, Verdict::JudgeError, Verdict::Accepted];
    assert_eq!(verdicts(&judged), all);
    let message = &judged.tests[1].checker_message;
    assert_eq!(message, b"the checker exited with code 3: says 3");
}

#[tokio::test]
async fn an_output_that_breaks_a_checker_which_accepts_the_expected_one_is_wrong() {
    let broken = ended(OutcomeStatus::CpuTimeExceeded);
    let sandbox = Scripted::new([
        Some(vec![
            exited(3),
            exited(0),
            broken,
            exited(0),
            exited(3),
            exited(3),
        ]),
        Some(vec![printed("a"), printed("b"), printed("c")]),
    ]);
    let judged = judge(&sandbox, by_program(&["A", "B", "C"])).await.unwrap();
    let all = [
        Verdict::WrongAnswer,
        Verdict::WrongAnswer,
        Verdict::JudgeError,
    ];
    assert_eq!(verdicts(&judged), all);
    let messages: Vec<_> = judged
        .tests
        .iter()
        .map(|test| String::from_utf8_lossy(&test.checker_message))
        .collect();
    assert_eq!(
        messages,
        [
            "the checker exited with code 3: says 3",
            "the checker used up its CPU time",
            "the checker exited with code 3: says 3",
        ]
    );
    let asked = ["checker: |in0|a|A", "checker: |in0|A|A"];
    assert_eq!(sandbox.seen()[3..5], asked);
}

#[tokio::test]
async fn a_checker_that_does_not_compile_leaves_the_candidate_alone() {
    let sandbox = Scripted::new([None]);
    let judged = judge(&sandbox, by_program(&["1", "2"])).await.unwrap();
    assert_eq!(sandbox.seen(), ["compile checker"]);
    assert_eq!(judged.verdict, Verdict::JudgeError);
    assert_eq!(verdicts(&judged), [Verdict::JudgeError; 2]);
    assert_eq!(judged.compilation, None);
    assert_eq!(judged.checker_compilation.unwrap().messages, b"checker");
}

#[tokio::test]
async fn a_large_output_is_compared_as_a_small_one_is() {
    let expected: &'static str = Box::leak("7 \n".repeat(200_000).into_boxed_str());
    let other = format!("{}8\n", &expected[3..]);
    let sandbox = Scripted::new([Some(vec![printed(expected), printed(&other)])]);
    let judgement = Judgement {
        checker: Checker::Rule(Rule::Tokens),
        ..by_lines(&[expected, expected])
    };
    let judged = judge(&sandbox, judgement).await.unwrap();
    assert_eq!(verdicts(&judged), [Verdict::Accepted, Verdict::WrongAnswer]);
    assert!(judged.tests[1].outcome.output.is_empty());
    let limits = program("candidate").limits;
    assert!(expected.len() as u64 <= limits.output_bytes && limits.cpu_time > Duration::ZERO);
}
