//! Programs that want more than a plain user of a container may.

use std::time::Duration;

use crate::server::{Held, Server, require};
use crate::submission::{AC, RE_OR_WA, Submission, TLE, cpu_time, wall_time};

/// What the programs in C share: a door is named if it opens, or if it is shut for another reason than that it is
/// forbidden or missing.
const DOORS: &str = r#"
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <initializer_list>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
static bool refused(int error) {
    for (int reason : {EPERM, EACCES, EROFS, ENOENT, ENOSYS, ENXIO, ENODEV})
        if (error == reason) return true;
    return false;
}
static void shut(const char* door, long result) {
    int error = errno;
    if (result >= 0) printf("%s is open\n", door);
    else if (!refused(error)) printf("%s: %s\n", door, strerror(error));
}
static void not_seen(const char* process) {
    if (access(process, F_OK) == 0 || errno != ENOENT) printf("%s is seen in part\n", process);
}
"#;

/// Tries the system calls that give or use privileges. Success would be one that works.
const CLIMBER: &str = r#"
// Of the runner: more than what it needs to become another user and to end that user's processes.
static void status_of_runner() {
    char line[256];
    FILE* file = fopen("/proc/1/status", "r");
    if (!file) return not_seen("/proc/1");
    while (fgets(line, sizeof line, file)) {
        unsigned long long caps;
        int number;
        char name[8];
        if (sscanf(line, "Cap%3s: %llx", name, &caps) == 2 && caps & ~0xe0ULL) printf("runner: %s", line);
        if (sscanf(line, "NoNewPrivs: %d", &number) == 1 && number != 1) printf("runner: %s", line);
        if (sscanf(line, "Seccomp: %d", &number) == 1 && number != 2) printf("runner: %s", line);
    }
}
// What an id is called where the container is not looked at from within.
static long outside(const char* map, unsigned id) {
    unsigned first, others, count;
    FILE* file = fopen(map, "r");
    long found = -1;
    while (file && fscanf(file, "%u %u %u", &first, &others, &count) == 3)
        if (id - first < count) found = (long)others + id - first;
    if (file) fclose(file);
    return found;
}
static void shut_id(const char* door, int id, long result) {
    int error = errno;
    bool is_nobodys = outside("/proc/self/uid_map", id) < 0 && outside("/proc/self/gid_map", id) < 0;
    errno = error;
    if (!(is_nobodys && result < 0 && error == EINVAL)) shut(door, result);
}
static void status() {
    char line[256];
    FILE* file = fopen("/proc/self/status", "r");
    while (fgets(line, sizeof line, file)) {
        unsigned long long caps;
        int number, filters = 0;
        if (sscanf(line, "CapBnd: %llx", &caps) == 1 && caps & ~0xe0ULL) printf("bounding set %llx\n", caps);
        if (sscanf(line, "CapEff: %llx", &caps) == 1 && caps) printf("effective %llx\n", caps);
        if (sscanf(line, "CapPrm: %llx", &caps) == 1 && caps) printf("permitted %llx\n", caps);
        if (sscanf(line, "CapInh: %llx", &caps) == 1 && caps) printf("inheritable %llx\n", caps);
        if (sscanf(line, "CapAmb: %llx", &caps) == 1 && caps) printf("ambient %llx\n", caps);
        if (sscanf(line, "NoNewPrivs: %d", &number) == 1 && number != 1) puts("new privileges");
        if (sscanf(line, "Seccomp: %d", &number) == 1 && number != 2) puts("no filter");
        if (sscanf(line, "Seccomp_filters: %d", &filters) == 1 && filters < 2) printf("%d filter\n", filters);
        if (sscanf(line, "Groups: %d", &number) == 1) printf("group %d\n", number);
        if (sscanf(line, "Uid: %d", &number) == 1 && outside("/proc/self/uid_map", number) < 10000) printf("user %d\n", number);
        if (sscanf(line, "Gid: %d", &number) == 1 && outside("/proc/self/gid_map", number) < 10000) printf("first group %d\n", number);
    }
}
static void executable(const char* path, mode_t mode) {
    static char bytes[4 << 20];
    int from = open("/proc/self/exe", O_RDONLY), to = open(path, O_CREAT | O_WRONLY, 0755);
    long size = read(from, bytes, sizeof bytes);
    if (write(to, bytes, size) != size) puts("not copied");
    fchmod(to, mode);
    close(to);
    int ended = 0;
    if (fork() == 0) { execl(path, path, "again", nullptr); _exit(refused(errno) ? 0 : 1); }
    wait(&ended);
    if (ended) printf("%s runs\n", path);
}
int main(int count, char**) {
    if (count > 1) return 7;
    status();
    status_of_runner();
    gid_t group = 0;
    for (int id : {0, 1, 1000}) {
        shut_id("setuid", id, setuid(id)); shut_id("setresuid", id, setresuid(id, id, id)); shut_id("setreuid", id, setreuid(-1, id));
        shut_id("setgid", id, setgid(id)); shut_id("setresgid", id, setresgid(id, id, id)); shut("setgroups", setgroups(1, &group));
    }
    unsigned header[2] = {0x20080522, 0}, caps[6] = {~0u, ~0u, 0, ~0u, ~0u, 0};
    shut("capset", syscall(SYS_capset, header, caps));
    shut("chroot", chroot("/tmp"));
    shut("mount", mount("none", "/tmp", "tmpfs", 0, ""));
    shut("bind", mount("/", "/tmp", "", MS_BIND, ""));
    shut("remount", mount("", "/", "", MS_REMOUNT | MS_BIND, ""));
    shut("umount", umount2("/tmp", MNT_DETACH));
    shut("pivot_root", syscall(SYS_pivot_root, "/tmp", "/tmp"));
    shut("fsopen", syscall(SYS_fsopen, "tmpfs", 0));
    shut("open_tree", syscall(SYS_open_tree, AT_FDCWD, "/", 1));
    shut("move_mount", syscall(SYS_move_mount, -1, "", -1, "", 0));
    for (unsigned kind : {CLONE_NEWUSER, CLONE_NEWNS, CLONE_NEWNET, CLONE_NEWPID, CLONE_NEWIPC, CLONE_NEWUTS, CLONE_NEWCGROUP}) {
        shut("unshare", unshare(kind));
        shut("clone", syscall(SYS_clone, kind | SIGCHLD, 0, 0, 0, 0));
        unsigned long long wanted[8] = {kind, 0, 0, 0, SIGCHLD, 0, 0, 0};
        shut("clone3", syscall(SYS_clone3, wanted, sizeof wanted));
    }
    for (const char* kind : {"user", "mnt", "net", "pid", "ipc", "uts", "cgroup"}) {
        char path[64];
        snprintf(path, sizeof path, "/proc/self/ns/%s", kind);
        shut("setns", setns(open(path, O_RDONLY), 0));
        snprintf(path, sizeof path, "/proc/1/ns/%s", kind);
        shut("namespace of the runner", open(path, O_RDONLY));
    }
    shut("handle", syscall(SYS_open_by_handle_at, AT_FDCWD, bytes_of_nothing, O_RDONLY));
    for (const char* path : {"/tmp/device", "/dev/device"}) {
        shut("mknod", mknod(path, S_IFBLK | 0666, makedev(254, 0)));
        shut("mknod", mknod(path, S_IFCHR | 0666, makedev(1, 1)));
    }
    executable("/tmp/plain", 0755);
    executable("/tmp/setuid", 06755);
    if (prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0 || prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1) puts("new privileges");
    if (prctl(PR_SET_SECCOMP, 0, 0, 0, 0) == 0) puts("the filter is off");
    puts("done");
}"#;

