//! What decides whether an output is right.

use synthsmith_proto::corpus::v1::{OutcomeStatus, Verdict};
use synthsmith_proto::verifier::v1 as pb;
use synthsmith_proto::verifier::v1::checker::Rule;
use synthsmith_verifier::Config;

use crate::server::{checked_by, judge, program, small, tests, verdicts, with_engine};

const CAT: &str = "import sys; sys.stdout.write(sys.stdin.read())";

#[tokio::test]
async fn each_comparison_judges_in_its_own_way() {
    use Verdict::{Ac, Pe, Wa};
    let Some((running, mut client)) =
        with_engine("each_comparison_judges_in_its_own_way", small()).await
    else {
        return;
    };
    let outputs = [
        ("1\n2\n", "1\n2\n"),
        ("1 \n2", "1\n2\n"),
        ("1 2\n", "1\n2\n"),
        ("2\n1\n", "1\n2\n"),
        ("0.1000000001", "0.1"),
        ("1000001", "1000000"),
        ("{\"a\": [1, 2]}", "{\"a\":[1,2]}"),
    ];
    let comparison = |comparison: pb::Comparison| Rule::Comparison(comparison as i32);
    let tolerance = Rule::Tolerance(pb::FloatTolerance {
        absolute: 0.0,
        relative: 1e-6,
    });
    let table = [
        (
            comparison(pb::Comparison::Exact),
            [Ac, Pe, Pe, Wa, Wa, Wa, Wa],
        ),
        (
            comparison(pb::Comparison::Lines),
            [Ac, Ac, Pe, Wa, Wa, Wa, Wa],
        ),
        (
            comparison(pb::Comparison::Tokens),
            [Ac, Ac, Ac, Wa, Wa, Wa, Wa],
        ),
        (
            comparison(pb::Comparison::UnorderedLines),
            [Ac, Ac, Wa, Ac, Wa, Wa, Wa],
        ),
        (
            comparison(pb::Comparison::Json),
            [Ac, Ac, Wa, Wa, Wa, Wa, Ac],
        ),
        (tolerance, [Ac, Ac, Ac, Wa, Ac, Wa, Wa]),
    ];
    for (rule, expected) in table {
        let request = pb::JudgeProgramRequest {
            program: Some(program("python3", CAT)),
            tests: tests(&outputs),
            checker: Some(checked_by(rule.clone())),
            ..Default::default()
        };
        let response = judge(&mut client, request).await;
        assert_eq!(verdicts(&response), expected, "{rule:?}");
        assert!(
            response
                .tests
                .iter()
                .all(|test| test.checker_message.is_empty())
        );
    }
    running.drain().await.unwrap();
}

/// Accepts any two positive numbers whose sum is the input, one per line.
const SUM: &str = r#"
#include <cstdio>
#include <cstring>
int main(int argc, char** argv) {
    if (argc != 4) return 3;
    FILE *in = fopen(argv[1], "r"), *out = fopen(argv[2], "r"), *answer = fopen(argv[3], "r");
    if (!in || !out || !answer || fopen(argv[2], "r+")) return 3;
    long sum, a, b;
    char word[16];
    if (fscanf(in, "%ld", &sum) != 1) return 3;
    if (fscanf(answer, "%15s", word) != 1 || strcmp(word, "any")) return 3;
    if (getchar() != EOF) return 3;
    if (fscanf(out, "%ld\n%ld", &a, &b) != 2) { fprintf(stderr, "two numbers were expected"); return 2; }
    if (a > 0 && b > 0 && a + b == sum) return 0;
    fprintf(stderr, "%ld and %ld do not make %ld", a, b, sum);
    return 1;
}
"#;

