//! Programs that leave something behind: for their next test, or for whoever cleans up.

use crate::server::{Held, Server, require};
use crate::submission::{AC, Submission, WA, beginning};

/// Overwrites whatever the next test might read or run with a program that prints 42. Success would be a test that
/// prints 42.
const PLANTER: &str = r#"
import os, sys
forged = b"print(42)\n"
home = ".local/lib/python3.11/site-packages/"
script = sys.argv[0]
for path in (script, "/box/src/main.py", "/box/bin/program", "/box/build/program", os.__file__, sys.executable, "/runner",
             "/box/src/sitecustomize.py", "/box/src/os.py", "/box/src/__pycache__/main.cpython-311.pyc",
             "/tmp/sitecustomize.py", "/tmp/usercustomize.py", "/tmp/main.py", "/tmp/" + home + "usercustomize.py",
             "/tmp/" + home + "planted.pth", "/etc/ld.so.preload", "/tmp/pyvenv.cfg", "/tmp/.pythonrc.py"):
    for act in (lambda: os.makedirs(os.path.dirname(path), exist_ok=True), lambda: os.chmod(path, 0o777),
                lambda: open(path, "wb").write(forged), lambda: os.truncate(path, 0), lambda: os.unlink(path),
                lambda: os.rename(path, path + ".old"), lambda: os.symlink("/tmp/main.py", path),
                lambda: open(path, "wb").write(forged)):
        try: act()
        except OSError: pass
for folder in ("/box/src", "/box/bin", "/box", "/tmp"):
    try: os.rename(folder, folder + ".old")
    except OSError: pass
if os.path.exists("/tmp/cached"): print(42)
open("/tmp/cached", "w").close()
print(input())
"#;
const PLANTER_CPP: &str = r##"
#include <cstdio>
#include <fcntl.h>
#include <initializer_list>
#include <sys/stat.h>
#include <unistd.h>
int main() {
    static const char forged[] = "#!/bin/sh\necho 42\n";
    for (const char* path : {"/proc/self/exe", "/box/bin/program", "/box/build/program", "/box/src/main.cpp"}) {
        chmod(path, 0777);
        int fd = open(path, O_RDWR | O_CREAT, 0777);
        if (fd >= 0 && write(fd, forged, sizeof forged - 1) < 0) perror(path);
        unlink(path);
        rename(path, "/tmp/old");
        fd = open(path, O_RDWR | O_CREAT, 0777);
        if (fd >= 0 && write(fd, forged, sizeof forged - 1) < 0) perror(path);
    }
    if (access("/tmp/cached", F_OK) == 0) puts("42");
    close(open("/tmp/cached", O_CREAT, 0666));
    int number;
    if (scanf("%d", &number) == 1) printf("%d\n", number);
}"##;

/// Relies on: program file read-only, sweep of `/tmp` between tests, another uid than the runner's.
pub(crate) async fn case_17_a_test_cannot_plant_an_answer_for_the_next(server: &Server) -> Held {
    for planter in [Submission::python(PLANTER), Submission::cpp(PLANTER_CPP)] {
        planter
            .test("1", "1", AC)
            .test("2", "2", AC)
            .test("3", "3", AC)
            .judged(server)
            .await?;
    }
    Ok(())
}

/// Leaves a mark by every means there is, and prints which marks of an earlier test it finds. Success would be a mark.
const COUNTER: &str = r#"
import ctypes, os, socket, time
libc = ctypes.CDLL(None, use_errno=True)
found = []
for folder in ("/tmp", "/dev/shm", "/dev/mqueue", "/var/tmp", "/run", "/run/lock", "/var/lock", "/box", "/box/src", "/dev", "/"):
    path = f"{folder}/mark"
    if os.path.exists(path): found.append(path)
    try: os.mkdir(path)
    except OSError: pass
if os.path.ismount("/dev/shm"): found.append("shared memory")
KEY, CREATE = 4711, 0o1600
for name, number, arguments in (("segment", 29, (KEY, 4096)), ("semaphore", 64, (KEY, 1)), ("queue", 68, (KEY,))):
    if libc.syscall(number, *arguments, 0) >= 0: found.append(name)
    libc.syscall(number, *arguments, CREATE)
if libc.syscall(240, b"mark", os.O_RDWR, 0, 0) >= 0: found.append("posix queue")
libc.syscall(240, b"mark", os.O_RDWR | os.O_CREAT, 0o600, 0)
if libc.syscall(249, b"user", b"mark", 0, -4) >= 0: found.append("key")
libc.syscall(248, b"user", b"mark", b"1", 1, -4)
for name in ("\0mark", "/tmp/socket"):
    try: socket.socket(socket.AF_UNIX).connect(name); found.append(name)
    except OSError: pass
for path in ("/tmp", "/box", "/box/src/main.py"):
    try:
        if "user.mark" in os.listxattr(path): found.append("attribute")
        os.setxattr(path, "user.mark", b"1")
    except OSError: pass