/// Relies on: another uid than the runner's, dropped capabilities, no new privileges, own seccomp filter of the runner,
/// container seccomp, noexec `/tmp`.
pub(crate) async fn case_37_no_way_to_gain_privileges(server: &Server) -> Held {
    let source = format!("{DOORS}static long bytes_of_nothing[16];\n{CLIMBER}");
    Submission::cpp(source)
        .cpu_ms(3_000)
        .test("", "done", AC)
        .test("", "done", AC)
        .judged(server)
        .await
        .map(drop)
}

/// Goes around the filter of system calls by other ways to make one. Success would be the right answer, printed so.
const OTHER_DOORS: &str = r#"
#include <cstdint>
#include <sys/mman.h>
static long by_interrupt(long number, long a, long b, long c) {
    long result;
    asm volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c) : "memory", "r8", "r9", "r10", "r11");
    return result;
}
int main() {
    char way[16] = {};
    if (scanf("%15s", way) != 1) return 1;
    // Where the old interface, with its 32 bits, can point to.
    char* low = (char*)mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
    strcpy(low, "right\n");
    long done = -1;
    char params[256] = {};
    if (!strcmp(way, "old")) done = by_interrupt(4, 1, (long)low, 6) == 6 ? 0 : -1;
    if (!strcmp(way, "old-socket")) { unsigned* a = (unsigned*)(low + 64); a[0] = 2; a[1] = 1; done = by_interrupt(102, 1, (long)a, 0); }
    if (!strcmp(way, "x32")) done = syscall(0x40000000 | SYS_write, 1, low, 6) == 6 ? 0 : -1;
    if (!strcmp(way, "x32-getpid")) done = syscall(0x40000000 | SYS_getpid) > 0 ? 0 : -1;
    if (!strcmp(way, "ring")) done = syscall(SYS_io_uring_setup, 8, params);
    if (!strcmp(way, "ring-enter")) done = syscall(SYS_io_uring_enter, 0, 0, 0, 0, 0, 0);
    if (!strcmp(way, "ring-register")) done = syscall(SYS_io_uring_register, -1, 4, 0, 0);
    if (!strcmp(way, "good")) done = 0;
    if (done < 0 && !refused(errno)) fprintf(stderr, "%s: %s", way, strerror(errno));
    puts(done >= 0 ? "right" : "refused");
}"#;

