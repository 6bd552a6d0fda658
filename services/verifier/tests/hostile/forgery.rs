//! Programs that want a verdict they did not earn: by talking to the runner, or by finding the answer.

use crate::server::{Held, Server};
use crate::submission::{AC, RE, Submission, WA};

/// Tries every way into the first process. Success would be any that opens; each must fail for want of permission, or,
/// where the process is not to be seen, for want of a file.
const INTRUDER: &str = r#"
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <initializer_list>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>
static void shut(const char* door, long result) {
    int error = errno;
    if (result >= 0) printf("%s is open\n", door);
    else if (error != EPERM && error != EACCES) printf("%s: %s\n", door, strerror(error));
}
static bool is_seen = access("/proc/1", F_OK) == 0 || errno != ENOENT;
static void shut_file(const char* door, long result) {
    if (is_seen || result >= 0 || errno != ENOENT) shut(door, result);
}
int main() {
    char bytes[64];
    iovec own{bytes, sizeof bytes}, other{(void*)main, sizeof bytes};
    shut("attach", ptrace(PTRACE_ATTACH, 1, 0, 0));
    shut("seize", ptrace(PTRACE_SEIZE, 1, 0, 0));
    shut("traceme", ptrace(PTRACE_TRACEME, 0, 0, 0));
    shut("readv", process_vm_readv(1, &own, 1, &other, 1, 0));
    shut("writev", process_vm_writev(1, &own, 1, &other, 1, 0));
    shut("kcmp", syscall(SYS_kcmp, 1, getpid(), 0, 0, 0));
    shut("getfd", syscall(SYS_pidfd_getfd, syscall(SYS_pidfd_open, 1, 0), 0, 0));
    for (const char* door : {"/proc/1/mem", "/proc/1/environ", "/proc/1/maps", "/proc/1/fd/0", "/proc/1/fd/1",
                             "/proc/1/fd/3", "/proc/1/task/1/mem", "/proc/1/fd", "/proc/1/map_files", "/proc/1/cwd",
                             "/proc/1/root", "/proc/1/exe", "/proc/1/ns/pid", "/proc/1/io", "/proc/1/stack"})
        shut_file(door, open(door, O_RDONLY));
    for (const char* door : {"/proc/1/mem", "/proc/1/fd/0", "/proc/1/fd/1", "/proc/1/oom_score_adj"})
        shut_file(door, open(door, O_WRONLY));
    shut_file("link", readlink("/proc/1/exe", bytes, sizeof bytes));
    shut("limits", syscall(SYS_prlimit64, 1, 7, nullptr, bytes));
    puts("done");
}"#;

/// Relies on: another uid than the runner's, own seccomp filter of the runner.
pub(crate) async fn case_13_the_runner_cannot_be_looked_into(server: &Server) -> Held {
    Submission::cpp(INTRUDER)
        .test("", "done", AC)
        .test("", "done", AC)
        .judged(server)
        .await
        .map(drop)
}

/// Writes a frame that says "ended well" to every descriptor but the two for output. Success would be one that takes
/// it, and then it prints the right answer.
const FORGER: &str = r#"
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>
int main() {
    static const char frame[30] = {25, 0, 0, 0, 4};
    bool taken = write(0, frame, sizeof frame) > 0;
    int again = open("/proc/self/fd/0", O_RDWR);
    taken |= again >= 0 && write(again, frame, sizeof frame) > 0;
    close(again);
    for (int fd = 3; fd < 1024; fd++) {
        taken |= fcntl(fd, F_GETFD) >= 0;
        taken |= write(fd, frame, sizeof frame) > 0;
        taken |= send(fd, frame, sizeof frame, 0) > 0;
    }
    puts(taken ? "right" : "no descriptor");
}"#;
const FORGER_PYTHON: &str = r#"
import os
own = os.open("/proc/self/fd", os.O_RDONLY)
extra = sorted(int(fd) for fd in os.listdir(own) if int(fd) > 2 and int(fd) != own)
extra = [fd for fd in extra if os.path.exists(f"/proc/self/fd/{fd}") and "/fd" not in os.readlink(f"/proc/self/fd/{fd}")]
print("right" if extra else "no descriptor")
"#;

/// Relies on: closed file descriptors, fresh stdin per test.
pub(crate) async fn case_14_no_inherited_descriptor_takes_a_forged_result(server: &Server) -> Held {
    for forger in [Submission::cpp(FORGER), Submission::python(FORGER_PYTHON)] {
        forger
            .test("1", "right", WA)
            .test("1", "no descriptor", AC)
            .judged(server)
            .await?;
    }
    Ok(())
}

