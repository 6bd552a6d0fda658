//! The compiler in a cell: a program of someone else's making, fed with hostile sources, and held as the solution is.

use synthsmith_corpus::OutcomeStatus::Ok;
use synthsmith_sandbox::{Config, DockerSandbox, Job};

use super::{PLACE, in_cell, place, printed, sandbox};
use crate::runs::{Ran, sandbox_with};

/// Takes for a compiler what runs the source, so that the source may try all that a compiler could be made to do.
fn compiled_by_itself(source: &str) -> Job {
    let mut job = in_cell("python3", source);
    job.language.compile = ["python3", "{source}"].map(str::to_owned).to_vec();
    job.language.run = ["python3", "-c", "print(input())"]
        .map(str::to_owned)
        .to_vec();
    job
}

/// What the compiler printed.
async fn said(sandbox: &DockerSandbox, source: &str) -> String {
    let ran = Ran::on(sandbox, compiled_by_itself(source), ["right"]).await;
    assert!(ran.compilation.succeeded, "{ran:?}");
    assert_eq!(ran.outputs(), ["right\n"]);
    String::from_utf8_lossy(&ran.compilation.messages).into_owned()
}

const CLIMBER: &str = r#"
import ctypes, errno, os, socket
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print([status[name].strip() for name in ("CapInh", "CapPrm", "CapEff", "CapAmb", "NoNewPrivs", "Uid", "Gid", "Groups")])
libc = ctypes.CDLL(None, use_errno=True)
def shut(door, result):
    if result >= 0: print(door, "is open")
    elif ctypes.get_errno() not in (errno.EPERM, errno.EACCES, errno.ENOSYS): print(door, errno.errorcode[ctypes.get_errno()])
for kind in (0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000):
    shut("unshare", libc.unshare(kind))
    shut("clone", libc.syscall(56, kind | 17, 0, 0, 0, 0))
    shut("clone3", libc.syscall(435, (ctypes.c_uint64 * 11)(kind), 88))
for name in ("user", "mnt", "pid", "net", "ipc", "uts"):
    shut("setns", libc.setns(os.open("/proc/self/ns/" + name, os.O_RDONLY), 0))
for target in (b"/tmp", b"/box", b"/box/build", b"/usr"):
    shut("mount", libc.mount(b"none", target, b"tmpfs", 0, None))
    shut("bind", libc.mount(b"/tmp", target, None, 4096, None))
    shut("umount", libc.umount2(target, 2))
    shut("pivot_root", libc.syscall(155, target, target))
    shut("chroot", libc.chroot(target))
shut("remount", libc.mount(None, b"/", None, 32 | 4096, None))
# Of the other users that there are, and of one that there is not.
for number in {0, 1, 2, 3} - {os.getuid()}:
    for call in (libc.setresuid, libc.setresgid):
        if call(number, number, number) >= 0: print("user", number)
shut("setgroups", libc.setgroups(1, (ctypes.c_uint * 1)(0)))
shut("capset", libc.syscall(126, (ctypes.c_uint * 2)(0x20080522, 0), (ctypes.c_uint * 6)(*[1 << 21] * 6)))
shut("hostname", libc.sethostname(b"x", 1))
shut("socket", libc.socket(socket.AF_INET, socket.SOCK_STREAM, 0))
shut("attach", libc.ptrace(16, 1, 0, 0))
for path in ("/proc/1/mem", "/proc/1/environ", "/proc/self/uid_map", "/box/src/main.py", "/box/mark", "/runner", "/usr/mark", "/dev/mark"):
    for way in (os.O_WRONLY, os.O_WRONLY | os.O_CREAT):
        try: os.write(os.open(path, way), b"0 0 1\n"); print(path, "is open")
        except OSError: pass
"#;

#[tokio::test]
async fn the_compiler_in_a_cell_has_no_more_rights_than_the_program() {
    let test = "the_compiler_in_a_cell_has_no_more_rights_than_the_program";
    let Some(sandbox) = sandbox(test).await else {
        return;
    };
    let as_compiler = said(&sandbox, CLIMBER).await;
    let [as_program] = printed(&sandbox, CLIMBER, &[""]).await.try_into().unwrap();
    let of_user = |user: u32| {
        let none = "0000000000000000";
        let ids = format!("{user}\\t{user}\\t{user}\\t{user}");
        format!("['{none}', '{none}', '{none}', '{none}', '1', '{ids}', '{ids}', '']\n")
    };
    assert_eq!(as_compiler, of_user(1));
    assert_eq!(as_program, of_user(2));
    sandbox.close().await;
}

/// Leaves files and a process wherever it may, among them a program to be taken for the next one's.
const PLANTER: &str = r#"
import os, signal, socket, time
for folder in ("/tmp", "/box/build", "/box/bin", "/box/src", "/box", "/dev/shm", "/run", "/var/tmp"):
    for name in ("program", "main.py", "mark", "sitecustomize.py", "bits/stdc++.h.gch"):
        try:
            os.makedirs(os.path.dirname(f"{folder}/{name}"), exist_ok=True)
            with open(f"{folder}/{name}", "w") as file: file.write("print('planted')")
            os.chmod(f"{folder}/{name}", 0o777)
        except OSError: pass