/// Relies on: own seccomp filter of the runner, container seccomp.
pub(crate) async fn case_39_other_doors_to_the_kernel_are_shut(server: &Server) -> Held {
    let mut submission = Submission::cpp(format!("{DOORS}{OTHER_DOORS}"));
    let ways = [
        "old",
        "old-socket",
        "x32",
        "x32-getpid",
        "ring",
        "ring-enter",
        "ring-register",
    ];
    for way in ways {
        submission = submission.test(way, "right", RE_OR_WA);
    }
    let outcomes = submission.test("good", "right", AC).judged(server).await?;
    for (way, outcome) in ways.iter().zip(&outcomes).skip(2) {
        require(
            outcome.stderr_excerpt.is_empty(),
            format!("{way} is not refused: {outcome:?}"),
        )?;
    }
    Ok(())
}

/// Reaches for the machine: its clock, its name, its kernel, its log. Success would be one that lets it, or a core file.
const WRECKER: &str = r#"
#include <dirent.h>
#include <sys/klog.h>
#include <sys/io.h>
int main() {
    timespec time{1, 0}; timeval moment{1, 0}; timex adjust{}; adjust.modes = ADJ_OFFSET;
    char bytes[4096];
    for (long way : {0x01234567L, 0x4321fedcL, 0xCDEF0123L, 0x89ABCDEFL})
        shut("reboot", syscall(SYS_reboot, 0xfee1dead, 0x28121969, way, 0));
    shut("clock_settime", clock_settime(CLOCK_REALTIME, &time));
    shut("settimeofday", syscall(SYS_settimeofday, &moment, nullptr));
    shut("adjtimex", adjtimex(&adjust));
    shut("sethostname", sethostname("taken", 5));
    shut("setdomainname", setdomainname("taken", 5));
    shut("log", klogctl(3, bytes, sizeof bytes));
    shut("clear log", klogctl(5, nullptr, 0));
    shut("swapon", syscall(SYS_swapon, "/tmp", 0));
    shut("acct", syscall(SYS_acct, "/tmp/acct"));
    shut("quota", syscall(SYS_quotactl, 0, "", 0, bytes));
    shut("init_module", syscall(SYS_init_module, bytes, 1, ""));
    shut("finit_module", syscall(SYS_finit_module, 0, "", 0));
    shut("delete_module", syscall(SYS_delete_module, "x", 0));
    shut("kexec", syscall(SYS_kexec_load, 0, 0, nullptr, 0));
    shut("bpf", syscall(SYS_bpf, 5, bytes, 48));
    shut("perf", syscall(SYS_perf_event_open, bytes, 0, -1, -1, 0));
    shut("userfaultfd", syscall(SYS_userfaultfd, 1));
    shut("keyctl", syscall(SYS_keyctl, 0, -3, 1));
    shut("add_key", syscall(SYS_add_key, "user", "k", "v", 1, -4));
    shut("personality", syscall(SYS_personality, 0x0040000));
    shut("fanotify", syscall(SYS_fanotify_init, 0, 0));
    shut("inotify", syscall(SYS_inotify_init1, 0));
    shut("iopl", iopl(3));
    shut("ioperm", ioperm(0x80, 1, 1));
    for (const char* path : {"/proc/sysrq-trigger", "/proc/sys/kernel/core_pattern", "/proc/sys/kernel/ns_last_pid",
                             "/proc/sys/vm/drop_caches", "/proc/sys/kernel/hostname", "/sys/power/state", "/dev/kmsg", "/dev/log",
                             "/dev/mem", "/dev/port", "/dev/sda", "/dev/vda", "/sys/fs/cgroup/cgroup.procs",
                             "/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory.max", "/proc/1/cgroup", "/etc/passwd"})
        shut(path, open(path, O_WRONLY));
    for (const char* path : {"/dev/kmsg", "/proc/kmsg", "/dev/mem", "/dev/vda", "/etc/shadow"}) shut(path, open(path, O_RDONLY));
    int log = socket(AF_UNIX, SOCK_DGRAM, 0);
    for (const char* path : {"/dev/log", "/run/systemd/journal/socket", "/run/systemd/journal/dev-log"}) {
        sockaddr_un address{AF_UNIX, ""};
        strcpy(address.sun_path, path);
        shut(path, connect(log, (sockaddr*)&address, sizeof address));
    }
    rlimit core;
    getrlimit(RLIMIT_CORE, &core);
    if (core.rlim_cur || core.rlim_max) puts("core files are allowed");
    FILE* limits = fopen("/proc/1/limits", "r");
    if (!limits) not_seen("/proc/1");
    while (limits && fgets(bytes, sizeof bytes, limits)) {
        unsigned long most;
        if (!strncmp(bytes, "Max core", 8) && (sscanf(bytes, "Max core file size %lu", &most) != 1 || most)) puts("core files of the runner");
    }
    int ended = 0;
    if (fork() == 0) { prctl(PR_SET_DUMPABLE, 1); raise(SIGSEGV); }
    wait(&ended);
    if (!WIFSIGNALED(ended) || WCOREDUMP(ended)) puts("a core was dumped");
    DIR* directory = opendir("/tmp");
    while (dirent* entry = readdir(directory)) if (entry->d_name[0] != '.') printf("left %s\n", entry->d_name);
    puts("done");
}"#;

