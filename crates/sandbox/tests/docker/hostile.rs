//! What programs of ill will try. After each, a good program still runs.

use std::time::Duration;

use synthsmith_corpus::OutcomeStatus::{
    CpuTimeExceeded, MemoryExceeded, Ok, RuntimeError, WallTimeExceeded,
};
use synthsmith_sandbox::{DockerSandbox, Job, Limits};

use crate::runs::{Ran, job, sandbox};

fn short() -> Limits {
    Limits {
        cpu_time: Duration::from_millis(700),
        // However busy the machine is.
        wall_time: Duration::from_mins(1),
        ..Limits::new(Duration::from_secs(1), 128 << 20)
    }
}

async fn outputs(
    sandbox: &DockerSandbox,
    source: &str,
    inputs: &'static [&'static str],
) -> Vec<String> {
    let job = Job {
        limits: short(),
        ..job("python3", source)
    };
    Ran::on(sandbox, job, inputs.iter().copied())
        .await
        .outputs()
}

#[tokio::test]
async fn bombs_hurt_nobody_else() {
    let Some(sandbox) = sandbox("bombs_hurt_nobody_else").await else {
        return;
    };
    let source = r#"
import os, signal, threading, time
way = input()
if way == "forks":
    while True:
        try: os.fork()
        except OSError: pass
if way == "threads":
    while True:
        try: threading.Thread(target=time.sleep, args=(60,)).start()
        except RuntimeError: pass
if way == "deaf":
    for number in range(1, 65):
        try: signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError): pass
    while True: pass
if way == "files":
    try:
        for number in range(100000): open(f"/tmp/{number}", "w").close()
    except OSError: pass
    for number in range(100000):
        os.mkdir("d"); os.chdir("d")
print(way)
"#;
    let ways = [
        "forks", "good", "threads", "good", "deaf", "good", "files", "good",
    ];
    let attack = Job {
        limits: short(),
        ..job("python3", source)
    };
    let runs = Ran::on(&sandbox, attack, ways).await;
    let bad = [
        CpuTimeExceeded,
        CpuTimeExceeded,
        CpuTimeExceeded,
        RuntimeError,
    ];
    let statuses = runs.statuses();
    for (pair, bad) in statuses.chunks(2).zip(bad) {
        assert_eq!(pair, [bad, Ok], "{statuses:?}");
    }
    sandbox.close().await;
}

#[tokio::test]
async fn a_program_that_stops_itself_is_ended() {
    let Some(sandbox) = sandbox("a_program_that_stops_itself_is_ended").await else {
        return;
    };
    let stopped = Job {
        limits: Limits {
            wall_time: Duration::from_secs(1),
            ..short()
        },
        ..job("python3", "import os\nos.kill(os.getpid(), 19)")
    };
    let ran = Ran::on(&sandbox, stopped, ["", ""]).await;
    assert_eq!(ran.statuses(), [WallTimeExceeded, WallTimeExceeded]);
    sandbox.close().await;
}

#[tokio::test]
async fn nothing_survives_a_test() {
    let Some(sandbox) = sandbox("nothing_survives_a_test").await else {
        return;
    };
    let source = r#"
import os, sys, time
def traces():
    found = [f"/tmp/{name}" for name in os.listdir("/tmp")]
    # Not a zygote, which is the runner's.
    found += [pid for pid in os.listdir("/proc") if pid.isdigit() and int(pid) != os.getpid() and is_own(pid)]
    return found
def is_own(pid):
    try: return f"Uid:\t{os.getuid()}\t" in open(f"/proc/{pid}/status").read()
    except FileNotFoundError: return False
print(traces())
sys.stdout.flush()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        deep = "/tmp/kept"
        os.makedirs(deep + "/a/b/c")
        open(deep + "/a/b/c/file", "w").write("7")
        os.chmod(deep, 0)
        time.sleep(30)
    os._exit(0)
os.wait()
while not os.path.exists("/tmp/kept"): time.sleep(0.01)
for path in ("/box/src/main.py", "/box/src/new.py", "/box/bin", "/box/new"):
    try: open(path, "a")
    except OSError: continue
    print("wrote", path)
"#;
    assert_eq!(
        outputs(&sandbox, source, &["", "", ""]).await,
        ["[]\n", "[]\n", "[]\n"]
    );
    sandbox.close().await;
}

#[tokio::test]
async fn a_daemon_that_holds_the_output_open_holds_up_nothing() {
    let Some(sandbox) = sandbox("a_daemon_that_holds_the_output_open_holds_up_nothing").await
    else {
        return;
    };
    let source = r#"
import os, time
if os.fork() == 0:
    os.setsid()
    time.sleep(30)
    print("late")
else:
    print("early", flush=True)
    os._exit(0)
"#;
    let attack = Job {
        limits: short(),
        ..job("python3", source)
    };
    let runs = Ran::on(&sandbox, attack, ["", ""]).await;
    assert_eq!(runs.statuses(), [Ok, Ok]);
    assert_eq!(runs.outputs(), ["early\n", "early\n"]);
    assert!(runs.outcomes[0].measures.wall_time < Duration::from_secs(20));
    sandbox.close().await;
}

