//! Programs that start others, or attack others.

use std::time::Duration;

use synthsmith_proto::corpus::v1::OutcomeStatus::CpuTimeExceeded;

use crate::server::{Held, Server, require};
use crate::submission::{AC, AC_OR_WA, RE_OR_TLE, Submission, TLE, require_status, wall_time};

/// Forks until nothing is left. Success would be more processes than allowed, or a machine that serves nobody.
const FORK_BOMB: &str = r#"
import os, signal, time
way = input()
if way == "bomb":
    while True:
        try: os.fork()
        except OSError: pass
if way == "sessions":
    while True:
        try:
            if os.fork() == 0: os.setsid()
        except OSError: pass
if way == "count":
    count = 0
    try:
        while count < 1000:
            if os.fork() == 0: time.sleep(20); os._exit(0)
            count += 1
    except OSError: pass
    places = ("/sys/fs/cgroup/pids/pids.max", "/sys/fs/cgroup/pids.max")
    most = [open(place).read().strip() for place in places if os.path.exists(place)]
    # Where nothing tells a limit, nothing tells of other groups either.
    is_told = most != ["max"] and int(most[0]) <= 512 if most else os.listdir("/sys") == []
    print("right" if count < 64 and is_told else (count, most))
else:
    print("right")
"#;
const FORK_BOMB_CPP: &str = "#include <unistd.h>\nint main() { for (;;) fork(); }";

/// Relies on: pids limit, nproc rlimit, kill of everything between tests.
pub(crate) async fn case_05_a_fork_bomb_hurts_nobody_else(server: &Server) -> Held {
    Submission::python(FORK_BOMB)
        .cpu_ms(600)
        .test("bomb", "right", RE_OR_TLE)
        .test("good", "right", AC)
        .test("sessions", "right", RE_OR_TLE)
        .test("good", "right", AC)
        .test("count", "right", AC)
        .judged(server)
        .await?;
    Submission::cpp(FORK_BOMB_CPP)
        .cpu_ms(600)
        .test("", "right", RE_OR_TLE)
        .judged(server)
        .await
        .map(drop)
}

/// Starts threads until nothing is left. Success would be more threads than allowed.
const THREAD_BOMB: &str = r#"
#include <cstdio>
#include <cstring>
#include <thread>
#include <unistd.h>
int main() {
    char way[16] = {};
    if (scanf("%15s", way) != 1) return 1;
    int count = 0;
    for (; strcmp(way, "good"); count++) {
        try { std::thread([] { sleep(60); }).detach(); }
        catch (...) {
            if (!strcmp(way, "throw")) throw;
            if (!strcmp(way, "count")) break;
        }
    }
    puts(count < 64 ? "right" : "too many");
    fflush(stdout);
    _exit(0);
}"#;

/// Relies on: pids limit, nproc rlimit, kill of everything between tests.
pub(crate) async fn case_06_a_thread_bomb_hurts_nobody_else(server: &Server) -> Held {
    Submission::cpp(THREAD_BOMB)
        .cpu_ms(600)
        .test("throw", "right", RE_OR_TLE)
        .test("good", "right", AC)
        .test("again", "right", RE_OR_TLE)
        .test("good", "right", AC)
        .test("count", "right", AC)
        .judged(server)
        .await
        .map(drop)
}

/// Leaves a daemon of some kind behind and prints the right answer; on `look` it prints what is left of others.
/// Success would be a process, or a file of its making, that the next test sees.
const DAEMONS: &str = r#"
import os, signal, socket, sys, time
way = input()
def look():
    # Not a zygote, which is the runner's.
    found = [pid for pid in os.listdir("/proc") if pid.isdigit() and int(pid) not in (1, os.getpid()) and is_own(pid)]
    try: socket.socket(socket.AF_UNIX).connect("\0planted"); found.append("a socket")
    except OSError: pass
    return found + os.listdir("/tmp")
def is_own(pid):
    try: return f"Uid:\t{os.getuid()}\t" in open(f"/proc/{pid}/status").read()
    except FileNotFoundError: return False
def live():
    if way == "deaf":
        for number in range(1, 65):
            try: signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError): pass
    if way == "stopped": os.kill(os.getpid(), signal.SIGSTOP)
    if way == "runaway":
        while True:
            if os.fork(): os._exit(0)
    if way == "writer":
        kept = socket.socket(socket.AF_UNIX)
        kept.bind("\0planted"); kept.listen()
        while True:
            open(f"/tmp/planted{time.monotonic_ns()}", "w").close()
            time.sleep(0.01)
    if way == "late":
        while True: print("late", flush=True); time.sleep(0.001)
    time.sleep(60)
