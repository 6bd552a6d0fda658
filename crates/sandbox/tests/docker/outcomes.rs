//! What programs of good will do, and what comes of their mistakes.

use std::time::Duration;

use bytes::Bytes;
use synthsmith_corpus::OutcomeStatus::{
    CpuTimeExceeded, MemoryExceeded, Ok, OutputExceeded, RuntimeError, WallTimeExceeded,
};
use synthsmith_sandbox::{Input, Job, Limits, Sandbox as _};

use crate::runs::{Ran, job, sandbox};

const MIB: u64 = 1 << 20;
/// Wall-clock time of programs that are to end for another reason, however busy the machine is.
const PATIENCE: Duration = Duration::from_mins(1);

#[tokio::test]
async fn a_program_reads_each_input_and_prints() {
    let Some(sandbox) = sandbox("a_program_reads_each_input_and_prints").await else {
        return;
    };
    let python = "print(int(input()) * 2)";
    let cpp = "#include <bits/stdc++.h>\nint main() { long long x; std::cin >> x; std::cout << 2 * x << '\\n'; }";
    for (language, source) in [("python3", python), ("cpp17", cpp)] {
        let runs = Ran::on(&sandbox, job(language, source), ["1", "21"]).await;
        assert!(runs.compilation.succeeded, "{:?}", runs.compilation);
        assert_eq!(runs.statuses(), [Ok, Ok]);
        assert_eq!(runs.outputs(), ["2\n", "42\n"]);
        assert_eq!(
            runs.outcomes[1].output_digest,
            blake3::hash(b"42").to_hex().to_string()
        );
        assert!(runs.outcomes[0].measures.cpu_time > Duration::ZERO);
        assert!(runs.outcomes[0].measures.peak_memory_bytes > 0);
        assert_eq!(runs.outcomes[0].exit_code, Some(0));
    }
    sandbox.close().await;
}

#[tokio::test]
async fn every_way_to_end_has_its_status() {
    let Some(sandbox) = sandbox("every_way_to_end_has_its_status").await else {
        return;
    };
    let source = r#"
import os, signal, sys, time
way = input()
if way == "spin":
    while True: pass
if way == "grow": print(len(bytearray(b"x") * (900 << 20)))
if way == "raise": raise ValueError("told")
if way == "code": sys.exit(137)
if way == "abort": os.abort()
if way == "kill": os.kill(os.getpid(), signal.SIGKILL)
if way == "print":
    while True: print("y" * 100000)
print(way)
"#;
    let ways = [
        ("spin", CpuTimeExceeded),
        ("grow", MemoryExceeded),
        ("raise", RuntimeError),
        ("code", RuntimeError),
        ("abort", RuntimeError),
        ("kill", RuntimeError),
        ("print", OutputExceeded),
        ("fine", Ok),
    ];
    let inputs = ways.map(|(way, _)| way);
    let limits = Limits {
        wall_time: PATIENCE,
        output_bytes: MIB,
        ..Limits::new(Duration::from_millis(500), 128 * MIB)
    };
    let job = Job {
        limits,
        ..job("python3", source)
    };
    let runs = Ran::on(&sandbox, job, inputs).await;
    assert_eq!(runs.statuses(), ways.map(|(_, status)| status));
    let outcome =
        |way: &str| &runs.outcomes[inputs.iter().position(|input| *input == way).unwrap()];
    assert!(String::from_utf8_lossy(&outcome("raise").stderr_excerpt).contains("ValueError: told"));
    assert_eq!(
        (outcome("code").exit_code, outcome("code").signal),
        (Some(137), None)
    );
    assert_eq!(
        (outcome("abort").exit_code, outcome("abort").signal),
        (None, Some(6))
    );
    assert_eq!(outcome("print").output.len() as u64, MIB);
    assert!(outcome("raise").output_digest.is_empty());
    sandbox.close().await;
}

