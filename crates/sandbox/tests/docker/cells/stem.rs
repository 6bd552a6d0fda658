//! Programs in cells that come from an interpreter outside of them, which all cells of a container share.

use synthsmith_corpus::OutcomeStatus::Ok;
use synthsmith_sandbox::{Job, Language};

use super::{in_cell, printed, sandbox};
use crate::runs::Ran;

/// Prints all that the kernel says of a process's rights and surroundings.
const SURROUNDINGS: &str = r#"
import ctypes, os, resource, signal
told = open("/proc/self/status").read().splitlines()
kept = ("Uid", "Gid", "Groups", "NStgid", "Cap", "NoNew", "Seccomp", "Sig", "Shd", "Threads", "Umask", "TracerPid")
passing = ("NStgid", "SigQ")
print([line for line in told if line.startswith(kept) and not line.startswith(passing)])
print(open("/proc/self/limits").read())
print(sorted(line.split(" ", 3)[3] for line in open("/proc/self/mountinfo")))
print(open("/proc/self/uid_map").read(), open("/proc/self/gid_map").read(), open("/proc/self/oom_score_adj").read())
print(os.getppid(), os.getsid(0) == os.getpid(), os.getpgrp() == os.getpid(), os.getcwd(), os.getpriority(0, 0))
print([name for name in os.listdir("/proc") if name.isdigit() and int(name) not in (os.getpid(), 1)])
print(sorted(os.environ.items()), os.listdir("/proc/self/fd"), os.uname().nodename)
libc = ctypes.CDLL(None, use_errno=True)
for number in (308, 272, 165, 101, 317):
    print(number, libc.syscall(number, 0, 0, 0), ctypes.get_errno())
"#;

fn started_in_the_cell(source: &str) -> Job {
    let job = in_cell("python3", source);
    Job {
        language: Language {
            zygote: false,
            ..job.language.clone()
        },
        ..job
    }
}

#[tokio::test]
async fn one_interpreter_serves_all_cells_of_a_container() {
    let test = "one_interpreter_serves_all_cells_of_a_container";
    let Some(sandbox) = sandbox(test).await else {
        return;
    };
    // Where it lies in memory is another place for every interpreter.
    let source = "import os, sys\nprint(id(sys))\nos.environ['LEFT'] = sys.left = 'something'";
    let first = printed(&sandbox, source, &["", ""]).await;
    assert_eq!(printed(&sandbox, source, &["", ""]).await, first);
    assert_eq!(first[0], first[1]);
    let found = "import os, sys\nprint('LEFT' in os.environ, hasattr(sys, 'left'))";
    assert_eq!(printed(&sandbox, found, &[""]).await, ["False False\n"]);
    sandbox.close().await;
}

#[tokio::test]
async fn a_program_from_outside_has_no_more_rights_than_one_that_is_started_in_the_cell() {
    let test = "a_program_from_outside_has_no_more_rights_than_one_that_is_started_in_the_cell";
    let Some(sandbox) = sandbox(test).await else {
        return;
    };
    let from_outside = printed(&sandbox, SURROUNDINGS, &[""]).await;
    let inside = Ran::on(&sandbox, started_in_the_cell(SURROUNDINGS), [""]).await;
    assert_eq!(inside.statuses(), [Ok], "{inside:?}");
    assert_eq!(from_outside, inside.outputs());
    sandbox.close().await;
}

#[tokio::test]
async fn programs_of_another_memory_get_an_interpreter_of_their_own() {
    let test = "programs_of_another_memory_get_an_interpreter_of_their_own";
    let Some(sandbox) = sandbox(test).await else {
        return;
    };
    let source = "import resource\nprint(resource.getrlimit(resource.RLIMIT_STACK)[0])";
    let mut stacks = Vec::new();
    for mebibytes in [64, 96, 64] {
        let mut job = in_cell("python3", source);
        job.limits.memory_bytes = mebibytes << 20;
        let ran = Ran::on(&sandbox, job, ["", ""]).await;
        assert_eq!(ran.statuses(), [Ok, Ok], "{ran:?}");
        stacks.push(ran.outputs());
    }
    assert_eq!(stacks[0], stacks[2]);
    assert_ne!(stacks[0], stacks[1]);
    sandbox.close().await;
}