ready, tell = os.pipe()
if os.fork() == 0:
    os.setsid()
    for number in range(1, 65):
        try: signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError): pass
    kept = socket.socket(socket.AF_UNIX); kept.bind("\0mark"); kept.listen()
    os.write(tell, b"x")
    while True:
        try: open("/tmp/mark", "w").close()
        except OSError: pass
        time.sleep(0.01)
os.read(ready, 1)
"#;
const FINDER: &str = r#"
import os, socket, time
def found():
    files = [(folder, name) for top in ("/tmp", "/box", "/dev/shm", "/run", "/var/tmp") for folder, _, names in os.walk(top) for name in names]
    # What starts Python may lie beside the source, as the runner put it there.
    marks = [place for place in files if place[0].split("/")[:3] != ["", "box", "zygote"] or b"plan" + b"ted" in open("/".join(place), "rb").read()]
    try: socket.socket(socket.AF_UNIX).connect("\0mark"); marks.append("a socket")
    except OSError: pass
    return marks
seen = found()
time.sleep(0.1)
print(seen, found() == seen)
"#;

#[tokio::test]
async fn what_a_compiler_leaves_reaches_neither_its_program_nor_the_next_submission() {
    let test = "what_a_compiler_leaves_reaches_neither_its_program_nor_the_next_submission";
    let Some(sandbox) = sandbox(test).await else {
        return;
    };
    let first = place(&sandbox, "").await;
    let nothing = "[('/box/src', 'main.py')] True\n";
    let mut planter = compiled_by_itself(PLANTER);
    planter.language.run = ["python3", "-c", FINDER].map(str::to_owned).to_vec();
    for _ in 0..2 {
        let ran = Ran::on(&sandbox, planter.clone(), ["", ""]).await;
        assert_eq!(ran.outputs(), [nothing, nothing], "{ran:?}");
        assert_eq!(printed(&sandbox, FINDER, &[""]).await, [nothing]);
        let next = said(&sandbox, FINDER).await;
        assert_eq!(next, nothing);
    }
    assert_eq!(place(&sandbox, "").await, first);
    sandbox.close().await;
}

/// The assembler complains of what it does not understand, and so tells which files it can read.
#[tokio::test]
async fn what_is_hidden_from_a_program_is_hidden_from_its_compiler() {
    let test = "what_is_hidden_from_a_program_is_hidden_from_its_compiler";
    let Some(sandbox) = sandbox(test).await else {
        return;
    };
    let quoting = async |path: &str| {
        let source = format!("int main() {{}}\nasm(\".include \\\"{path}\\\"\");\n");
        let ran = Ran::on(&sandbox, in_cell("cpp17", &source), [""]).await;
        assert!(!ran.compilation.succeeded, "{path}: {ran:?}");
        String::from_utf8_lossy(&ran.compilation.messages).into_owned()
    };
    let own = quoting("/proc/self/status").await;
    assert!(own.contains("/proc/self/status:1: Error"), "{own}");
    for path in [
        "/proc/1/status",
        "/proc/1/environ",
        "/proc/cpuinfo",
        "/proc/sys/kernel/hostname",
        "/sys/fs/cgroup/cgroup.procs",
    ] {
        let said = quoting(path).await;
        assert!(said.contains("No such file"), "{path}: {said}");
    }
    sandbox.close().await;
}

/// A source that makes its compiler fail in the worst way, and one after it.
#[tokio::test]
async fn a_compiler_that_comes_to_harm_harms_no_other_submission() {
    let test = "a_compiler_that_comes_to_harm_harms_no_other_submission";
    let config = Config {
        cell_containers: 1,
        cell_apparmor_profile: synthsmith_testkit::cell_profile(),
        compile_cpu_ms: 2_000,
        ..Config::default()
    };
    let Some(sandbox) = sandbox_with(test, config).await else {
        return;
    };
    for (what, source) in [
        ("memory", "kept = bytearray(b'x') * (2 << 30)"),
        (
            "processes",
            "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass",
        ),
        (
            "files",
            "for number in range(10**6): open(f'/tmp/{number}', 'w').write('x' * 4096)",
        ),
        (
            "signal",
            "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)",
        ),
        (
            "everybody",
            "import os, signal\nos.kill(-1, signal.SIGKILL)",
        ),
    ] {
        let ran = Ran::on(&sandbox, compiled_by_itself(source), [""]).await;
        assert!(!ran.compilation.succeeded, "{what}: {ran:?}");
        let next = Ran::on(&sandbox, in_cell("python3", PLACE), ["", ""]).await;
        assert_eq!(next.statuses(), [Ok, Ok], "{what}: {next:?}");
    }
    sandbox.close().await;
}
