//! Programs that take more time than they have.

use std::time::Duration;

use synthsmith_proto::corpus::v1::OutcomeStatus::{CpuTimeExceeded, WallTimeExceeded};

use crate::server::{Held, Server, require};
use crate::submission::{
    AC, MLE, Submission, TLE, WA, beginning, cpu_time, require_status, wall_time,
};

/// Loops. Success would be to run on past the limit.
const BUSY_PYTHON: &str = "while True: pass";
const BUSY_CPP: &str = r#"
#include <cstdio>
#include <thread>
int main() {
    char way = getchar();
    if (way == 't') std::thread([] { for (;;) asm volatile(""); }).detach();
    if (way != 'g') for (;;) asm volatile("");
    puts("right");
}"#;

/// Relies on: CPU from the cgroup.
pub(crate) async fn case_01_a_busy_loop_is_stopped_by_its_cpu_time(server: &Server) -> Held {
    // Killed within 0.2 s after the limit, and a moment until that is noticed.
    let (limit, late) = (Duration::from_millis(700), Duration::from_millis(950));
    let python = Submission::python(BUSY_PYTHON)
        .cpu_ms(700)
        .test("", "right", TLE);
    let cpp = Submission::cpp(BUSY_CPP)
        .cpu_ms(700)
        .test("s", "right", TLE)
        .test("t", "right", TLE)
        .test("g", "right", AC);
    let mut outcomes = python.judged(server).await?;
    outcomes.extend(cpp.judged(server).await?.into_iter().take(2));
    for outcome in &outcomes {
        require_status(outcome, CpuTimeExceeded)?;
        let taken = cpu_time(outcome);
        require(
            (limit..=late).contains(&taken),
            format!("stopped after {taken:?} of CPU time"),
        )?;
    }
    Ok(())
}

/// Waits without using CPU time. Success would be to hold its slot for a minute.
const SLEEPER: &str = r#"
import os, select, signal, time
way = input()
if way == "sleep": time.sleep(60)
if way == "pause": signal.pause()
if way == "pipe": os.read(os.pipe()[0], 1)
if way == "select": select.select([], [], [])
print("right")
"#;

/// Relies on: wall limit.
pub(crate) async fn case_02_a_sleeper_is_stopped_by_the_wall_clock(server: &Server) -> Held {
    let outcomes = Submission::python(SLEEPER)
        .wall_ms(1_500)
        .test("sleep", "right", TLE)
        .test("pause", "right", TLE)
        .test("pipe", "right", TLE)
        .test("select", "right", TLE)
        .test("good", "right", AC)
        .judged(server)
        .await?;
    for outcome in &outcomes[..4] {
        require_status(outcome, WallTimeExceeded)?;
        let (cpu, wall) = (cpu_time(outcome), wall_time(outcome));
        require(
            cpu < Duration::from_millis(300) && wall >= Duration::from_millis(1_500),
            format!("cpu {cpu:?} wall {wall:?}"),
        )?;
    }
    Ok(())
}

/// Ignores or blocks every signal that can be. Success would be to outlive the kill.
const DEAF: &str = r#"
import signal, time
way = input()
for number in range(1, 65):
    try: signal.signal(number, signal.SIG_IGN if way != "handlers" else lambda *_: None)
    except (OSError, ValueError): pass
if way == "blocked": signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
if way == "sleeping": time.sleep(60)
if way != "good":
    while True: pass
print("right")
"#;

/// Relies on: CPU from the cgroup, kill of everything between tests.
pub(crate) async fn case_03_a_loop_deaf_to_all_signals_is_stopped(server: &Server) -> Held {
    let outcomes = Submission::python(DEAF)
        .cpu_ms(400)
        .wall_ms(2_500)
        .test("ignored", "right", TLE)
        .test("handlers", "right", TLE)
        .test("blocked", "right", TLE)
        .test("sleeping", "right", TLE)
        .test("good", "right", AC)
        .judged(server)
        .await?;
    for outcome in &outcomes[..3] {
        require_status(outcome, CpuTimeExceeded)?;
    }
    require_status(&outcomes[3], WallTimeExceeded)
}

