//! What goes in and what comes out.

use synthsmith_proto::verifier::v1::Comparison;

use crate::server::{Held, Server, require};
use crate::submission::{AC, OLE, RE, RE_OR_WA, Submission, WA, beginning};
use synthsmith_proto::corpus::v1::Verdict;

/// Prints without end, to either stream. Success would be memory of the verifier.
const TALKER: &str = r#"
#include <cstdio>
#include <cstring>
#include <unistd.h>
static char chunk[1 << 16];
int main() {
    char way[16] = {};
    if (scanf("%15s", way) != 1) return 1;
    memset(chunk, 'x', sizeof chunk);
    int to = strstr(way, "err") ? 2 : 1;
    for (long i = 0; strcmp(way, "good") && (strstr(way, "endless") || i < 1024); i++)
        if (write(to, chunk, sizeof chunk) < 0) return 2;
    puts("right");
}"#;

/// Relies on: output cap, stderr cap.
pub(crate) async fn case_27_endless_output_is_cut_and_costs_the_verifier_nothing(
    server: &Server,
) -> Held {
    const CUT: &[Verdict] = &[Verdict::Ole, Verdict::Tle];
    let talker = Submission::cpp(TALKER).cpu_ms(2_000).output_mib(8);
    let before = most_memory_mib();
    let mut outcomes = Vec::new();
    for comparison in [Comparison::Lines, Comparison::Tokens] {
        let talker = talker
            .clone()
            .compared(comparison)
            .test("endless", "right", OLE)
            .test("err", "right", &[Verdict::Ac, Verdict::Ole])
            .test("endless-err", "right", CUT)
            .test("good", "right", AC);
        outcomes.extend(talker.judged(server).await?);
    }
    for outcome in &outcomes {
        require(
            outcome.stderr_excerpt.len() <= 4096 && outcome.output_size_bytes <= (8 << 20) + 65_536,
            format!("{} bytes of output", outcome.output_size_bytes),
        )?;
    }
    let grown = most_memory_mib() - before;
    require(grown < 64, format!("the verifier grew by {grown} MiB"))
}

/// The verifier runs in this process.
fn most_memory_mib() -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap();
    let kib: i64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
    kib >> 10
}

const ECHO: &str = "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read())";

/// What is printed, what is expected, and whether equal lines and equal bytes accept it.
const ODD_BYTES: [(&[u8], &[u8], bool, bool); 12] = [
    (b"1 2", b"1 2\n", true, false),
    (b"1 2\n", b"1 2", true, false),
    (b"1\r\n2\r\n", b"1\n2\n", true, false),
    (b"1 \t\n2\n\n\n", b"1\n2\n", true, false),
    (b"1\0\n", b"1\0\n", true, true),
    (b"1\0\n", b"1\n", false, false),
    (b"1\0", b"1", false, false),
    (b"\xff\xfe\n", b"\xff\xfe\n", true, true),
    (b"\xff\n", b"\xef\xbf\xbd\n", false, false),
    (b"\xef\xbb\xbf1\n", b"1\n", false, false),
    (b"\xef\xbb\xbf1\n", b"\xef\xbb\xbf1\n", true, true),
    (b"1\n\n2\n", b"1\n2\n", false, false),
];

/// What differs in white space alone is wrong in its presentation.
const PE: &[Verdict] = &[Verdict::Pe];

fn tokens(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let words = text.split(u8::is_ascii_whitespace);
    words.filter(|word| !word.is_empty())
}

/// Relies on: nothing but the comparison.
pub(crate) async fn case_30_odd_bytes_follow_the_rule_of_the_comparison(server: &Server) -> Held {
    for comparison in [Comparison::Lines, Comparison::Exact] {
        let mut submission = Submission::python(ECHO).compared(comparison);
        for (printed, expected, by_lines, by_bytes) in ODD_BYTES {
            let accepts = match comparison {
                Comparison::Exact => by_bytes,
                _ => by_lines,
            };
            let allowed = match accepts {
                true => AC,
                false if tokens(printed).eq(tokens(expected)) => PE,
                false => WA,
            };
            submission = submission.test(printed, expected, allowed);
        }
        submission
            .judged(server)
            .await
            .map_err(|reason| format!("{comparison:?}: {reason}"))?;
    }
    Ok(())
}