#[tokio::test]
async fn the_runner_is_out_of_reach() {
    let Some(sandbox) = sandbox("the_runner_is_out_of_reach").await else {
        return;
    };
    let source = r#"
import ctypes, errno, os, signal, socket, sys
libc = ctypes.CDLL(None, use_errno=True)
def refused(what, act):
    try: act()
    except OSError: return
    print("allowed:", what)
def call(number, *arguments):
    if libc.syscall(number, *arguments) < 0: raise OSError(ctypes.get_errno(), "")
refused("kill", lambda: os.kill(1, signal.SIGKILL))
refused("memory", lambda: open("/proc/1/mem", "rb").read(1))
refused("descriptors", lambda: os.listdir("/proc/1/fd"))
refused("environment", lambda: open("/proc/1/environ").read())
refused("ptrace", lambda: call(101, 16, 1, 0, 0))
refused("unshare", lambda: call(272, 0x10000000))
refused("io_uring", lambda: call(425, 8, 0))
refused("keyring", lambda: call(248, b"user", b"k", b"v", 1, -3))
refused("shared memory", lambda: call(29, 77, 4096, 0o1666))
refused("queue", lambda: call(240, b"q", 0o102, 0o666, 0))
for family in (socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK, socket.AF_VSOCK):
    refused(family, lambda: socket.socket(family, socket.SOCK_STREAM))
refused("setuid", lambda: os.setuid(0))
extra = [fd for fd in os.listdir("/proc/self/fd") if int(fd) > 2 and os.path.exists(f"/proc/self/fd/{fd}")]
if extra: print("open:", extra)
refused("write to the input", lambda: os.write(os.open("/proc/self/fd/0", os.O_RDWR), b"x"))
print(sorted(os.environ), len(sys.argv))
"#;
    let [printed, again] = outputs(&sandbox, source, &["x", "x"])
        .await
        .try_into()
        .unwrap();
    assert_eq!(
        printed,
        "['HOME', 'LANG', 'LC_ALL', 'PATH', 'PYTHONHASHSEED', 'TZ'] 1\n"
    );
    assert_eq!(again, printed);
    sandbox.close().await;
}

#[tokio::test]
async fn frames_that_a_program_prints_are_mere_output() {
    let Some(sandbox) = sandbox("frames_that_a_program_prints_are_mere_output").await else {
        return;
    };
    let source = r#"
import sys
sys.stdout.buffer.write(b"\x16\x00\x00\x00\x04" + bytes(22))
sys.stdout.buffer.flush()
sys.exit(3)
"#;
    let runs = Ran::on(&sandbox, job("python3", source), [""]).await;
    assert_eq!(runs.statuses(), [RuntimeError]);
    assert_eq!(runs.outcomes[0].output_size_bytes, 27);
    sandbox.close().await;
}

#[tokio::test]
async fn memory_hidden_in_files_counts_and_comes_back() {
    let Some(sandbox) = sandbox("memory_hidden_in_files_counts_and_comes_back").await else {
        return;
    };
    let source = r#"
import os
if input() == "hide":
    hidden = os.memfd_create("hidden")
    while True: os.write(hidden, b"x" * (1 << 20))
print(len(bytearray(b"x") * (30 << 20)))
"#;
    let limits = Limits::new(Duration::from_secs(2), 64 << 20);
    let attack = Job {
        limits,
        ..job("python3", source)
    };
    let runs = Ran::on(&sandbox, attack, ["hide", "use", "hide", "use"]).await;
    assert_eq!(runs.statuses(), [MemoryExceeded, Ok, MemoryExceeded, Ok]);
    sandbox.close().await;
}

#[tokio::test]
async fn a_program_that_makes_the_kernel_kill_the_runner_has_used_up_its_memory() {
    let test = "a_program_that_makes_the_kernel_kill_the_runner_has_used_up_its_memory";
    let Some(sandbox) = sandbox(test).await else {
        return;
    };
    // Smaller than the runner itself, and no more eager to be killed than it, while its memory is in no process.
    let source = r#"
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
static char block[1 << 12];
int main() {
    char way;
    if (read(0, &way, 1) != 1 || way != 'h') return write(1, "fine\n", 5) != 5;
    int score = open("/proc/self/oom_score_adj", O_WRONLY);
    if (write(score, "0", 1) != 1) return 1;
    for (;;) {
        int hidden = memfd_create("hidden", 0);
        for (int i = 0; i < 1000; i++) if (write(hidden, block, sizeof block) <= 0) return 2;
    }
}"#;
    let limits = Limits::new(Duration::from_secs(5), 64 << 20);
    let ways = ["hide", "fine", "fine", "hide", "fine"];
    let attack = Job {
        limits,
        ..job("cpp17", source)
    };
    let runs = Ran::on(&sandbox, attack, ways).await;
    let expected = [MemoryExceeded, Ok, Ok, MemoryExceeded, Ok];
    assert_eq!(runs.statuses(), expected);
    sandbox.close().await;
}