/// Raises its limits as far as the kernel lets it. Success would be a raised hard limit, or to loop or grow on.
const RAISER: &str = r#"
import resource
way = input()
raised, large = [], []
most = {"RLIMIT_CPU": 3600, "RLIMIT_CORE": 0, "RLIMIT_FSIZE": 1 << 30, "RLIMIT_NOFILE": 4096, "RLIMIT_NPROC": 64, "RLIMIT_MEMLOCK": 0}
for name in sorted(name for name in dir(resource) if name.startswith("RLIMIT_")):
    limit = getattr(resource, name)
    soft, hard = resource.getrlimit(limit)
    resource.setrlimit(limit, (hard, hard))
    if name in most and not 0 <= hard <= most[name]: large.append(name)
    if hard == resource.RLIM_INFINITY: continue
    try: resource.setrlimit(limit, (hard + 1, hard + 1))
    except (OSError, ValueError): continue
    raised.append(name)
if way == "loop":
    while True: pass
if way == "grow": print(len(bytearray(b"x") * (900 << 20)))
print(raised, large)
"#;

/// Relies on: nproc, fsize, nofile, core and memlock rlimits, memory limit, CPU from the cgroup.
pub(crate) async fn case_04_limits_that_a_program_raises_for_itself_still_hold(
    server: &Server,
) -> Held {
    let outcomes = Submission::python(RAISER)
        .cpu_ms(500)
        .test("loop", "right", TLE)
        .test("grow", "right", MLE)
        .test("raise", "[] []", AC)
        .judged(server)
        .await?;
    require_status(&outcomes[0], CpuTimeExceeded)
}

/// Stops itself, and its whole group. Success would be that nobody notices.
const STOPPER: &str = r#"
import os, signal
way = input()
if way == "self": os.kill(os.getpid(), signal.SIGSTOP)
if way == "group": os.killpg(0, signal.SIGSTOP)
print("right")
"#;

/// Relies on: wall limit.
pub(crate) async fn case_12_a_program_that_stops_itself_is_stopped_by_the_wall_clock(
    server: &Server,
) -> Held {
    let outcomes = Submission::python(STOPPER)
        .wall_ms(1_500)
        .test("self", "right", TLE)
        .test("group", "right", TLE)
        .test("good", "right", AC)
        .judged(server)
        .await?;
    for outcome in &outcomes[..2] {
        require_status(outcome, WallTimeExceeded)?;
    }
    Ok(())
}

/// Makes the runner work for it: one read of the pipe per byte. Success would be that the runner's time is charged to
/// the program, or that the program's own is not.
const DRIPPING: &str = r#"
#include <cstdio>
#include <cstdlib>
#include <sys/resource.h>
#include <unistd.h>
int main() {
    long count = 0;
    if (scanf("%ld", &count) != 1) return 1;
    for (long i = 0; i < count; i++) if (write(1, "x", 1) != 1) return 2;
    rusage own;
    getrusage(RUSAGE_SELF, &own);
    long user = own.ru_utime.tv_sec * 1000000 + own.ru_utime.tv_usec;
    long system = own.ru_stime.tv_sec * 1000000 + own.ru_stime.tv_usec;
    fprintf(stderr, "%ld", user + system);
}"#;

/// Relies on: CPU from the cgroup, without the runner's share.
pub(crate) async fn case_28_small_writes_cost_the_program_and_not_the_verifier(
    server: &Server,
) -> Held {
    let few = "x".repeat(100_000);
    let outcomes = Submission::cpp(DRIPPING)
        .cpu_ms(500)
        .wall_ms(20_000)
        .output_mib(16)
        .test("10000000", "right", TLE)
        .test("100000", few, AC)
        .judged(server)
        .await?;
    require_status(&outcomes[0], CpuTimeExceeded)?;
    let own_words = beginning(&outcomes[1].stderr_excerpt);
    let own = Duration::from_micros(own_words.parse().map_err(|_| own_words)?);
    let charged = cpu_time(&outcomes[1]);
    let most = own + own / 2 + Duration::from_millis(50);
    require(
        charged <= most,
        format!("it used {own:?} and is charged {charged:?}"),
    )
}

/// Watches its clock and ends with garbage while there is time left. Success would be any verdict but WA.
const JUST_IN_TIME: &str = r#"
import time
way = input()
if way == "late":
    while time.process_time() < 0.6: pass
print("garbage" if way == "late" else "right")
"#;

/// Relies on: nothing but the comparison.
pub(crate) async fn case_42_garbage_just_before_the_limit_is_a_wrong_answer(
    server: &Server,
) -> Held {
    Submission::python(JUST_IN_TIME)
        .cpu_ms(800)
        .wall_ms(20_000)
        .test("late", "right", WA)
        .test("good", "right", AC)
        .judged(server)
        .await
        .map(drop)
}
