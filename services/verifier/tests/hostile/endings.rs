//! Programs that end in unusual ways.

use synthsmith_proto::corpus::v1::OutcomeStatus::RuntimeError;
use synthsmith_proto::corpus::v1::{Outcome, Verdict};

use crate::server::{Held, Server, require};
use crate::submission::{AC, RE, Submission, TLE, require_status};

/// Prints the right answer, and only then goes wrong. Success would be AC.
const LATE_FAILURE: &str = r#"
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <unistd.h>
static char way[16];
struct Guard {
    ~Guard() { if (!strcmp(way, "crash")) *(volatile int*)nullptr = 1; }
} guard;
int main() {
    if (scanf("%15s", way) != 1) return 1;
    puts("right");
    fflush(stdout);
    if (!strcmp(way, "loop")) for (;;) asm volatile("");
    if (!strcmp(way, "exit")) exit(3);
    if (!strcmp(way, "quick")) _exit(255);
    if (!strcmp(way, "throw")) throw 1;
    if (!strcmp(way, "atexit")) atexit(abort);
    if (!strcmp(way, "other")) { if (fork()) _exit(1); _exit(0); }
}"#;

/// Relies on: the verdict needs a good end, not only a good output.
pub(crate) async fn case_29_a_right_output_does_not_excuse_a_bad_end(server: &Server) -> Held {
    let outcomes = Submission::cpp(LATE_FAILURE)
        .cpu_ms(500)
        .test("crash", "right", RE)
        .test("exit", "right", RE)
        .test("quick", "right", RE)
        .test("throw", "right", RE)
        .test("atexit", "right", RE)
        .test("other", "right", RE)
        .test("loop", "right", TLE)
        .test("good", "right", AC)
        .judged(server)
        .await?;
    require(
        outcomes[0].signal == Some(11) && outcomes[1].exit_code == Some(3),
        format!("{:?} {:?}", outcomes[0], outcomes[1]),
    )
}

/// Ends by a signal or with a code, after the right answer. Success would be a code or a signal that is read as
/// something of the verifier's own.
const ENDER: &str = r#"
#include <csignal>
#include <cstdio>
#include <unistd.h>
int main() {
    char way;
    int number;
    if (scanf(" %c%d", &way, &number) != 2) return 1;
    puts("right");
    fflush(stdout);
    if (way == 'c') _exit(number);
    kill(getpid(), number);
    // Signals that end nothing, or that stop nobody without a terminal.
    return 7;
}"#;
const LAST_SIGNAL: i32 = 31;
/// It stops the program, which is case 12.
const STOP: i32 = 19;
const HARMLESS: [i32; 7] = [17, 18, 20, 21, 22, 23, 28];

/// Relies on: oom and time are told by the counters and not by how a program ends.
pub(crate) async fn case_43_every_signal_and_exit_code_is_a_runtime_error(server: &Server) -> Held {
    let signals: Vec<i32> = (1..=LAST_SIGNAL).filter(|signal| *signal != STOP).collect();
    let mut submission = Submission::cpp(ENDER);
    for signal in &signals {
        submission = submission.test(format!("s{signal}"), "right", &[Verdict::Re]);
    }
    for code in 1..=255 {
        submission = submission.test(format!("c{code}"), "right", RE);
    }
    let outcomes = submission.test("c0", "right", AC).judged(server).await?;
    let (by_signal, by_code) = outcomes.split_at(signals.len());
    for (signal, outcome) in signals.into_iter().zip(by_signal) {
        let expected = if HARMLESS.contains(&signal) {
            (Some(7), None)
        } else {
            (None, Some(signal))
        };
        require_end(outcome, expected)?;
    }
    for (code, outcome) in (1..=255).zip(by_code) {
        require_end(outcome, (Some(code), None))?;
    }
    Ok(())
}

fn require_end(outcome: &Outcome, expected: (Option<i32>, Option<i32>)) -> Held {
    require_status(outcome, RuntimeError)?;
    let found = (outcome.exit_code, outcome.signal);
    require(
        found == expected,
        format!("ended with {found:?} and not {expected:?}"),
    )
}
