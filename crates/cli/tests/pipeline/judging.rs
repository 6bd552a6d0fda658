//! `synthsmith judge`: one program, many tests, a verdict for each.

use std::process::Output;

use serde_json::Value;
use synthsmith_testkit::engine_or_skip;

use crate::command::Place;

/// Prints the square, but errs, crashes, waits, loops or fills the memory for some numbers.
const SQUARE: &str = "\
import sys, time
n = int(input())
if n == 3:
    print('\\x1b[2Jnot that', file=sys.stderr)
    sys.exit(7)
while n == 4:
    pass
if n == 5:
    b = bytearray(2 << 30)
print(n * n if n != 2 else 5)
";

/// Right where the output is the input's number of bits; says so in a message.
const CHECKER: &str = "\
import sys
number, output, answer = (open(path).read() for path in sys.argv[1:4])
if len(output.split()) != 1:
    print('not one word', file=sys.stderr)
    sys.exit(2)
if int(output) != int(number).bit_length() or int(output) != int(answer):
    print('expected', answer.strip(), file=sys.stderr)
    sys.exit(1)
print('well counted', file=sys.stderr)
";

fn place() -> Place {
    let place = Place::new();
    let write = |name: &str, content: &str| std::fs::write(place.path(name), content).unwrap();
    write("square.py", SQUARE);
    write("broken.cpp", "int main() { return nothing; }\n");
    write("add.py", "def add(a, b):\n    return [a + b]\n");
    write(
        "bits.cc",
        "#include <cstdio>\nint main() { unsigned long long n; scanf(\"%llu\", &n); \
        int bits = 0; while (n) { bits++; n /= 2; } if (bits == 4) printf(\"four \"); printf(\"%d\", bits); }\n",
    );
    write("check.py", CHECKER);
    write(
        "bits.json",
        r#"[{"id": "one", "input": "1", "output": "1"}, {"id": "ten", "input": "10", "output": "4"}]"#,
    );
    write(
        "add.jsonl",
        "{\"input\":\"1\\n2\\n\",\"output\":\"[3]\"}\n{\"input\":\"\\\"a\\\"\\n\\\"b\\\"\",\"output\":\"[ \\\"ab\\\" ]\"}\n",
    );
    for (folder, numbers) in [("right", [1, 6, 10]), ("wrong", [2, 3, 10])] {
        std::fs::create_dir(place.path(folder)).unwrap();
        for number in numbers {
            write(&format!("{folder}/{number}.in"), &format!("{number}\n"));
            write(
                &format!("{folder}/{number}.ans"),
                &format!("{}\n", number * number),
            );
        }
    }
    write("wrong/20.in", "4\n");
    write("wrong/20.out", "16\n");
    write("wrong/21.in", "5\n");
    write("wrong/21.out", "25\n");
    place
}

fn judge(place: &Place, args: &[&str]) -> Output {
    let args: Vec<&str> = ["judge"].iter().chain(args).copied().collect();
    place.synthsmith(&args).output().unwrap()
}

/// The report of a judgement that leaves with a code.
fn report(place: &Place, args: &[&str], code: i32) -> Value {
    let args: Vec<&str> = args.iter().chain(&["--json"]).copied().collect();
    let output = judge(place, &args);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{args:?}: {said}");
    assert!(!said.contains("synthsmith: "), "{said}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn verdicts(report: &Value) -> Vec<&str> {
    let tests = report["tests"].as_array().unwrap().iter();
    tests
        .map(|test| test["verdict"].as_str().unwrap())
        .collect()
}

#[test]
fn each_test_gets_its_verdict_and_the_exit_code_tells_the_whole() {
    if !engine_or_skip("each_test_gets_its_verdict_and_the_exit_code_tells_the_whole") {
        return;
    }
    let place = place();
    let right = report(&place, &["square.py", "right"], 0);
    assert_eq!(
        (&right["verdict"], verdicts(&right)),
        (&"AC".into(), vec!["AC"; 3])
    );
    assert!(right["tests"][0]["cpu_ms"].as_f64() > Some(0.0), "{right}");

    // Enough wall-clock time to use up the CPU time on a busy machine.
    let limits = ["--cpu", "0.5", "--wall", "100", "--memory", "128"];
    let args: Vec<&str> = ["square.py", "wrong"].into_iter().chain(limits).collect();
    let output = judge(&place, &args);
    let table = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{table}");
    assert_eq!(output.stderr, b"");
    let lines: Vec<&str> = table.lines().collect();
    let expected = [
        ("test", "verdict"),
        ("2 ", " WA "),
        ("3 ", "exit code 7: \u{fffd}[2Jnot that"),
        ("10 ", " AC "),
        ("20 ", "CPU time"),
        ("21 ", " MLE "),
        ("", ""),
        (
            "WA: 1 of 5 tests accepted (1 MLE, 1 RE, 1 TLE, 1 WA)",
            " MiB",
        ),
    ];
    assert_eq!(lines.len(), expected.len(), "{table}");
    for (line, (begin, within)) in lines.iter().zip(expected) {
        assert!(line.starts_with(begin) && line.contains(within), "{table}");
    }

    let first = ["square.py", "wrong", "--stop-at-first-failure"];
    let first = report(&place, &first, 1);
    assert_eq!(verdicts(&first)[..2], ["WA", "SKIPPED"]);
}

#[test]
fn checkers_functions_and_compilers_have_their_say() {
    if !engine_or_skip("checkers_functions_and_compilers_have_their_say") {
        return;
    }
    let place = place();
    let checked = report(
        &place,
        &["bits.cc", "bits.json", "--checker", "check.py"],
        1,
    );
    assert_eq!(verdicts(&checked), ["AC", "PE"], "{checked}");
    assert_eq!(checked["tests"][0]["name"], "one");
    assert_eq!(checked["tests"][1]["checker_message"], "not one word\n");
    assert_eq!(checked["checker_compilation"]["succeeded"], true);

    let called = report(&place, &["add.py", "add.jsonl", "--function", "add"], 0);
    assert_eq!(verdicts(&called), ["AC", "AC"]);

    let broken = judge(&place, &["broken.cpp", "right"]);
    let shown = String::from_utf8(broken.stdout).unwrap();
    assert_eq!(broken.status.code(), Some(1));
    assert!(
        shown.contains("nothing") && shown.contains("CE: none of 3 tests"),
        "{shown}"
    );

    // What the verifier does not take is no verdict either.
    let refused = judge(&place, &["square.py", "right", "--language", "cobol"]);
    let said = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(2), "{said}");
    assert!(said.contains("program.language"), "{said}");
}
