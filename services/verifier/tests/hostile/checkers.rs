//! Checkers that break, and outputs that would fool a careless one.

use synthsmith_proto::corpus::v1::{Program, Verdict};
use synthsmith_proto::verifier::v1::checker::Rule;
use synthsmith_proto::verifier::v1::{Comparison, FloatTolerance};

use crate::server::{Held, Server, require};
use crate::submission::{AC, RE, Submission, WA};

const PE: &[Verdict] = &[Verdict::Pe];
const JUDGE_ERROR: &[Verdict] = &[Verdict::JudgeError];

const ECHO: &str = "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read())";

fn checked_by(language: &str, source: &str) -> Rule {
    Rule::Program(Program {
        language: language.to_owned(),
        source: source.to_owned(),
    })
}

/// Does what the expected output says. Success of a broken checker would be any verdict but `JUDGE_ERROR`.
const CHECKER: &str = r#"
import os, signal, sys, time
way = open(sys.argv[3], "rb").read().decode()
if way == "crash": os.kill(os.getpid(), signal.SIGSEGV)
if way == "raise": raise ValueError(way)
if way == "loop":
    while True: pass
if way == "sleep": time.sleep(600)
if way == "grow": print(len(b"x" * (10 << 30)))
if way == "talk":
    for _ in range(1000): sys.stderr.write("x" * 10000); sys.stdout.write("x" * 10000)
if way == "bomb":
    while True: os.fork()
if way.startswith("code"): sys.exit(int(way[4:]))
if way == "same": sys.exit(open(sys.argv[1], "rb").read() != open(sys.argv[2], "rb").read())
"#;

/// Tries what a candidate tries: the network, the files of the host, a mark for the next test.
const HOSTILE_CHECKER: &str = r#"
import os, socket, sys
reached = os.listdir("/tmp")
for family in (socket.AF_INET, socket.AF_INET6, socket.AF_VSOCK):
    try: socket.socket(family, socket.SOCK_STREAM); reached.append(family)
    except OSError: pass
for path in sys.argv[1:] + ["/etc/passwd", "/box/new", sys.argv[0], "/proc/1/mem"]:
    try: open(path, "r+b", buffering=0).write(b"x"); reached.append(path)
    except OSError: pass
try: os.kill(1, 9); reached.append("runner")
except OSError: pass
open("/tmp/mark", "w").close()
print(reached)
sys.exit(1 if reached else 0)
"#;

/// What would be code, a path, a format or a frame somewhere.
const HOSTILE_OUTPUTS: [&[u8]; 7] = [
    b"$(reboot) `id` ; rm -rf / | \"' \\ %s%n {0}",
    b"\0\0\0\0",
    b"\xff\xfe\x00\xd8",
    b"../../../etc/passwd",
    b"\x19\x00\x00\x00\x04\x00\x00\x00\x00",
    b"exit 0\nquitf(_ok, \"fine\")\nsame",
    b"\x1b[2J\r\n\r\n--\n",
];

/// Relies on: the checker runs in a sandbox of its own, within limits of its own.
pub(crate) async fn case_60_a_broken_checker_is_told_apart(server: &Server) -> Held {
    let checked = Submission::python(ECHO).checked(checked_by("python3", CHECKER));
    for (way, allowed) in [
        ("crash", JUDGE_ERROR),
        ("loop", JUDGE_ERROR),
        ("sleep", JUDGE_ERROR),
        ("grow", JUDGE_ERROR),
        ("bomb", JUDGE_ERROR),
        ("code3", JUDGE_ERROR),
        ("code42", JUDGE_ERROR),
        ("code0", AC),
        ("code1", WA),
        ("code2", PE),
        ("talk", AC),
    ] {
        let submission = checked
            .clone()
            .test("x", way, allowed)
            .test("x", "code0", AC);
        let response = submission.judge(server).await?;
        submission
            .judged(server)
            .await
            .map_err(|reason| format!("{way}: {reason}"))?;
        require(
            response.verdict() == allowed[0],
            format!("{way}: the whole is {:?}", response.verdict()),
        )?;
        let longest = response
            .tests
            .iter()
            .map(|test| test.checker_message.len())
            .max();
        require(
            longest <= Some(4096),
            format!("{way}: a message of {longest:?} bytes"),
        )?;
    }
    for (language, source) in [("python3", "("), ("cpp17", "int main() { return x; }")] {
        Submission::python(ECHO)
            .checked(checked_by(language, source))
            .test("x", "x", JUDGE_ERROR)
            .judged(server)
            .await?;
    }
    Ok(())
}

