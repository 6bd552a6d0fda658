//! What a program leaves, and whether the next one in the same container finds it.

use super::{in_cell, printed, sandbox};
use crate::runs::Ran;

/// Prints where it is, then all that it can see of its surroundings. Nothing of it is to depend on who was there before.
const LOOK: &str = r#"
import ctypes, errno, os, resource, signal, socket, sys
libc = ctypes.CDLL(None, use_errno=True)
def tried(act):
    try: return act()
    except OSError as error: return errno.errorcode[error.errno]
def call(*arguments):
    ctypes.set_errno(0)
    result = libc.syscall(*arguments)
    return result if result >= 0 else errno.errorcode[ctypes.get_errno()]
def alive(pid):
    try: os.kill(pid, 0)
    except ProcessLookupError: return False
    except PermissionError: pass
    return True
def connects(name):
    with socket.socket(socket.AF_UNIX) as caller: return tried(lambda: caller.connect(name))
def lines(path, but=()):
    return [line for line in open(path).read().splitlines() if not line.startswith(but)]
SHARED = ("/", "/etc", "/etc/hosts", "/etc/hostname", "/etc/resolv.conf", "/usr/bin/env", sys.executable, os.__file__, "/dev/null", "/dev", "/box", "/tmp")
mounts = open("/proc/self/mountinfo").read()
print(mounts.split("upperdir=")[1].split(",")[0])
for fact in (
    ("pid", os.getpid(), os.getppid(), os.getsid(0), os.getpgid(0)),
    ("alive", [pid for pid in range(1, 500) if alive(pid)], sorted(filter(str.isdigit, os.listdir("/proc")))),
    ("everybody", tried(lambda: os.kill(-1, 0))),
    ("files", [(folder, sorted(folders), sorted(names)) for top in ("/box", "/tmp", "/dev", "/run", "/var/tmp", "/var/lock", "/sys")
               for folder, folders, names in os.walk(top)]),
    ("room", [(place.f_bfree, place.f_ffree) for place in map(os.statvfs, ("/tmp", "/box"))]),
    ("times", [(path, of.st_mode, of.st_uid, of.st_nlink) + (() if path in ("/box", "/tmp") else (of.st_atime_ns, of.st_mtime_ns, of.st_ctime_ns))
               for path in SHARED for of in [os.stat(path)]]),
    ("attributes", [(path, tried(lambda: os.listxattr(path))) for path in SHARED]),
    ("mounts", sorted((words[3], words[4], words[5]) for words in map(str.split, mounts.splitlines()))),
    ("segment", call(29, 4711, 4096, 0), call(64, 4711, 1, 0), call(68, 4711, 0), call(240, b"mark", os.O_RDWR, 0, 0)),
    ("keys", call(249, b"user", b"mark", 0, -4), call(250, 0, -3, 0), call(250, 0, -5, 0)),
    ("sockets", connects("\0mark"), connects("/tmp/socket"), len(lines("/proc/self/net/unix"))),
    ("terminals", tried(os.openpty), tried(lambda: os.open("/dev/tty", os.O_RDWR)), tried(lambda: os.open("/dev/ptmx", os.O_RDWR))),
    ("watches", call(294, 0)),
    ("limits", [resource.getrlimit(number) for number in range(16)]),
    ("place", os.nice(0), os.umask(0), sorted(os.sched_getaffinity(0)), os.sched_getscheduler(0), call(252, 1, 0), call(135, 0xffffffff)),
    ("timers", signal.getitimer(signal.ITIMER_REAL), call(157, 30, 0, 0, 0, 0), signal.pthread_sigmask(signal.SIG_BLOCK, [])),
    ("score", lines("/proc/self/oom_score_adj"), lines("/proc/self/coredump_filter"), lines("/proc/self/cgroup")),
    ("names", os.uname().nodename, socket.gethostname(), libc.getdomainname(name := ctypes.create_string_buffer(65), 65), name.value),
    ("started", os.getcwd(), sorted(os.environ.items()), sys.argv, sorted(os.listdir("/proc/self/fd"))),
    ("locks", [tried(lambda: __import__("fcntl").flock(os.open(path, os.O_RDONLY), 6)) for path in SHARED]),
    ("status", lines("/proc/self/status", ("Vm", "Rss", "Hugetlb", "voluntary", "nonvoluntary"))),
): print(*fact)
"#;

/// Leaves all that it can, and processes that hold on to it.
const LEAVE: &str = r#"
import ctypes, fcntl, mmap, os, resource, signal, socket, sys, time
libc = ctypes.CDLL(None, use_errno=True)
def tried(act, *arguments):
    try: return act(*arguments)
    except (OSError, ValueError): pass