const LARGE: &str = r#"
#include <cstdio>
#include <string>
int main() {
    if (getchar() != 'p') { puts("unread"); return 0; }
    std::string line(99, 'x');
    for (int i = 0; i < 500000; i++) puts(line.c_str());
}"#;

/// A request holds at most 64 MiB of inputs, so the input that is not read is of 60 MB and not of 100.
///
/// Relies on: the runner and the verifier read while the program writes.
pub(crate) async fn case_31_large_streams_do_not_deadlock(server: &Server) -> Held {
    let line = "x".repeat(99) + "\n";
    let large = Submission::cpp(LARGE)
        .cpu_ms(5_000)
        .wall_ms(60_000)
        .output_mib(60);
    large
        .clone()
        .test("p", line.repeat(500_000), AC)
        .judged(server)
        .await?;
    large
        .test(vec![b'z'; 60_000_000], "unread", AC)
        .judged(server)
        .await
        .map(drop)
}

/// Closes its streams and ends well. Success would be a runner that dies of a broken pipe, or an answer by accident.
const CLOSER: &str = r#"
import os, sys, time
way = sys.stdin.buffer.read(2)
if b"i" in way: os.close(0)
if b"o" in way: os.close(1)
if b"e" in way: os.close(2)
if b"w" in way: time.sleep(0.3)
if b"g" in way: print("right", flush=True)
os._exit(0)
"#;

/// Relies on: nothing of the program's ends the runner.
pub(crate) async fn case_32_closed_streams_are_a_wrong_answer(server: &Server) -> Held {
    let unread = "x".repeat(1 << 20);
    let mut submission = Submission::python(CLOSER);
    for way in ["i-", "o-", "io", "ow", "e-", "oe"] {
        submission = submission
            .test(format!("{way}{unread}"), "right", WA)
            .test("g-", "right", AC);
    }
    submission.judged(server).await?;
    // At once, before anything is read.
    Submission::python("import os; os.close(0); os.close(1); os._exit(0)")
        .test(unread, "right", WA)
        .judged(server)
        .await
        .map(drop)
}

const WANTS_MORE: &str = r#"
#include <iostream>
int main() {
    long long sum = 0;
    for (int i = 0; i < 10; i++) { long long x; std::cin >> x; if (!std::cin) return std::cout << "ends", 0; sum += x; }
    std::cout << sum;
}"#;

/// Relies on: a real fd 0 that ends.
pub(crate) async fn case_33_reading_past_the_input_meets_its_end(server: &Server) -> Held {
    Submission::python("print(int(input()) + int(input()))")
        .test("1\n", "2", RE)
        .test("1\n1\n", "2", AC)
        .judged(server)
        .await?;
    Submission::cpp(WANTS_MORE)
        .test("1\n", "10", RE_OR_WA)
        .test("1 1 1 1 1 1 1 1 1 1", "10", AC)
        .judged(server)
        .await
        .map(drop)
}

/// Reads nothing, then tries to leave something in the empty input. Success would be what a later test reads.
const EMPTY: &str = r#"
import os, stat, sys
read = sys.stdin.buffer.read() + sys.stdin.buffer.read()
status = os.fstat(0)
print(read, stat.S_ISREG(status.st_mode), status.st_size, os.lseek(0, 0, os.SEEK_CUR))
for act in (lambda: os.write(0, b"planted"), lambda: os.ftruncate(0, 100),
            lambda: os.write(os.open("/proc/self/fd/0", os.O_RDWR), b"planted"),
            lambda: os.truncate("/proc/self/fd/0", 100)):
    try: act()
    except OSError: continue
    print("planted")
"#;

/// Relies on: fresh stdin per test, a real fd 0.
pub(crate) async fn case_34_an_empty_input_is_a_real_file_and_stays_empty(server: &Server) -> Held {
    let submission = Submission::python(EMPTY)
        .test("", "b'' True 0 0", AC)
        .test("", "b'' True 0 0", AC)
        .test("full", "b'full' True 4 4", AC)
        .test("", "b'' True 0 0", AC);
    let outcomes = submission.judged(server).await?;
    let complaints = beginning(&outcomes[0].stderr_excerpt);
    require(complaints.is_empty(), complaints)
}