/// Relies on: the checker reads files and nothing else, and its sandbox is never used again.
pub(crate) async fn case_60_hostile_outputs_and_checkers_reach_nothing(server: &Server) -> Held {
    let mut submission = Submission::python(ECHO).checked(checked_by("python3", CHECKER));
    for output in HOSTILE_OUTPUTS {
        submission = submission.test(output, "same", AC);
    }
    submission.judged(server).await?;
    Submission::python(ECHO)
        .checked(checked_by("python3", HOSTILE_CHECKER))
        .test("1", "1", AC)
        .test("2", "2", AC)
        .judged(server)
        .await?;
    // A candidate that fails is not saved by a checker that accepts everything.
    Submission::python("raise SystemExit(1)")
        .checked(checked_by("python3", "pass"))
        .test("1", "1", RE)
        .judged(server)
        .await
        .map(drop)
}

/// What is printed and expected, and whether tokens and tokens with a tolerance accept it.
const NUMBERS: [(&str, &str, bool, bool); 28] = [
    ("1000000000000000001", "1000000000000000000", false, false),
    ("1000001", "1000000", false, false),
    (
        "999999999999999999999999",
        "1000000000000000000000000",
        false,
        false,
    ),
    ("1000000000000000000", "1000000000000000000", true, true),
    ("1.0", "1", false, false),
    ("1", "1.0", false, true),
    ("0.3333333", "0.33333334", false, true),
    ("0.33", "0.34", false, false),
    ("1e400", "1e400", true, true),
    ("1e308", "1e400", false, false),
    ("1e400", "1e308", false, false),
    ("1e400", "1.5", false, false),
    ("nan", "nan", true, true),
    ("nan", "1.5", false, false),
    ("1.5", "nan", false, false),
    ("inf", "1.5", false, false),
    ("1.5", "inf", false, false),
    ("-inf", "inf", false, false),
    ("-0", "0", false, false),
    ("-0.0", "0.0", false, true),
    ("0x10", "16", false, false),
    ("0x10", "16.0", false, false),
    ("1_000", "1000", false, false),
    ("1_000.0", "1000.0", false, false),
    ("+1", "1", false, false),
    ("01", "1", false, false),
    ("yes", "YES", false, false),
    ("1.5 2.5", "1.5", false, false),
];

/// Relies on: nothing but the comparison.
pub(crate) async fn case_61_integers_are_exact_and_floats_only_where_declared(
    server: &Server,
) -> Held {
    let tolerance = FloatTolerance {
        absolute: 1e-6,
        relative: 1e-6,
    };
    let rules = [
        Rule::Comparison(Comparison::Tokens as i32),
        Rule::Tolerance(tolerance),
    ];
    for (rule, is_tolerant) in rules.into_iter().zip([false, true]) {
        let mut submission = Submission::python(ECHO).checked(rule.clone());
        for (printed, expected, by_tokens, by_tolerance) in NUMBERS {
            let accepts = if is_tolerant { by_tolerance } else { by_tokens };
            submission = submission.test(printed, expected, if accepts { AC } else { WA });
        }
        submission
            .judged(server)
            .await
            .map_err(|reason| format!("{rule:?}: {reason}"))?;
    }
    Ok(())
}

/// As lines in any order: how often each is there counts. As JSON: spaces do not, and integers are exact.
const VALUES: [(Comparison, &str, &str, bool); 10] = [
    (Comparison::UnorderedLines, "2\n1\n", "1\n2\n", true),
    (Comparison::UnorderedLines, "1\n1\n2\n", "1\n2\n2\n", false),
    (Comparison::UnorderedLines, "1\n2\n", "1\n2\n2\n", false),
    (Comparison::UnorderedLines, "1 \r\n2", "2\n1", true),
    (Comparison::Json, "[1, 2]\n", "[1,2]", true),
    (Comparison::Json, "[2,1]", "[1,2]", false),
    (
        Comparison::Json,
        "1000000000000000001",
        "1000000000000000000",
        false,
    ),
    (
        Comparison::Json,
        "18446744073709551617",
        "18446744073709551616",
        false,
    ),
    (Comparison::Json, "\"1\"", "1", false),
    (Comparison::Json, "[1,2", "[1,2]", false),
];

/// Relies on: nothing but the comparison.
pub(crate) async fn case_61_other_orders_and_forms_follow_their_rule(server: &Server) -> Held {
    for (comparison, printed, expected, accepts) in VALUES {
        Submission::python(ECHO)
            .checked(Rule::Comparison(comparison as i32))
            .test(printed, expected, if accepts { AC } else { WA })
            .judged(server)
            .await
            .map_err(|reason| format!("{comparison:?}: {reason}"))?;
    }
    Ok(())
}