def dwell():
    os.setsid()
    for number in range(1, 65): tried(signal.signal, number, signal.SIG_IGN)
    kept = [socket.socket(socket.AF_UNIX) for _ in range(2)]
    for each, name in zip(kept, ("\0mark", "/tmp/socket")): tried(each.bind, name); tried(each.listen)
    kept += [tried(os.open, path, os.O_RDONLY) for path in SHARED]
    for fd in filter(None, kept[2:]): tried(fcntl.flock, fd, fcntl.LOCK_EX | fcntl.LOCK_NB); tried(fcntl.lockf, fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    kept += [tried(os.memfd_create, "mark"), tried(os.openpty), mmap.mmap(-1, 1 << 20)]
    os.write(tell, b"x")
    while True: time.sleep(1)
SHARED = ("/", "/etc", "/etc/hosts", "/etc/hostname", "/etc/resolv.conf", "/usr/bin/env", sys.executable, os.__file__, "/dev/null", "/dev", "/box", "/tmp")
for path in SHARED:
    for act in (lambda: os.listdir(path), lambda: open(path, "rb").read(), lambda: os.utime(path, (1, 1)), lambda: os.chmod(path, 0o777),
                lambda: os.chown(path, os.getuid(), os.getgid()), lambda: os.setxattr(path, "user.mark", b"1"), lambda: os.mkdir(path + "/mark"),
                lambda: os.link(path, path + ".mark"), lambda: os.rename(path, path + ".mark"), lambda: open(path + "/mark.txt", "w").write("mark")):
        tried(act)
for folder in ("/dev/shm", "/dev/mqueue", "/dev/pts", "/run", "/run/lock", "/var/tmp", "/sys", "/proc", "/box/src"): tried(os.mkdir, folder + "/mark")
KEY, CREATE = 4711, 0o1666
for arguments in ((29, KEY, 4096, CREATE), (64, KEY, 1, CREATE), (68, KEY, CREATE), (240, b"mark", os.O_RDWR | os.O_CREAT, 0o666, 0),
                  (248, b"user", b"mark", b"1", 1, -4), (248, b"user", b"mark", b"1", 1, -5), (250, 1, b"mark"), (170, b"mark", 4), (171, b"mark", 4),
                  (135, 0x0040000), (157, 29, 1, 0, 0, 0), (251, 1, 0, 3 << 13)): libc.syscall(*arguments)
tried(lambda: open("/proc/self/oom_score_adj", "w").write("0"))
os.umask(0o777); os.nice(19); tried(os.sched_setaffinity, 0, {0})
for limit in (resource.RLIMIT_CPU, resource.RLIMIT_NOFILE, resource.RLIMIT_STACK, resource.RLIMIT_FSIZE):
    soft, hard = resource.getrlimit(limit)
    resource.setrlimit(limit, (soft - 1, hard - 1) if hard > 0 else (1 << 20, 1 << 20))
os.umask(0)
for number in range(900): open(f"/tmp/mark{number}", "w").close()
tried(lambda: open("/tmp/large", "wb").write(bytes(24 << 20)))
os.mkdir("/tmp/closed"); os.symlink("/etc", "/tmp/closed/link"); os.mkfifo("/tmp/closed/pipe"); os.chmod("/tmp/closed", 0)
ready, tell = os.pipe()
for _ in range(100):
    if os.fork() == 0: os._exit(0)
    os.wait()
for _ in range(5):
    if os.fork() == 0:
        if os.fork() == 0: dwell()
        os._exit(0)
    os.read(ready, 1)
os.set_blocking(0, False); os.set_blocking(1, False)
os.write(1, b"left\n")
os._exit(0)
"#;

#[tokio::test]
async fn nothing_that_a_program_leaves_is_found_by_the_next_in_the_same_container() {
    let test = "nothing_that_a_program_leaves_is_found_by_the_next_in_the_same_container";
    let Some(sandbox) = sandbox(test).await else {
        return;
    };
    let look = async |number: u32| {
        // Each is compiled anew, so that all begin alike.
        let source = format!("{LOOK}# {number}\n");
        printed(&sandbox, &source, &["", ""]).await
    };
    let before = look(0).await;
    for number in 1..4 {
        let left = printed(&sandbox, &format!("{LEAVE}# {number}\n"), &["", ""]).await;
        assert_eq!(left, ["left\n", "left\n"]);
        for (seen, seen_before) in look(number).await.iter().zip(&before) {
            for (line, line_before) in seen.lines().zip(seen_before.lines()) {
                assert_eq!(line, line_before);
            }
            assert_eq!(seen, seen_before);
        }
    }
    sandbox.close().await;
}

/// Of the same program, what a test leaves may at most be that there was one.
#[tokio::test]
async fn nothing_that_a_program_in_a_cell_leaves_is_found_by_its_next_test() {
    let test = "nothing_that_a_program_in_a_cell_leaves_is_found_by_its_next_test";
    let Some(sandbox) = sandbox(test).await else {
        return;
    };
    let source = format!("if input() == 'leave':\n    exec(r'''{LEAVE}''')\n{LOOK}");
    let ran = Ran::on(
        &sandbox,
        in_cell("python3", &source),
        ["look", "leave", "look"],
    )
    .await;
    let [before, left, after] = ran.outputs().try_into().unwrap();
    assert_eq!(left, "left\n", "{ran:?}");
    // Process ids go on within a cell.
    let of_ids = ["pid ", "alive ", "status ", "times "];
    let without_ids = |seen: &str| -> Vec<String> {
        let lines = seen.lines();
        let kept = lines.filter(|line| !of_ids.iter().any(|words| line.starts_with(words)));
        kept.map(str::to_owned).collect()
    };
    assert!(!before.is_empty());
    assert_eq!(without_ids(&after), without_ids(&before));
    sandbox.close().await;
}