if way == "look":
    found = look()
    time.sleep(0.2)
    print(found + look() or "right")
    sys.exit()
if way != "late": print("right", flush=True)
ready, tell = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork(): os._exit(0)
    os.write(tell, b"x")
    live()
os.read(ready, 1)
if way == "late": time.sleep(0.1); print("right", flush=True)
os._exit(0)
"#;

/// Relies on: kill of everything between tests, sweep of `/tmp` between tests.
pub(crate) async fn case_07_a_daemon_left_behind_dies_before_the_next_test(
    server: &Server,
) -> Held {
    let mut submission = Submission::python(DAEMONS);
    for way in ["sleeper", "deaf", "stopped", "runaway", "writer"] {
        submission = submission.test(way, "right", AC).test("look", "right", AC);
    }
    submission.judged(server).await.map(drop)
}

/// Relies on: the verdict follows the end of the program itself, kill of everything between tests.
pub(crate) async fn case_08_a_daemon_that_keeps_the_output_open_holds_up_nothing(
    server: &Server,
) -> Held {
    let outcomes = Submission::python(DAEMONS)
        .wall_ms(20_000)
        .test("sleeper", "right", AC)
        .test("look", "right", AC)
        .judged(server)
        .await?;
    let wall = wall_time(&outcomes[0]);
    require(
        wall < Duration::from_secs(15),
        format!("the daemon held it up for {wall:?}"),
    )
}

/// Relies on: a pipe of its own for each test.
pub(crate) async fn case_09_late_output_never_appears_in_the_next_test(server: &Server) -> Held {
    Submission::python(DAEMONS)
        .test("late", "right", AC_OR_WA)
        .test("look", "right", AC)
        .test("late", "right", AC_OR_WA)
        .test("look", "right", AC)
        .judged(server)
        .await
        .map(drop)
}

/// Lets short-lived children work, whom nobody waits for, so that their time is in nobody's `rusage`. Success would be
/// to get to the right answer after ten seconds of it.
const STORM: &str = r#"
#include <csignal>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <sys/wait.h>
#include <unistd.h>
static double seconds(clockid_t id) {
    timespec now;
    clock_gettime(id, &now);
    return now.tv_sec + now.tv_nsec / 1e9;
}
int main() {
    char way[16] = {};
    if (scanf("%15s", way) != 1) return 1;
    signal(SIGCHLD, SIG_IGN);
    double end = seconds(CLOCK_MONOTONIC) + (strcmp(way, "good") ? 10 : 0);
    while (seconds(CLOCK_MONOTONIC) < end) {
        if (!strcmp(way, "exec")) {
            if (vfork() == 0) { execl("/bin/true", "true", nullptr); _exit(1); }
        } else if (fork() == 0) {
            while (seconds(CLOCK_PROCESS_CPUTIME_ID) < 0.03) {}
            _exit(0);
        }
        wait(nullptr);
    }
    puts("right");
}"#;

/// Relies on: CPU from the cgroup.
pub(crate) async fn case_10_a_storm_of_short_children_uses_up_the_cpu_time(
    server: &Server,
) -> Held {
    let outcomes = Submission::cpp(STORM)
        .cpu_ms(1_000)
        .wall_ms(30_000)
        .test("exec", "right", TLE)
        .test("work", "right", TLE)
        .test("good", "right", AC)
        .judged(server)
        .await?;
    require_status(&outcomes[0], CpuTimeExceeded)?;
    require_status(&outcomes[1], CpuTimeExceeded)
}

/// Signals the runner and everyone. Success would be any signal that arrives.
const KILLER: &str = r#"
import os, signal
way = input()
if way == "kill": os.kill(1, signal.SIGKILL)
if way == "all": os.kill(-1, signal.SIGKILL); os._exit(1)
if way == "stop": os.kill(os.getppid(), signal.SIGSTOP)
if way == "every":
    others = [pid for pid in range(2, 500) if pid != os.getpid()]
    for target in (1, -1, os.getppid(), -os.getpgid(1) or 1, *others):
        for number in range(1, 65):
            try: os.kill(target, number)
            except ProcessLookupError: break
            except OSError: continue
            # Of all together, the call says only that there is anyone.
            if target != -1: print("reached", target, number)
print("right")
"#;

/// Relies on: another uid than the runner's.
pub(crate) async fn case_11_signals_do_not_reach_the_runner(server: &Server) -> Held {
    let mut submission = Submission::python(KILLER);
    for way in ["kill", "all", "stop"] {
        submission = submission
            .test(way, "right", RE_OR_TLE)
            .test("good", "right", AC);
    }
    submission
        .test("every", "right", AC)
        .test("good", "right", AC)
        .judged(server)
        .await
        .map(drop)
}