#[tokio::test]
async fn a_checker_program_rules_on_what_it_reads() {
    use Verdict::{Ac, Pe, Re, Wa};
    let Some((running, mut client)) =
        with_engine("a_checker_program_rules_on_what_it_reads", small()).await
    else {
        return;
    };
    let source = r#"
n = int(input())
ways = {1: "x", 4: "4 4", 9: "-1 10", 666: None}
print(ways[n].replace(" ", "\n") if n in ways else f"{n - 3}\n3")
"#;
    let request = pb::JudgeProgramRequest {
        program: Some(program("python3", source)),
        tests: tests(&[
            ("10", "any"),
            ("4", "any"),
            ("1", "any"),
            ("666", "any"),
            ("9", "any"),
            ("12", "any"),
        ]),
        checker: Some(checked_by(Rule::Program(program("cpp17", SUM)))),
        ..Default::default()
    };
    let response = judge(&mut client, request).await;
    assert_eq!(
        verdicts(&response),
        [Ac, Wa, Pe, Re, Wa, Ac],
        "{response:?}"
    );
    assert_eq!(response.verdict(), Wa);
    let messages: Vec<_> = response
        .tests
        .iter()
        .map(|test| String::from_utf8_lossy(&test.checker_message))
        .collect();
    assert_eq!(
        messages,
        [
            "",
            "4 and 4 do not make 4",
            "two numbers were expected",
            "",
            "-1 and 10 do not make 9",
            ""
        ]
    );
    assert!(response.checker_compilation.unwrap().succeeded);
    running.drain().await.unwrap();
}

#[tokio::test]
async fn a_broken_checker_is_never_a_verdict_on_the_program() {
    let config = Config {
        default_cpu_ms: 500,
        ..small()
    };
    let test = "a_broken_checker_is_never_a_verdict_on_the_program";
    let Some((running, mut client)) = with_engine(test, config).await else {
        return;
    };
    let table = [
        ("cpp17", "int main() { return 3; }", "exited with code 3"),
        ("cpp17", "int main() { return 7; }", "exited with code 7"),
        (
            "cpp17",
            "#include <cstdlib>\nint main() { abort(); }",
            "signal 6",
        ),
        // CPU time, or on a busy machine wall-clock time.
        ("cpp17", "int main() { for (;;); }", "used up its"),
        (
            "python3",
            "raise ValueError('no such thing')",
            "no such thing",
        ),
        ("python3", "while True: print('x' * 100000)", "printed more"),
    ];
    for (language, source, complaint) in table {
        let request = pb::JudgeProgramRequest {
            program: Some(program("python3", CAT)),
            tests: tests(&[("1", "1")]),
            checker: Some(checked_by(Rule::Program(program(language, source)))),
            ..Default::default()
        };
        let response = judge(&mut client, request).await;
        assert_eq!(response.verdict(), Verdict::JudgeError, "{source}");
        assert_eq!(verdicts(&response), [Verdict::JudgeError], "{source}");
        let message = String::from_utf8_lossy(&response.tests[0].checker_message);
        assert!(message.contains(complaint), "{source}: {message}");
        let outcome = response.tests[0].outcome.as_ref().unwrap();
        assert_eq!(outcome.status(), OutcomeStatus::Ok);
    }
    let request = pb::JudgeProgramRequest {
        program: Some(program("python3", CAT)),
        tests: tests(&[("1", "1"), ("2", "2")]),
        checker: Some(checked_by(Rule::Program(program("cpp17", "int main() {")))),
        ..Default::default()
    };
    let response = judge(&mut client, request).await;
    assert_eq!(verdicts(&response), [Verdict::JudgeError; 2]);
    assert_eq!(response.compilation, None);
    assert!(!response.checker_compilation.unwrap().messages.is_empty());
    running.drain().await.unwrap();
}

#[tokio::test]
async fn an_output_that_breaks_the_checker_is_wrong() {
    let Some((running, mut client)) =
        with_engine("an_output_that_breaks_the_checker_is_wrong", small()).await
    else {
        return;
    };
    let source = r"
import sys
output, expected = (int(open(path).read()) for path in sys.argv[2:])
sys.exit(output != expected)
";
    let request = pb::JudgeProgramRequest {
        program: Some(program("python3", CAT)),
        tests: tests(&[("1", "1"), ("x", "1"), ("1", "x")]),
        checker: Some(checked_by(Rule::Program(program("python3", source)))),
        ..Default::default()
    };
    let response = judge(&mut client, request).await;
    let all = [Verdict::Ac, Verdict::Wa, Verdict::JudgeError];
    assert_eq!(verdicts(&response), all, "{response:?}");
    let message = String::from_utf8_lossy(&response.tests[1].checker_message);
    assert!(message.contains("ValueError"), "{message}");
    running.drain().await.unwrap();
}