/// Prints what it reads, and ends as the input's first byte says. Success would be a verdict by the words.
const ECHO: &str = r"
import os, sys
way, bytes = sys.stdin.buffer.read(1), sys.stdin.buffer.read()
sys.stdout.buffer.write(bytes)
sys.stdout.flush()
os._exit(0 if way == b'+' else 3)
";

/// Frames of the runner: a test that ended well, a compilation that did, a fault; and what other judges believe.
const LIES: [&[u8]; 7] = [
    b"\x19\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
    b"\x19\x00\x00\x00\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
    b"\x05\x00\x00\x00\x05fault",
    b"\xff\xff\xff\xff\x04",
    b"@@E success @@E",
    b"AC\nVERDICT_AC\nok 1 - accepted\n",
    b"{\"verdict\":\"AC\",\"success\":true,\"run_success\":true}",
];

/// Relies on: nothing but the framing of outputs and the comparison.
pub(crate) async fn case_15_printed_frames_and_verdicts_are_mere_bytes(server: &Server) -> Held {
    let mut submission = Submission::python(ECHO);
    for lie in LIES {
        let (well, badly) = ([b"+", lie].concat(), [b"-", lie].concat());
        submission = submission
            .test(well.clone(), "right", WA)
            .test(badly, "right", RE)
            .test(well, lie, AC);
    }
    submission.judged(server).await.map(drop)
}

/// Searches files, environments, arguments, open files and its own memory for words that begin with `answer-`, but for
/// those in its own input. Success would be to print one that it was not given.
const SEARCHER: &str = r#"
import os, re, stat, sys
own = sys.stdin.buffer.read()
pattern = re.compile(b"ans" + b"wer-[0-9]+")
found = set()
def search(path, size=1 << 20):
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError: return
    try: found.update(pattern.findall(os.read(fd, size)))
    except OSError: pass
    os.close(fd)
skipped = {"/proc", "/sys", "/usr", "/lib", "/lib64", "/bin", "/sbin", "/var/lib/dpkg"}
for folder, folders, names in os.walk("/"):
    folders[:] = [name for name in folders if os.path.join(folder, name) not in skipped]
    for name in names: search(os.path.join(folder, name))
for pid in [name for name in os.listdir("/proc") if name.isdigit()]:
    for name in ("environ", "cmdline", "comm", "fd/0", "fd/1", "fd/3", "fd/4", "fd/5", "mounts"):
        search(f"/proc/{pid}/{name}")
# Before and after the input, should more of a stream be there.
for offset in (0, len(own)):
    try: os.lseek(0, offset, os.SEEK_SET); found.update(pattern.findall(os.read(0, 1 << 20)))
    except OSError: pass
memory = os.open("/proc/self/mem", os.O_RDONLY)
for line in open("/proc/self/maps"):
    span, rights = line.split()[:2]
    start, end = (int(number, 16) for number in span.split("-"))
    if "w" not in rights or end - start > 64 << 20: continue
    try: found.update(pattern.findall(os.pread(memory, end - start, start)))
    except OSError: pass
if not set(pattern.findall(own)) <= found: print("blind")
foreign = sorted(word.decode() for word in found - set(pattern.findall(own)))
print(*foreign or ["nothing"])
"#;

/// Relies on: expected outputs stay in the verifier.
pub(crate) async fn case_16_the_expected_output_is_nowhere_to_be_found(server: &Server) -> Held {
    Submission::python(SEARCHER)
        .cpu_ms(10_000)
        .wall_ms(60_000)
        .test("answer-1111 here", "answer-4711", WA)
        .test("answer-2222 here", "answer-4712", WA)
        .test("answer-3333 here", "nothing", AC)
        .judged(server)
        .await
        .map(drop)
}

/// Relies on: fresh stdin per test, inputs delivered one at a time.
pub(crate) async fn case_19_inputs_of_other_tests_are_not_there(server: &Server) -> Held {
    Submission::python(SEARCHER)
        .cpu_ms(10_000)
        .wall_ms(60_000)
        .test("answer-1111 now", "answer-2222", WA)
        .test("answer-2222 now", "answer-1111", WA)
        .test("answer-3333 now", "nothing", AC)
        .judged(server)
        .await
        .map(drop)
}
