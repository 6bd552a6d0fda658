//! Programs that a zygote starts find and do what they would without one, and do it no harm.

use std::time::Duration;

use synthsmith_corpus::Outcome;
use synthsmith_corpus::OutcomeStatus::{CpuTimeExceeded, MemoryExceeded, Ok, RuntimeError};
use synthsmith_sandbox::{Config, DockerSandbox, Isolation, Job, Language, Limits};

use crate::runs::{Ran, job, sandbox, sandbox_with};

const WAYS: &str = include_str!("zygote/ways.py");

/// A new interpreter for every run.
fn without_zygote(source: &str) -> Job {
    let forked = job("python3", source);
    assert!(forked.language.zygote);
    Job {
        language: Language {
            zygote: false,
            ..forked.language.clone()
        },
        ..forked
    }
}

/// The ways of the program, each with an input that has more lines.
fn inputs() -> Vec<String> {
    let named = |line: &'static str| line.strip_prefix("if way == \"")?.strip_suffix("\":");
    let ways: Vec<&str> = WAYS.lines().filter_map(named).collect();
    assert!(ways.len() >= 35, "{}", ways.len());
    ways.iter()
        .map(|way| format!("{way}\n1 2\n\nlast"))
        .collect()
}

/// All that a client is told of a run and that is not measured.
fn told(outcome: &Outcome) -> String {
    let text = |bytes: &[u8]| without_addresses(&String::from_utf8_lossy(bytes));
    format!(
        "{:?} {:?} {:?} {} bytes\n{}\n{}",
        outcome.status,
        outcome.exit_code,
        outcome.signal,
        outcome.output_size_bytes,
        text(&outcome.output),
        text(&outcome.stderr_excerpt)
    )
}

fn without_addresses(text: &str) -> String {
    let mut parts = text.split("0x");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |all, part| {
        all + "0x" + part.trim_start_matches(|digit: char| digit.is_ascii_hexdigit())
    })
}

