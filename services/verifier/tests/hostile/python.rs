//! What is peculiar to Python.

use synthsmith_proto::corpus::v1::Verdict;
use synthsmith_testkit::say;

use crate::server::{Held, Server, require};
use crate::submission::{AC, RE, RE_OR_TLE, Submission, WA, beginning};

/// A program, what is expected of it, and its verdict. None prints the right bytes unless it is accepted.
const TRICKS: [(&str, &[Verdict]); 18] = [
    ("import sys\nsys.exit(0)\nprint('right')", WA),
    ("import os\nprint('right')\nos._exit(0)", WA),
    ("raise SystemExit('right')", RE),
    ("raise SystemExit(None)", WA),
    (
        "import atexit, os\natexit.register(os._exit, 0)\nprint('wrong')",
        WA,
    ),
    ("import atexit\natexit.register(lambda: print('right'))", AC),
    (
        "import builtins\nbuiltins.print = lambda *a: None\nprint('right')",
        WA,
    ),
    (
        "import builtins, sys\nbuiltins.print = lambda *a: sys.stdout.write('right')\nprint('wrong')",
        AC,
    ),
    (
        "import json\njson.dumps = json.loads = lambda *a: 'right'\nopen = lambda *a: 'right'\nprint('wrong')",
        WA,
    ),
    (
        "class Always:\n    def __eq__(self, _): return True\n    def __ne__(self, _): return False\nprint(Always())",
        WA,
    ),
    (
        "class Always(str):\n    def __eq__(self, _): return True\n    __hash__ = str.__hash__\nprint(Always('wrong'))",
        WA,
    ),
    (
        "import sys\nsys.modules.clear()\nsys.modules['sys'] = None\nprint('right')",
        AC,
    ),
    ("import sys\nsys.stdout = sys.stderr\nprint('right')", WA),
    ("import sys\nsys.stdout.close()", WA),
    ("import os\nos.dup2(2, 1)\nprint('right')", WA),
    ("import os\nos.write(1, b'right')\nos._exit(0)", AC),
    ("print('right')\nraise ValueError", RE),
    ("__builtins__.__dict__.clear()", WA),
];

/// Relies on: nothing but the comparison.
pub(crate) async fn case_44_only_the_bytes_that_python_prints_count(server: &Server) -> Held {
    for (source, allowed) in TRICKS {
        Submission::python(source)
            .test("", "right", allowed)
            .judged(server)
            .await
            .map_err(|reason| format!("{source}: {reason}"))?;
    }
    Ok(())
}

/// Leaves modules with names of the interpreter's own, or of a runner's. Success would be one that is imported, now or
/// by the next test.
const IMPOSTOR: &str = r#"
import importlib, os, sys
found = sorted(name for name in sys.modules if "planted" in (getattr(sys.modules[name], "__doc__", "") or ""))
early = [sys.modules[name] for name in ("sitecustomize", "usercustomize") if name in sys.modules]
found += [module.__file__ for module in early if not module.__file__.startswith("/usr/lib/python3")]
names = ("zyg", "zygote", "runner", "resource", "sitecustomize", "usercustomize", "json", "random", "encodings")
for folder in (".", "/tmp", "/box/src", "/tmp/.local/lib/python3.11/site-packages", os.path.dirname(os.__file__)):
    try: os.makedirs(folder, exist_ok=True)
    except OSError: pass
    for name in names:
        try: open(f"{folder}/{name}.py", "w").write(f'"""planted"""\nprint("planted {name}")\n')
        except OSError: pass
for name in names:
    try: module = importlib.import_module(name)
    except ModuleNotFoundError: continue
    if "planted" in (module.__doc__ or ""): found.append(name)
print(found, [path for path in sys.path if path in ("", ".") or path.startswith("/tmp")])
"#;

/// Relies on: sweep of `/tmp` between tests, program file read-only, clean environment.
pub(crate) async fn case_45_modules_named_like_ours_are_not_found(server: &Server) -> Held {
    Submission::python(IMPOSTOR)
        .test("", "[] []", AC)
        .test("", "[] []", AC)
        .judged(server)
        .await
        .map(drop)
}