#[tokio::test]
async fn a_program_that_only_waits_is_ended_by_the_clock() {
    let Some(sandbox) = sandbox("a_program_that_only_waits_is_ended_by_the_clock").await else {
        return;
    };
    let limits = Limits {
        wall_time: Duration::from_secs(1),
        ..Limits::new(Duration::from_secs(1), 128 * MIB)
    };
    let sleeper = Job {
        limits,
        ..job("python3", "import time\ntime.sleep(60)")
    };
    let ran = Ran::on(&sandbox, sleeper, [""]).await;
    assert_eq!(ran.statuses(), [WallTimeExceeded]);
    assert!(ran.outcomes[0].measures.cpu_time < Duration::from_millis(500));
    sandbox.close().await;
}

#[tokio::test]
async fn a_source_that_does_not_compile_is_not_run() {
    let Some(sandbox) = sandbox("a_source_that_does_not_compile_is_not_run").await else {
        return;
    };
    for (language, source, told) in [
        ("python3", "print(1", "SyntaxError"),
        ("python3", "print(1)\0", "null bytes"),
        ("cpp17", "int main() { return x; }", "was not declared"),
        ("cpp17", "#include \"/dev/zero\"\nint main() {}", ""),
        ("cpp17", "int a[1 << 29] = {1}; int main() {}", ""),
    ] {
        let runs = Ran::on(&sandbox, job(language, source), ["1", "2"]).await;
        assert!(!runs.compilation.succeeded, "{source}");
        let messages = String::from_utf8_lossy(&runs.compilation.messages).into_owned();
        assert!(messages.contains(told), "{messages}");
        assert_eq!(runs.outcomes, []);
    }
    sandbox.close().await;
}

#[tokio::test]
async fn large_inputs_and_outputs_pass_without_deadlock() {
    let Some(sandbox) = sandbox("large_inputs_and_outputs_pass_without_deadlock").await else {
        return;
    };
    let limits = Limits {
        output_bytes: 64 * MIB,
        ..Limits::new(Duration::from_secs(10), 256 * MIB)
    };
    let cpp = r#"
#include <cstdio>
#include <vector>
int main() {
    std::vector<char> all(50000000, 'x');
    int first = getchar();
    if (first == 'e') { int c; while ((c = getchar()) != EOF) putchar(c); return 0; }
    fwrite(all.data(), 1, all.size(), stdout);
    for (int i = 0; i < 100000; i++) fputs("complaint\n", stderr);
}"#;
    let echoed = [b"e".as_slice(), &b"1 \n".repeat(7_000_000)].concat();
    let unread = vec![b'z'; 30 * MIB as usize];
    let inputs = [
        Bytes::from("print"),
        Bytes::from(echoed),
        Bytes::from(unread),
    ];
    let job = Job {
        limits,
        returned_output_bytes: 10,
        ..job("cpp17", cpp)
    };
    let runs = Ran::on(&sandbox, job, inputs).await;
    assert_eq!(runs.statuses(), [Ok, Ok, Ok], "{:?}", runs.outcomes);
    assert_eq!(runs.outcomes[0].output, b"xxxxxxxxxx");
    assert_eq!(runs.outcomes[0].output_size_bytes, 50_000_000);
    assert_eq!(runs.outcomes[0].stderr_excerpt.len(), 4096);
    assert_eq!(runs.outcomes[1].output_size_bytes, 21_000_000);
    let canonical = b"1\n".repeat(7_000_000);
    let expected = blake3::hash(canonical.trim_ascii_end())
        .to_hex()
        .to_string();
    assert_eq!(runs.outcomes[1].output_digest, expected);
    sandbox.close().await;
}

#[tokio::test]
async fn an_empty_input_is_at_its_end_at_once() {
    let Some(sandbox) = sandbox("an_empty_input_is_at_its_end_at_once").await else {
        return;
    };
    let source = "import sys\nprint(repr(sys.stdin.read()), repr(sys.stdin.read()))";
    let runs = Ran::on(&sandbox, job("python3", source), [""]).await;
    assert_eq!(runs.outputs(), ["'' ''\n"]);
    sandbox.close().await;
}

