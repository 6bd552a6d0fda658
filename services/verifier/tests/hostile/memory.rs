//! Programs that want more memory than they have, in any form.

use synthsmith_proto::corpus::v1::{Outcome, Verdict};

use crate::server::{Held, Server, require};
use crate::submission::{AC, MLE, RE_OR_MLE, Submission};

/// What the kernel keeps for a container beside the program's memory, the runner, and the files of interpreters and
/// libraries that are in memory anyway, and are charged to whoever came first.
const ALLOWANCE_BYTES: i64 = 32 << 20;

fn require_bounded(outcomes: &[Outcome], memory_mib: i64) -> Held {
    let peaks = outcomes
        .iter()
        .map(|outcome| outcome.measures.unwrap_or_default().peak_memory_bytes);
    let most = peaks.max().unwrap_or(0);
    require(
        most <= (memory_mib << 20) + ALLOWANCE_BYTES,
        format!("{} MiB were used of {memory_mib}", most >> 20),
    )
}

/// Asks for ten gigabytes and writes to them. Success would be to get them.
const GLUTTON: &str = r#"
way = input()
if way == "bytes": print(len(b"x" * (10 << 30)))
if way == "list": print(len([0] * (10 << 27)))
print("right")
"#;
const GLUTTON_CPP: &str = r#"
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>
int main() {
    char way = getchar();
    if (way == 'v') printf("%zu", std::vector<char>(10LL << 30, 'x').size());
    if (way == 'm') puts((char*)memset(malloc(10LL << 30), 'x', 10LL << 30));
    if (way == 'p') printf("%zu", std::vector<char>(1LL << 50, 'x').size());
    puts("right");
}"#;

/// Relies on: memory limit.
pub(crate) async fn case_20_ten_gigabytes_at_once_are_refused(server: &Server) -> Held {
    let mut outcomes = Submission::python(GLUTTON)
        .test("bytes", "right", RE_OR_MLE)
        .test("list", "right", RE_OR_MLE)
        .test("good", "right", AC)
        .judged(server)
        .await?;
    outcomes.extend(
        Submission::cpp(GLUTTON_CPP)
            .test("v", "right", RE_OR_MLE)
            .test("m", "right", RE_OR_MLE)
            .test("p", "right", RE_OR_MLE)
            .test("good", "right", AC)
            .judged(server)
            .await?,
    );
    require_bounded(&outcomes, 128)
}

/// Grows page by page. Success would be to get past the limit, or to take the runner along.
const CREEPER: &str = r#"
import sys
way = input()
kept = []
if way == "caught":
    # Survives the failure of an allocation, but there is none: the kernel kills.
    try:
        while True: kept.append(bytearray(b"x" * 65536))
    except MemoryError: pass
if way == "creep":
    while True: kept.append(bytearray(b"x" * 4096))
if way == "most": kept.append(bytearray(b"x") * (90 << 20))
if way == "score": print(open("/proc/self/oom_score_adj").read())
else: print("right")
"#;

/// Is smaller than the runner and no more eager to be killed, while its memory is in no process. Success would be that
/// the runner's death is a fault, or anything but the program's own doing.
const HIDER: &str = r#"
#include <cstdio>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
static char block[1 << 12];
int main() {
    if (getchar() != 'h') return puts("right") < 0;
    int score = open("/proc/self/oom_score_adj", O_WRONLY);
    if (write(score, "0", 1) != 1) return 1;
    for (;;) {
        int hidden = memfd_create("hidden", 0);
        for (int i = 0; i < 1000; i++) if (write(hidden, block, sizeof block) <= 0) return 2;
    }
}"#;

/// Relies on: memory limit, oom score.
pub(crate) async fn case_21_memory_touched_slowly_past_the_limit_is_noticed(
    server: &Server,
) -> Held {
    let outcomes = Submission::python(CREEPER)
        .cpu_ms(5_000)
        .wall_ms(20_000)
        .test("creep", "right", MLE)
        .test("most", "right", AC)
        .test("caught", "right", MLE)
        .test("most", "right", AC)
        .test("score", "1000", AC)
        .judged(server)
        .await?;
    require_bounded(&outcomes, 128)?;
    Submission::cpp(HIDER)
        .cpu_ms(5_000)
        .wall_ms(20_000)
        .test("hide", "right", MLE)
        .test("good", "right", AC)
        .test("hide", "right", MLE)
        .test("good", "right", AC)
        .judged(server)
        .await
        .map(drop)
}

/// Puts memory where no process has it. Success would be to get past the limit, or that the next test misses it.
const HOARDER: &str = r#"
import mmap, os, socket
way = input()
CHUNK = bytes(1 << 20)
def fill(take, most):
    total = 0
    try:
        while total < most: total += take()
    except OSError: pass
    return total
def filled_pipe():
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    return fill(lambda: os.write(writer, CHUNK), 1 << 30)
def filled_socket():
    one, other = socket.socketpair()
    one.setblocking(False)
    total = fill(lambda: one.send(CHUNK), 1 << 30)
    one.detach(); other.detach()
    return total
def in_flight():
    # A socket within a socket, with nobody left who could receive it.
    one, other = socket.socketpair()
    one.setblocking(False)
    fill(lambda: one.send(CHUNK), 1 << 30)
    carrier, end = socket.socketpair()
    socket.send_fds(carrier, [b"x"], [one.fileno(), other.fileno(), end.fileno()])
    return 1
def by_many(take, count=20):
    # Every process has its own table of descriptors.
    for _ in range(count):
        if os.fork() == 0:
            fill(take, 1 << 40)
            os.write(done, b"x")
            os.read(never, 1)
    for _ in range(count): os.read(reader, 1)