#[tokio::test]
async fn a_program_finds_and_does_what_it_would_without_a_zygote() {
    let test = "a_program_finds_and_does_what_it_would_without_a_zygote";
    let Some(sandbox) = sandbox(test).await else {
        return;
    };
    let forked = Ran::on(&sandbox, job("python3", WAYS), inputs()).await;
    let fresh = Ran::on(&sandbox, without_zygote(WAYS), inputs()).await;
    let mut different = Vec::new();
    for ((forked, fresh), input) in forked.outcomes.iter().zip(&fresh.outcomes).zip(inputs()) {
        let (forked, fresh) = (told(forked), told(fresh));
        if forked != fresh {
            different.push(format!("{input:?}\nforked: {forked}\nfresh: {fresh}"));
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n\n"));
    sandbox.close().await;
}

/// Else the other tests here would prove nothing.
#[tokio::test]
async fn programs_are_forked_in_containers_and_in_cells_and_by_their_row_only() {
    let test = "programs_are_forked_in_containers_and_in_cells_and_by_their_row_only";
    let config = Config {
        cell_containers: 1,
        cell_apparmor_profile: synthsmith_testkit::cell_profile(),
        ..Config::default()
    };
    let Some(sandbox) = sandbox_with(test, config).await else {
        return;
    };
    let source = "import sys\nprint('_ctypes' in sys.modules)";
    let in_cell = |job: Job| Job {
        isolation: Isolation::Cell {
            batch: String::new(),
        },
        ..job
    };
    for (job, is_forked) in [
        (job("python3", source), "True\n"),
        (in_cell(job("python3", source)), "True\n"),
        (without_zygote(source), "False\n"),
        (in_cell(without_zygote(source)), "False\n"),
    ] {
        let ran = Ran::on(&sandbox, job, ["", ""]).await;
        assert_eq!(ran.outputs(), [is_forked, is_forked], "{ran:?}");
    }
    sandbox.close().await;
}

#[tokio::test]
async fn a_source_that_cannot_be_read_is_refused_with_the_same_words() {
    let test = "a_source_that_cannot_be_read_is_refused_with_the_same_words";
    let Some(sandbox) = sandbox(test).await else {
        return;
    };
    for source in [
        "print(1",
        "def f():\nreturn 1",
        "x = 1\0",
        "# coding: nothing\n",
        "\u{feff}x = '\\N{no}'",
    ] {
        let forked = Ran::on(&sandbox, job("python3", source), [""]).await;
        let fresh = Ran::on(&sandbox, without_zygote(source), [""]).await;
        assert!(!forked.compilation.succeeded, "{source}");
        let words = |ran: &Ran| String::from_utf8_lossy(&ran.compilation.messages).into_owned();
        assert_eq!(words(&forked), words(&fresh), "{source}");
    }
    sandbox.close().await;
}

async fn ran(sandbox: &DockerSandbox, source: &str, inputs: &[&str]) -> Ran {
    let limits = Limits {
        cpu_time: Duration::from_millis(700),
        wall_time: Duration::from_mins(1),
        ..Limits::new(Duration::from_secs(1), 128 << 20)
    };
    let job = Job {
        limits,
        ..job("python3", source)
    };
    Ran::on(sandbox, job, inputs.iter().map(ToString::to_string)).await
}

#[tokio::test]
async fn a_zygote_is_out_of_a_programs_reach() {
    let Some(sandbox) = sandbox("a_zygote_is_out_of_a_programs_reach").await else {
        return;
    };
    let source = r#"
import ctypes, errno, os, resource, signal, sys
libc = ctypes.CDLL(None, use_errno=True)
others = [int(pid) for pid in os.listdir("/proc") if pid.isdigit() and int(pid) not in (1, os.getpid())]
[zygote] = others
def refused(what, act):
    try: act()
    except OSError: return
    print("allowed:", what)
def call(number, *arguments):
    if libc.syscall(number, *arguments) < 0: raise OSError(ctypes.get_errno(), "")
for number in (0, signal.SIGKILL, signal.SIGSTOP, signal.SIGCONT):
    refused("kill", lambda: os.kill(zygote, number))
refused("kill the runner", lambda: os.kill(os.getppid(), signal.SIGKILL))
try: os.kill(-1, signal.SIGKILL)
except OSError: pass
refused("ptrace", lambda: call(101, 16, zygote, 0, 0))
refused("limits", lambda: resource.prlimit(zygote, resource.RLIMIT_CPU, (1, 1)))
refused("priority", lambda: os.setpriority(os.PRIO_PROCESS, zygote, 19))
refused("affinity", lambda: os.sched_setaffinity(zygote, {0}))
refused("wait", lambda: os.waitpid(zygote, os.WNOHANG))
refused("descriptor", lambda: os.listdir(f"/proc/{zygote}/fd"))
for name, mode in [("mem", "rb"), ("environ", "rb"), ("maps", "rb"), ("oom_score_adj", "w"), ("comm", "w")]:
    refused(name, lambda: open(f"/proc/{zygote}/{name}", mode).read(1) if mode == "rb" else open(f"/proc/{zygote}/{name}", mode).write("5"))
for path in ("/zygote/sitecustomize.py", "/zygote/new", "/box/src/main.py"):
    refused(path, lambda: open(path, "a"))
status = dict(line.split(":\t") for line in open(f"/proc/{zygote}/status").read().splitlines())
print({name: status[name] for name in ("CapInh", "CapPrm", "CapEff", "CapAmb", "NoNewPrivs", "Seccomp", "Threads")})
print(os.stat("/box/src/main.py").st_mode & 0o777 == 0o44, os.stat("/box/src/main.py").st_uid)
"#;
    let runs = ran(&sandbox, source, &["", ""]).await;
    let rights = "{'CapInh': '0000000000000000', 'CapPrm': '0000000000000000', 'CapEff': '0000000000000000', \
                  'CapAmb': '0000000000000000', 'NoNewPrivs': '1', 'Seccomp': '2', 'Threads': '1'}\nTrue 0\n";
    assert_eq!(runs.outputs(), [rights, rights], "{runs:?}");
    sandbox.close().await;
}

#[tokio::test]
async fn whatever_a_run_does_the_next_is_as_good_as_the_first() {
    let test = "whatever_a_run_does_the_next_is_as_good_as_the_first";
    let Some(sandbox) = sandbox(test).await else {
        return;
    };
    let source = r#"
import ctypes, os, resource, signal, sys, threading, time
way = input()
if way == "references":
    for shared in (None, True, 1, "", (), int, sys, os, builtins := sys.modules["builtins"]):
        ctypes.c_ssize_t.from_address(id(shared)).value = 3
    print("references")
    for _ in range(9): (lambda: None)()
if way == "memory":
    ctypes.memset(id(os), 0, 400_000)
if way == "builtins":
    import builtins
    builtins.print = builtins.len = sys.exit = None
    sys.modules.clear()
    sys.path[:] = ["/tmp"]
    os.environ.clear()
if way == "limits":
    for number in range(16): resource.setrlimit(number, (0, 0))
if way == "threads":
    for _ in range(5): threading.Thread(target=time.sleep, args=(99,), daemon=True).start()
    os._exit(0)
if way == "daemon":
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            open("/tmp/left", "w").write(str(os.getpid()))
            time.sleep(99)
        os._exit(0)
    while not os.path.exists("/tmp/left"): time.sleep(0.01)
if way == "files":
    for number in range(2000): os.mkdir(f"/tmp/{number}")
if way == "spin":
    while True: pass
if way == "grow":
    kept = bytearray(b"x") * (900 << 20)
if way == "stop":
    for pid in os.listdir("/proc"):
        try: os.kill(int(pid), signal.SIGSTOP)
        except (OSError, ValueError): pass
if way == "good":
    import builtins
    print(len(os.listdir("/tmp")), len(threading.enumerate()), resource.getrlimit(0)[0] > 1, sys.path[0], os.getppid())
    of_user = f"Uid:\t{os.getuid()}\t"
    print(sum(pid.isdigit() and of_user in open(f"/proc/{pid}/status").read() for pid in os.listdir("/proc")))
"#;
    let bad = [
        "references",
        "memory",
        "builtins",
        "limits",
        "threads",
        "daemon",
        "files",
        "spin",
        "grow",
    ];
    let inputs: Vec<&str> = bad.iter().flat_map(|way| [*way, "good"]).collect();
    let runs = ran(&sandbox, source, &inputs).await;
    let good = "0 1 True /box/src 1\n1\n";
    for (index, input) in inputs.iter().enumerate().skip(1).step_by(2) {
        assert_eq!(
            runs.outputs()[index],
            good,
            "{input} after {:?}",
            runs.outcomes[index - 1]
        );
        assert_eq!(runs.statuses()[index], Ok);
    }
    let status =
        |way: &str| runs.statuses()[inputs.iter().position(|input| *input == way).unwrap()];
    assert_eq!(status("memory"), RuntimeError);
    assert_eq!(status("daemon"), Ok);
    assert_eq!(status("threads"), Ok);
    assert_eq!(status("spin"), CpuTimeExceeded);
    assert_eq!(status("grow"), MemoryExceeded);
    sandbox.close().await;
}

#[tokio::test]
async fn random_numbers_differ_from_run_to_run() {
    let Some(sandbox) = sandbox("random_numbers_differ_from_run_to_run").await else {
        return;
    };
    let source = "import os, random, uuid\nprint(random.random(), os.urandom(4), uuid.uuid4())";
    let mut outputs = ran(&sandbox, source, &["", "", ""]).await.outputs();
    outputs.sort();
    outputs.dedup();
    assert_eq!(outputs.len(), 3, "{outputs:?}");
    sandbox.close().await;
}

#[tokio::test]
async fn an_interpreter_that_becomes_no_zygote_is_done_without() {
    let test = "an_interpreter_that_becomes_no_zygote_is_done_without";
    let Some(sandbox) = sandbox(test).await else {
        return;
    };
    let source =
        "import os\nprint(int(input()) * 2, os.getuid() > 0, os.listdir('/proc').count('1'))";
    let usual = job("python3", source);
    let rows: [&dyn Fn(&mut Language); 4] = [
        // It looks for no module where the runner says.
        &|row| row.run.insert(1, "-E".to_owned()),
        &|row| row.run.insert(1, "-S".to_owned()),
        &|row| row.run[0] = "pypy3".to_owned(),
        &|row| {
            row.environment
                .insert("PYTHONPATH".to_owned(), "/nowhere".to_owned());
        },
    ];
    for (number, change) in rows.into_iter().enumerate() {
        let mut job = usual.clone();
        change(&mut job.language);
        let runs = Ran::on(&sandbox, job, ["1", "2"]).await;
        assert_eq!(
            runs.outputs(),
            ["2 True 1\n", "4 True 1\n"],
            "{number} {runs:?}"
        );
    }
    sandbox.close().await;
}
