//! Cells: what they keep apart, and what they leave behind.

mod compiler;
mod containers;
mod leftovers;
mod refused;
mod stem;

pub(crate) use refused::cells_are_refused_where_no_namespaces_can_be_made;

use synthsmith_corpus::OutcomeStatus::{self, CpuTimeExceeded, MemoryExceeded, Ok, RuntimeError};
use synthsmith_sandbox::{Config, DockerSandbox, Isolation, Job};

use crate::runs::{Ran, job, sandbox_with};

/// A sandbox with a single container for cells.
async fn sandbox(test: &str) -> Option<DockerSandbox> {
    sandbox_of(test, 1, 1_000).await
}

async fn sandbox_of(test: &str, containers: usize, per_container: u32) -> Option<DockerSandbox> {
    let config = Config {
        cell_containers: containers,
        cell_apparmor_profile: synthsmith_testkit::cell_profile(),
        cells_per_container: per_container,
        ..Config::default()
    };
    sandbox_with(test, config).await
}

fn in_cell(language: &str, source: &str) -> Job {
    in_batch("", language, source)
}

fn in_batch(batch: &str, language: &str, source: &str) -> Job {
    Job {
        isolation: Isolation::Cell {
            batch: batch.to_owned(),
        },
        ..job(language, source)
    }
}

/// Prints a name of the container that no other one ever has: where its files are kept.
const PLACE: &str =
    "print(open('/proc/self/mountinfo').read().split('upperdir=')[1].split(',')[0])\n";

/// The container that the next cell of a batch is in.
async fn place(sandbox: &DockerSandbox, batch: &str) -> String {
    let ran = Ran::on(sandbox, in_batch(batch, "python3", PLACE), [""]).await;
    assert_eq!(ran.statuses(), [Ok], "{ran:?}");
    ran.outputs().remove(0)
}

async fn printed(sandbox: &DockerSandbox, source: &str, inputs: &[&str]) -> Vec<String> {
    let ran = Ran::on(
        sandbox,
        in_cell("python3", source),
        inputs.iter().map(ToString::to_string),
    )
    .await;
    let all_ok = ran.statuses().iter().all(|status| *status == Ok);
    assert!(all_ok, "{ran:?}");
    ran.outputs()
}

#[tokio::test]
async fn programs_of_all_languages_run_in_cells() {
    let test = "programs_of_all_languages_run_in_cells";
    let Some(sandbox) = sandbox(test).await else {
        return;
    };
    let cpp =
        "#include <bits/stdc++.h>\nint main() { long long n; std::cin >> n; std::cout << n * 2; }";
    let c = "#include <stdio.h>\nint main(void) { long long n; scanf(\"%lld\", &n); printf(\"%lld\", n * 2); }";
    let python = "print(int(input()) * 2, end='')";
    for (language, source) in [
        ("cpp17", cpp),
        ("cpp20", cpp),
        ("c17", c),
        ("python3", python),
        ("pypy3", python),
    ] {
        let ran = Ran::on(&sandbox, in_cell(language, source), ["21", "0", "-4"]).await;
        assert_eq!(ran.outputs(), ["42", "0", "-8"], "{language} {ran:?}");
    }
    let broken = Ran::on(&sandbox, in_cell("cpp17", "int main( {"), ["1"]).await;
    assert!(!broken.compilation.succeeded && broken.outcomes.is_empty());
    let ran = Ran::on(&sandbox, in_cell("python3", python), ["3"]).await;
    assert_eq!(ran.outputs(), ["6"]);
    sandbox.close().await;
}

#[tokio::test]
async fn a_program_in_a_cell_has_no_capability_and_cannot_get_one() {
    let test = "a_program_in_a_cell_has_no_capability_and_cannot_get_one";
    let Some(sandbox) = sandbox(test).await else {
        return;
    };
    let source = "
import ctypes, os
status = dict(line.split(':', 1) for line in open('/proc/self/status'))
print([status[name].strip() for name in ('CapInh', 'CapPrm', 'CapEff', 'CapAmb', 'NoNewPrivs', 'Uid', 'Gid', 'Groups')])
libc = ctypes.CDLL(None, use_errno=True)
for call in (lambda: libc.unshare(0x10000000), lambda: libc.mount(b'none', b'/tmp', b'tmpfs', 0, None), lambda: libc.umount2(b'/proc', 2),
             lambda: libc.setresuid(0, 0, 0), lambda: libc.setns(0, 0), lambda: libc.sethostname(b'x', 1), lambda: libc.chroot(b'/tmp'),
             lambda: libc.syscall(56, 0x10000000 | 17, 0, 0, 0, 0)):
    print(call(), end=' ')
print(sorted(name for name in os.listdir('/proc') if name.isdigit()) == [str(os.getpid())], os.listdir('/sys'), open('/proc/self/uid_map').read().split()[2])
";
    let [seen] = printed(&sandbox, source, &[""]).await.try_into().unwrap();
    let none = "0000000000000000";
    let expected = format!(
        "['{none}', '{none}', '{none}', '{none}', '1', '2\\t2\\t2\\t2', '2\\t2\\t2\\t2', '']\n\
         -1 -1 -1 -1 -1 -1 -1 -1 True [] 3\n"
    );
    assert_eq!(seen, expected);
    sandbox.close().await;
}

#[tokio::test]
async fn what_goes_wrong_in_a_cell_ends_with_it() {
    let test = "what_goes_wrong_in_a_cell_ends_with_it";
    let Some(sandbox) = sandbox(test).await else {
        return;
    };
    let source = "
import os
way = input()
open('/tmp/left', 'x').write('x')
if way == 'spin':
    while True: pass
if way == 'grow': print(len(bytearray(b'x') * (400 << 20)))
if way == 'fork':
    while True: os.fork()
if way == 'leave':
    if os.fork() == 0:
        os.setsid()
        while True: pass
print(way)";
    let ways = ["fine", "spin", "leave", "fine", "grow", "fine"];
    let expected = [Ok, CpuTimeExceeded, Ok, Ok, MemoryExceeded, Ok];
    for _ in 0..3 {
        let ran = Ran::on(&sandbox, in_cell("python3", source), ways).await;
        assert_eq!(ran.statuses(), expected, "{ran:?}");
        let ran = Ran::on(&sandbox, in_cell("python3", source), ["fork", "fine"]).await;
        let bomb: OutcomeStatus = ran.outcomes[0].status;
        assert!(matches!(bomb, RuntimeError | CpuTimeExceeded), "{ran:?}");
        assert_eq!(ran.outcomes[1].status, Ok);
    }
    sandbox.close().await;
}