/// Sources that are none, each twice.
const NO_PYTHON: [&str; 10] = [
    "print(1",
    "if True:\n\tprint(1)\n        print(2)",
    "  print(1)",
    "print(1)\0",
    "\0",
    "# coding: nonsense\nprint(1)",
    "# coding: rot13\ncevag(1)",
    "# coding: utf-16\nprint(1)",
    "# coding: ascii\nprint('é')",
    "return 1",
];
const LATIN: &str = "# -*- coding: latin-1 -*-\nprint(len('é'))";

/// A source that is no UTF-8 cannot be sent: case 56 shows that it is refused.
///
/// Relies on: the check of the syntax reads the source as the interpreter does.
pub(crate) async fn case_46_bad_python_sources_fail_the_same_way_every_time(
    server: &Server,
) -> Held {
    for source in NO_PYTHON {
        for _ in 0..2 {
            Submission::python(source)
                .test("", "1", AC)
                .does_not_compile(server)
                .await
                .map_err(|reason| format!("{source:?}: {reason}"))?;
        }
    }
    Submission::python(LATIN)
        .test("", "2", AC)
        .judged(server)
        .await
        .map(drop)
}

const CHANGING: &str =
    "print({str(i) for i in range(99)}, hash('x'), hash(b'y'), sorted(map(hash, 'abc')))";
const NAMES: &str = "HOME LANG LC_ALL PATH PYTHONHASHSEED TZ";
const LONG_NUMBER: &str = r"
import sys
if input() == 'allowed': sys.set_int_max_str_digits(0)
print(len(str(int('7' * 5000))))
";

/// Relies on: clean environment.
pub(crate) async fn case_47_python_is_the_same_every_time(server: &Server) -> Held {
    let changing = Submission::python(CHANGING)
        .test("", "", AC)
        .test("", "", AC);
    let mut outcomes = changing.outcomes(server).await?;
    outcomes.extend(changing.outcomes(server).await?);
    let same = outcomes
        .windows(2)
        .all(|pair| pair[0].output == pair[1].output);
    let first = beginning(&outcomes[0].output);
    require(same && outcomes.len() == 4, format!("not always {first}"))?;
    Submission::python("import os; print(*sorted(os.environ))")
        .test("", NAMES, AC)
        .judged(server)
        .await?;
    Submission::python(LONG_NUMBER)
        .test("default", "5000", RE)
        .test("allowed", "5000", AC)
        .judged(server)
        .await
        .map(drop)
}

/// Ruins the interpreter it runs in, and its parent if it can. Success would be a next test that notices.
const RUINER: &str = r#"
import ctypes, gc, os, resource, signal, sys, threading, time
way = input()
if way == "none": ctypes.memset(id(None), 0, 8)
if way == "types": ctypes.memset(id(int), 0xff, 400)
if way == "references":
    while True: ctypes.pythonapi.Py_DecRef(ctypes.py_object(way))
if way == "parent":
    os.kill(os.getppid(), signal.SIGKILL)
if way == "attach":
    if ctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0) != 0: sys.exit(1)
if way == "limits":
    for name in ("NOFILE", "NPROC", "FSIZE", "CPU", "STACK"):
        resource.setrlimit(getattr(resource, "RLIMIT_" + name), (1, 1))
    for _ in range(100): open("/dev/null")
if way == "threads":
    for _ in range(20): threading.Thread(target=time.sleep, args=(60,), daemon=False).start()
    os.kill(os.getpid(), signal.SIGABRT)
assert [1, 2] == sorted([2, 1]) and isinstance(1, int)
open("/dev/null").close()
print("right", threading.active_count(), resource.getrlimit(resource.RLIMIT_FSIZE)[1] > 1)
"#;

/// Relies on: a fork of an untouched interpreter for each test, another uid than its, kill of everything after a test that
/// did not end by itself alone.
pub(crate) async fn case_48_a_broken_interpreter_is_gone_with_its_test(server: &Server) -> Held {
    say(
        "case 48: every test is forked from a zygote, or has an interpreter of its own, and is tried to spoil the next",
    );
    let mut submission = Submission::python(RUINER);
    for way in [
        "none",
        "types",
        "references",
        "parent",
        "attach",
        "limits",
        "threads",
    ] {
        submission = submission
            .test(way, "right", RE_OR_TLE)
            .test("good", "right 1 True", AC);
    }
    submission.judged(server).await.map(drop)
}