/// Relies on: own seccomp filter of the runner, container seccomp, dropped capabilities, core dumps off, read-only root.
pub(crate) async fn case_40_the_machine_cannot_be_touched(server: &Server) -> Held {
    Submission::cpp(format!("{DOORS}{WRECKER}"))
        .test("", "done", AC)
        .test("", "done", AC)
        .judged(server)
        .await
        .map(drop)
}

/// Wants to be served first, then works on as many cores as there are. Success would be a better place, or more
/// than one core's time.
const PUSHER: &str = r#"
#include <thread>
static double number_in(const char* path) {
    double number = -1;
    FILE* file = fopen(path, "r");
    if (file && fscanf(file, "%lf", &number) != 1) number = 1e9;
    return number;
}
// In cores, of either version of control groups; 0 where there are none to be seen, and only the time taken tells.
static double quota() {
    if (access("/sys/fs", F_OK) != 0) return 0;
    double period = 1e5, quota = number_in("/sys/fs/cgroup/cpu.max");
    for (const char* group : {"cpu", "cpu,cpuacct"}) {
        char path[128];
        snprintf(path, sizeof path, "/sys/fs/cgroup/%s/cpu.cfs_period_us", group);
        if (number_in(path) < 0) continue;
        period = number_in(path);
        snprintf(path, sizeof path, "/sys/fs/cgroup/%s/cpu.cfs_quota_us", group);
        quota = number_in(path);
    }
    return quota < 0 ? 1e9 : quota / period;
}
int main() {
    cpu_set_t all;
    memset(&all, 0xff, sizeof all);
    sched_setaffinity(0, sizeof all, &all);
    sched_getaffinity(0, sizeof all, &all);
    sched_param first{1};
    for (int kind : {SCHED_FIFO, SCHED_RR}) shut("real time", sched_setscheduler(0, kind, &first));
    struct { unsigned size, policy; unsigned long long flags; int nice; unsigned priority; unsigned long long runtime, deadline, period; }
        deadline{48, 6, 0, 0, 0, 10000000, 30000000, 30000000};
    shut("deadline", syscall(SYS_sched_setattr, 0, &deadline, 0));
    shut("nice", setpriority(PRIO_PROCESS, 0, -20));
    shut("nice of all", setpriority(PRIO_USER, 0, -20));
    shut("disk", syscall(SYS_ioprio_set, 1, 0, 1 << 13));
    char way = getchar();
    if (quota() > 1 && CPU_COUNT(&all) > 1) printf("%.1f cores\n", quota());
    puts("done");
    fflush(stdout);
    for (int i = 0; i < 8 && way == 's'; i++) std::thread([] { for (;;) asm volatile(""); }).detach();
    while (way == 's') asm volatile("");
    _exit(0);
}"#;

/// Relies on: the CPU quota of one core.
pub(crate) async fn case_41_one_core_is_all_there_is(server: &Server) -> Held {
    let outcomes = Submission::cpp(format!("{DOORS}{PUSHER}"))
        .cpu_ms(2_000)
        .wall_ms(30_000)
        .test("try", "done", AC)
        .test("spin", "done", TLE)
        .judged(server)
        .await?;
    let (cpu, wall) = (cpu_time(&outcomes[1]), wall_time(&outcomes[1]));
    require(
        cpu <= wall + wall / 5 + Duration::from_millis(100),
        format!("{cpu:?} of CPU time within {wall:?}"),
    )
}