reader, done = os.pipe()
never, _ = os.pipe()
if way == "files":
    names = iter(range(1 << 20))
    total = fill(lambda: os.write(os.open(f"/tmp/{next(names)}", os.O_CREAT | os.O_WRONLY), CHUNK), 1 << 30)
    if total > 64 << 20: print("the scratch directory took", total)
if way == "memfd":
    while True:
        hidden = os.memfd_create("hidden")
        for _ in range(16): os.write(hidden, CHUNK)
if way == "shared":
    kept = mmap.mmap(-1, 1 << 30)
    while True: kept.write(CHUNK)
if way == "copies":
    source = os.open("/usr/bin/python3", os.O_RDONLY)
    kept = [mmap.mmap(source, 0, mmap.MAP_PRIVATE) for _ in range(100)]
    for each in kept:
        for at in range(0, len(each), 4096): each[at] = 1
if way == "pipes": by_many(filled_pipe)
if way == "sockets": by_many(filled_socket)
if way == "flight": by_many(in_flight, 4)
if way == "use": kept = bytearray(b"x") * (100 << 20)
print("right")
"#;

/// Relies on: memory limit, size of the scratch directory, kill of everything between tests, sweep of `/tmp`.
pub(crate) async fn case_22_memory_outside_of_processes_counts_and_comes_back(
    server: &Server,
) -> Held {
    // Where the kernel refuses with an error before the limit is reached, the program goes on.
    const REFUSED: &[Verdict] = &[Verdict::Mle, Verdict::Re, Verdict::Ac];
    // The kernel makes those wait who send more than it collects.
    const DELAYED: &[Verdict] = &[Verdict::Mle, Verdict::Re, Verdict::Ac, Verdict::Tle];
    let mut submission = Submission::python(HOARDER).cpu_ms(8_000).wall_ms(12_000);
    for (way, allowed) in [
        ("files", AC),
        ("memfd", MLE),
        ("shared", MLE),
        ("copies", MLE),
        ("pipes", REFUSED),
        ("sockets", REFUSED),
        ("flight", DELAYED),
    ] {
        submission = submission
            .test(way, "right", allowed)
            .test("use", "right", AC);
    }
    require_bounded(&submission.judged(server).await?, 128)
}

/// Spreads its memory over children. Success would be a sum above the limit.
const FAMILY: &str = r#"
import os, time
if input() == "many":
    for _ in range(8):
        if os.fork() == 0:
            kept = bytearray(b"x") * (40 << 20)
            time.sleep(60)
    time.sleep(3)
print("right")
"#;

/// Relies on: memory limit of the container.
pub(crate) async fn case_23_children_share_one_limit(server: &Server) -> Held {
    Submission::python(FAMILY)
        .cpu_ms(3_000)
        .wall_ms(20_000)
        .test("many", "right", MLE)
        .test("good", "right", AC)
        .judged(server)
        .await
        .map(drop)
}

const STATIC_ARRAY: &str = r#"
#include <cstdio>
#include <cstring>
static char unused[128 << 20];
int main() {
    if (getchar() == 't') memset(unused, 1, sizeof unused);
    printf("right%s\n", unused + sizeof unused - 1);
}"#;

/// Relies on: no limit of the address space; memory limit.
pub(crate) async fn case_24_untouched_memory_costs_nothing(server: &Server) -> Held {
    Submission::cpp(STATIC_ARRAY)
        .memory_mib(64)
        .test("untouched", "right", AC)
        .test("touched", "right", MLE)
        .test("untouched", "right", AC)
        .judged(server)
        .await
        .map(drop)
}

/// Wants memory that cannot be taken back, or that is counted otherwise. Success would be to get it uncounted.
const LOCKER: &str = r#"
#include <cstdio>
#include <cstring>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
int main() {
    const long mib = 1 << 20, size = 200 * mib;
    char way[16] = {};
    if (scanf("%15s", way) != 1) return 1;
    char* place = (char*)mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (!strcmp(way, "lock")) {
        if (mlock(place, mib) == 0) puts("mlock");
        if (mlockall(MCL_CURRENT | MCL_FUTURE) == 0) puts("mlockall");
        if (mmap(nullptr, mib, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED, -1, 0) != MAP_FAILED) puts("locked");
        void* huge = mmap(nullptr, 2 * mib, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
        if (huge != MAP_FAILED) puts("huge pages");
        if (madvise(place, 4096, MADV_HWPOISON) == 0) puts("poison");
        int secret = syscall(SYS_memfd_secret, 0);
        if (secret >= 0 && ftruncate(secret, mib) == 0)
            if (mmap(nullptr, mib, PROT_READ | PROT_WRITE, MAP_SHARED, secret, 0) != MAP_FAILED) puts("secret");
    }
    if (!strcmp(way, "huge")) { madvise(place, size, MADV_HUGEPAGE); memset(place, 1, size); }
    if (!strcmp(way, "same")) { madvise(place, size, MADV_MERGEABLE); memset(place, 1, size); }
    if (!strcmp(way, "free")) { memset(place, 1, 50 * mib); madvise(place, size, MADV_FREE); memset(place, 1, size); }
    if (!strcmp(way, "cycle"))
        for (int i = 0; i < 20; i++) { memset(place, 1, 50 * mib); madvise(place, size, MADV_DONTNEED); }
    puts("right");
}"#;

/// Relies on: memory limit, memlock rlimit.
pub(crate) async fn case_26_locked_and_huge_pages_are_refused_or_counted(server: &Server) -> Held {
    Submission::cpp(LOCKER)
        .cpu_ms(5_000)
        .test("lock", "right", AC)
        .test("huge", "right", MLE)
        .test("same", "right", MLE)
        .test("free", "right", MLE)
        .test("cycle", "right", AC)
        .judged(server)
        .await
        .map(drop)
}
