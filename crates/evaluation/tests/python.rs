//! What is put around solutions, run by a real interpreter on programs of our own.
//!
//! Where there is no `python3` these say so and do nothing, unless `SYNTHSMITH_REQUIRE_PYTHON=1` is set. The path of a
//! `HumanEval.jsonl` in `SYNTHSMITH_HUMANEVAL` has its own solutions graded, all of them, without a sandbox.

#![expect(clippy::print_stdout, reason = "says what is left out")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use synthsmith_corpus::Program;
use synthsmith_evaluation::grading::{Checker, Fidelity, Options, program, suite};
use synthsmith_evaluation::problem::Tests;
use synthsmith_evaluation::records::Bounds;
use synthsmith_evaluation::{Problem, files};

fn has_python() -> bool {
    let runs = Command::new("python3").arg("--version").output().is_ok();
    let is_required = std::env::var("SYNTHSMITH_REQUIRE_PYTHON").is_ok_and(|it| it == "1");
    assert!(runs || !is_required, "there is no python3");
    if !runs {
        println!("left out, since there is no python3");
    }
    runs
}

fn run(source: &str, arguments: &[&Path], input: &[u8]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("main.py");
    std::fs::write(&path, source).unwrap();
    let mut child = Command::new("python3")
        .args(["-s", "-B", "-X", "utf8"])
        .arg(&path)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that ends early does not read it.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn problems(path: &Path) -> Vec<Problem> {
    let problems = files::problems(path, None, Bounds::default()).unwrap();
    problems.map(Result::unwrap).collect()
}

fn fixture(name: &str) -> Vec<Problem> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    problems(&folder.join(name))
}

/// Whether a solution is accepted by what it prints and its exit code, which is told too.
fn judged(problem: &Problem, code: &str) -> (bool, Option<i32>) {
    let suite = suite(problem, Options::default());
    let test = &suite.tests[0];
    let output = run(&program(problem, code).unwrap().source, &[], &test.input);
    let is_accepted = output.status.success() && output.stdout == test.expected_output;
    (is_accepted, output.status.code())
}

#[test]
fn references_pass_their_test_programs() {
    if !has_python() {
        return;
    }
    for problem in fixture("humaneval.jsonl")
        .into_iter()
        .chain(fixture("mbpp.jsonl"))
    {
        let found = judged(&problem, &problem.references[0].source);
        assert_eq!(found, (true, Some(0)), "{}", problem.id);
    }
}

#[test]
fn a_test_program_is_passed_by_passing_its_tests_only() {
    if !has_python() {
        return;
    }
    let halve = &fixture("humaneval.jsonl")[0];
    let right = "def halve_all(values):\n    return [half(value) for value in values]\n";
    let ending_with = |line: &str| format!("{right}\n{line}\n");
    let table = [
        (right.to_owned(), true, 0),
        (
            "    return [half(value) for value in values]".to_owned(),
            true,
            0,
        ),
        (ending_with("print('noise')"), true, 0),
        (
            ending_with("if __name__ == '__main__':\n    halve_all(5)"),
            true,
            0,
        ),
        (
            "def halve_all(values):\n    return values\n".to_owned(),
            false,
            82,
        ),
        ("def halve_all(values)\n".to_owned(), false, 80),
        ("x = '\\0'\n\0".to_owned(), false, 80),
        (
            "def halve(values):\n    return values\n".to_owned(),
            false,
            81,
        ),
        (
            "def halve_all(values):\n    return 1 / 0\n".to_owned(),
            false,
            1,
        ),
        (ending_with("import sys; sys.exit(0)"), false, 1),
        (ending_with("exit(0)"), false, 1),
        (ending_with("raise SystemExit"), false, 1),
        (ending_with("import os; os._exit(0)"), false, 0),
        (
            "import os\ndef halve_all(values):\n    os._exit(0)\n".to_owned(),
            false,
            0,
        ),
        (
            ending_with(
                "import sys; print(sys.stdin.read()); sys.stdout.flush(); import os; os._exit(0)",
            ),
            false,
            0,
        ),
    ];
    for (code, is_accepted, exit_code) in table {
        assert_eq!(
            judged(halve, &code),
            (is_accepted, Some(exit_code)),
            "{code}"
        );
    }
}