if os.environ.get("MARK") or os.nice(0) or os.umask(0) not in (0o22, 0): found.append("inherited")
os.environ["MARK"] = "1"
os.nice(1)
if os.fork() == 0:
    os.setsid()
    kept = [socket.socket(socket.AF_UNIX) for _ in range(2)]
    for each, name in zip(kept, ("\0mark", "/tmp/socket")): each.bind(name); each.listen()
    ready = os.open("/tmp/ready", os.O_CREAT)
    time.sleep(60)
while not os.path.exists("/tmp/ready"): time.sleep(0.005)
print(found or "first")
"#;

/// Relies on: sweep of `/tmp`, kill of everything between tests, own seccomp filter of the runner, ipc none, read-only
/// root.
pub(crate) async fn case_18_no_state_counts_the_tests(server: &Server) -> Held {
    Submission::python(COUNTER)
        .test("", "first", AC)
        .test("", "first", AC)
        .test("", "first", AC)
        .judged(server)
        .await
        .map(drop)
}

/// Process ids do grow from test to test of one submission: the namespace is the container's, and one per test would need
/// a container, or the privileges of one. A program learns that it is not the first, and nothing about the others. What
/// must not be is that ids tell of other submissions.
///
/// Relies on: a container for each submission.
pub(crate) async fn case_18_process_ids_tell_nothing_of_other_submissions(server: &Server) -> Held {
    synthsmith_testkit::say(
        "case 18: within one submission process ids grow, which needs a namespace per test to hide",
    );
    for _ in 0..3 {
        let outcomes = Submission::python("import os; print(os.getpid())")
            .test("", "", WA)
            .test("", "", WA)
            .outcomes(server)
            .await?;
        let ids: Vec<String> = outcomes
            .iter()
            .map(|outcome| beginning(&outcome.output))
            .collect();
        let is_low = |id: &String| id.trim().parse::<u32>().is_ok_and(|id| id < FIRST_IDS);
        require(
            ids.len() == 2 && ids.iter().all(is_low),
            format!("process ids go on where others ended: {ids:?}"),
        )?;
    }
    Ok(())
}

/// What the compiler and two tests need; where ids went on from one submission to the next, three would need more.
const FIRST_IDS: u32 = 20;

/// Puts links, pipes, sockets and devices wherever the runner writes, reads or removes. Success would be one at a path
/// of the runner's, or one that leads the cleaning out of the scratch directory.
const TRAPPER: &str = r#"
import os, socket, stat, sys
if input() == "look":
    kept = os.path.exists("/box/src/main.py") and os.access("/usr/bin/env", os.X_OK)
    print(os.listdir("/tmp"), kept, bool(os.statvfs("/").f_flag & os.ST_RDONLY))
    sys.exit()
open_places = []
def mine(path):
    yield lambda: os.symlink("/etc", path)
    yield lambda: os.link("/box/src/main.py", path)
    yield lambda: os.mkfifo(path)
    yield lambda: socket.socket(socket.AF_UNIX).bind(path)
    yield lambda: os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 8))
    yield lambda: os.mkdir(path)
for path in ("/runner", "/box/build", "/box/build/program", "/box/bin/program", "/box/bin/new", "/box/src/main.py", "/box/src/new",
             "/box/new", "/dev/new", "/etc/new", "/usr/include/new.gch", "/sys/fs/cgroup/new", "/new"):
    for act in mine(path):
        try: act(); open_places.append(path)
        except OSError: pass
for number, target in enumerate(("/", "/box", "/box/src/main.py", "/proc/1/root", "/proc/self/fd/1", ".", "..", "loop")):
    os.symlink(target, f"/tmp/link{number}")
os.symlink("loop", "/tmp/loop")
os.mkdir("/tmp/closed"); os.mkfifo("/tmp/closed/pipe"); os.symlink("/box", "/tmp/closed/box")
socket.socket(socket.AF_UNIX).bind("/tmp/closed/socket")
for path, kind in (("/tmp/device", stat.S_IFBLK), ("/tmp/characters", stat.S_IFCHR)):
    try: os.mknod(path, kind | 0o666, os.makedev(8, 0)); open_places.append(path)
    except OSError: pass
try: os.link("/box/src/main.py", "/tmp/hard"); open_places.append("/tmp/hard")
except OSError: pass
os.mkdir("/tmp/swept-1"); os.symlink("/box", "/tmp/swept-2")
os.chmod("/tmp/closed", 0)
print(open_places)
"#;

/// Relies on: read-only root, sweep of `/tmp` between tests, no mknod capability.
pub(crate) async fn case_36_special_files_lead_nowhere(server: &Server) -> Held {
    Submission::python(TRAPPER)
        .test("trap", "[]", AC)
        .test("look", "[] True True", AC)
        .test("trap", "[]", AC)
        .test("look", "[] True True", AC)
        .judged(server)
        .await
        .map(drop)
}