#[tokio::test]
async fn memory_is_bounded_for_all_processes_together_and_recursion_may_use_it() {
    let Some(sandbox) = sandbox("memory_is_bounded_for_all_processes_together").await else {
        return;
    };
    let children = r"
import os, time
for _ in range(8):
    if os.fork() == 0:
        kept = bytearray(b'x') * (40 << 20)
        time.sleep(3)
        os._exit(0)
for _ in range(8): os.wait()
";
    let limits = Limits {
        wall_time: PATIENCE,
        ..Limits::new(Duration::from_secs(2), 128 * MIB)
    };
    let greedy = Job {
        limits,
        ..job("python3", children)
    };
    let runs = Ran::on(&sandbox, greedy, [""]).await;
    assert_eq!(runs.statuses(), [MemoryExceeded]);

    let recursion = r#"
#include <cstdio>
long depth(long n, volatile long *above) {
    volatile long mine = n;
    return n == 0 ? *above : depth(n - 1, &mine) + (mine - n);
}
int main() { long n; scanf("%ld", &n); printf("%ld\n", depth(n, &n)); }"#;
    let runs = Ran::on(&sandbox, job("cpp17", recursion), ["1000000", "1000000000"]).await;
    assert_eq!(runs.outcomes[0].status, Ok);
    // Endless recursion is a crash: the stack ends before the memory does.
    assert_eq!(
        runs.outcomes[1].status, RuntimeError,
        "{:?}",
        runs.outcomes[1]
    );
    sandbox.close().await;
}

#[tokio::test]
async fn what_sets_print_is_the_same_every_time() {
    let Some(sandbox) = sandbox("what_sets_print_is_the_same_every_time").await else {
        return;
    };
    let source = "print({str(i) for i in range(50)}, hash('x'))";
    let runs = Ran::on(&sandbox, job("python3", source), ["", ""]).await;
    let again = Ran::on(&sandbox, job("python3", source), ["", ""]).await;
    assert_eq!(
        runs.outcomes[0].output_digest,
        runs.outcomes[1].output_digest
    );
    assert_eq!(
        runs.outcomes[0].output_digest,
        again.outcomes[0].output_digest
    );
    sandbox.close().await;
}

#[tokio::test]
async fn the_three_standard_files_can_be_opened_by_their_names() {
    let Some(sandbox) = sandbox("the_three_standard_files_can_be_opened_by_their_names").await
    else {
        return;
    };
    let python = "
text = open('/dev/stdin').read()
print(text, file=open('/dev/stdout', 'w'))
print('told', file=open('/dev/stderr', 'w'))";
    let c = r#"
#include <stdio.h>
int main(void) {
    if (!freopen("/dev/stdin", "r", stdin)) return 1;
    if (!freopen("/dev/stdout", "w", stdout) || !freopen("/dev/stderr", "w", stderr)) return 2;
    int x; scanf("%d", &x); printf("%d\n", x); fputs("told\n", stderr);
}"#;
    for (language, source) in [("python3", python), ("c17", c)] {
        let ran = Ran::on(&sandbox, job(language, source), ["7"]).await;
        assert_eq!(ran.statuses(), [Ok], "{:?}", ran.outcomes);
        assert_eq!(ran.outputs(), ["7\n"]);
        assert_eq!(ran.outcomes[0].stderr_excerpt, b"told\n");
    }
    sandbox.close().await;
}

#[tokio::test]
async fn attached_files_follow_the_arguments_and_are_new_for_every_run() {
    let Some(sandbox) = sandbox("attached_files_follow_the_arguments").await else {
        return;
    };
    let source = r#"
import sys
print([open(path).read() for path in sys.argv[1:]], repr(sys.stdin.read()))
for path in sys.argv[1:]:
    try: open(path, "r+").write("changed")
    except OSError: continue
    print("wrote", path)
"#;
    let checker = Job {
        attached_files: 3,
        ..job("python3", source)
    };
    let mut runs = sandbox.compile(checker).await.unwrap().runs.unwrap();
    for round in ["first", "second"] {
        let files = [round, "", "answer"].map(Bytes::from).to_vec();
        let stdin = Bytes::new();
        let outcome = runs.run(Input { stdin, files }).await.unwrap();
        let printed = String::from_utf8_lossy(&outcome.output).into_owned();
        assert_eq!(printed, format!("['{round}', '', 'answer'] ''\n"));
    }
    let forgotten = runs.run(Input::default()).await.unwrap_err();
    assert!(!forgotten.is_passing(), "{forgotten}");
    drop(runs);
    sandbox.close().await;
}