#[test]
fn programs_find_the_names_of_the_prelude() {
    if !has_python() {
        return;
    }
    let roof = &fixture("livecodebench.jsonl")[0];
    for code in [
        "n, m = map(int, input().split())\nprint(n * m)",
        "from __future__ import annotations\nprint(reduce(lambda a, b: a * b, map(int, stdin.read().split())))",
        "print(int(pow(2, 1)) * len(deque([1, 2, 3])) * sys.getrecursionlimit() // 50000)",
        "print(len(str(10 ** 40_000)) // 10_000 + 2)",
        "if __name__ == '__main__':\n    print(prod(map(int, input().split())), end='')",
    ] {
        let source = program(roof, code).unwrap().source;
        let output = run(&source, &[], b"2 3\n");
        let shown = String::from_utf8_lossy(&output.stdout);
        assert_eq!(
            shown.trim(),
            "6",
            "{code}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

/// What `lcb_runner` accepts, and what it does not.
const COMPARED: [(&str, &str, bool); 24] = [
    ("1\n2\n", "1\n2", true),
    ("\n 1 \n\t2\r\n\n", "1\n2\n", true),
    ("1\n\n2", "1\n2", false),
    ("1 2", "1\n2", false),
    ("1\n2", "1 2", false),
    ("1  2", "1 2", true),
    ("a  b", "a b", false),
    ("1.0", "1", true),
    ("1", "1.00", true),
    ("+1", "1", true),
    ("01", "1", true),
    ("1e3", "1000", true),
    ("1_000", "1000", true),
    ("0.1", "0.10000000000000000001", false),
    ("1000000000000000000001", "1000000000000000000000", false),
    ("a 1.0", "a 1", false),
    ("inf", "Infinity", true),
    ("nan", "nan", true),
    ("nan", "NaN", false),
    ("snan", "1", false),
    ("", "", true),
    (" \n", "", true),
    ("", "0", false),
    ("Yes", "YES", false),
];

/// Runs the checker on many outputs in one process, and prints its exit codes.
const MANY: &str = r#"
import json, os, runpy, sys

checker, *files = sys.argv[1:]
codes = []
for output, expected in json.load(sys.stdin):
    for path, text in zip(files, ("", output, expected)):
        with open(path, "wb") as file:
            file.write(text.encode("latin-1"))
    sys.argv = [checker, *files]
    try:
        runpy.run_path(checker)
    except SystemExit as end:
        codes.append(end.code)
print(json.dumps(codes))
"#;

#[test]
fn the_checker_program_compares_as_lcb_runner_does() {
    if !has_python() {
        return;
    }
    let options = Options {
        fidelity: Fidelity::LcbRunner,
        ..Options::default()
    };
    let Checker::Program(Program { source, .. }) =
        suite(&fixture("livecodebench.jsonl")[0], options).checker
    else {
        panic!("the checker is no program");
    };
    let folder = tempfile::tempdir().unwrap();
    let files = ["checker.py", "input", "output", "expected"].map(|it| folder.path().join(it));
    std::fs::write(&files[0], source).unwrap();
    let files: Vec<&Path> = files.iter().map(std::path::PathBuf::as_path).collect();
    // The last output is no UTF-8.
    let compared = COMPARED.iter().copied().chain([("\u{ff}", "1", false)]);
    let (pairs, codes): (Vec<_>, Vec<_>) = compared
        .map(|(output, expected, is_right)| ((output, expected), i32::from(!is_right)))
        .unzip();
    let output = run(MANY, &files, &serde_json::to_vec(&pairs).unwrap());
    let found: Vec<i32> = serde_json::from_slice(&output.stdout).unwrap();
    let found: Vec<_> = pairs.iter().zip(found).collect();
    let expected: Vec<_> = pairs.iter().zip(codes).collect();
    assert_eq!(found, expected);
}

#[test]
fn long_the_solutions_of_humaneval_pass_and_ends_before_the_tests_do_not() {
    let Some(path) = std::env::var_os("SYNTHSMITH_HUMANEVAL") else {
        println!("left out, since SYNTHSMITH_HUMANEVAL names no file");
        return;
    };
    let problems = problems(Path::new(&path));
    assert!(!problems.is_empty());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for part in problems.chunks(problems.len().div_ceil(threads)) {
            scope.spawn(|| part.iter().for_each(check_humaneval));
        }
    });
}

/// The reference passes, whole and as a completion; as soon as it ends the process itself, it does not.
fn check_humaneval(problem: &Problem) {
    assert!(matches!(problem.tests, Tests::Program(_)));
    let reference = &problem.references[0].source;
    let right = (true, Some(0));
    assert_eq!(judged(problem, reference), right, "{}", problem.id);
    let completion = reference.strip_prefix(&problem.starter_code).unwrap();
    assert_eq!(judged(problem, completion), right, "{}", problem.id);
    let ended = format!("{reference}\nimport os; os._exit(0)\n");
    assert!(!judged(problem, &ended).0, "{}", problem.id);
}
