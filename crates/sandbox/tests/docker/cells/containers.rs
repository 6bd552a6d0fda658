//! Which cells share a container, and when it is replaced.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use bollard::query_parameters::{InspectContainerOptions, RemoveContainerOptionsBuilder};
use synthsmith_corpus::OutcomeStatus::{MemoryExceeded, Ok};
use synthsmith_sandbox::{Input, Sandbox as _};

use super::{in_batch, in_cell, place, printed, sandbox, sandbox_of};
use crate::life::{docker, own_mark, owned_by};
use crate::runs::Ran;

const GONE_WITHIN: Duration = Duration::from_secs(2);

#[tokio::test]
async fn cells_of_one_batch_follow_each_other_in_one_container() {
    let test = "cells_of_one_batch_follow_each_other_in_one_container";
    let Some(sandbox) = sandbox(test).await else {
        return;
    };
    let first = place(&sandbox, "one").await;
    for _ in 0..5 {
        assert_eq!(place(&sandbox, "one").await, first);
    }
    sandbox.close().await;
}

#[tokio::test]
async fn a_container_is_replaced_after_its_cells() {
    let Some(sandbox) = sandbox_of("a_container_is_replaced_after_its_cells", 1, 3).await else {
        return;
    };
    // Else the cell in which the sandbox was proved would count.
    let mut places = Vec::new();
    for _ in 0..7 {
        places.push(place(&sandbox, "one").await);
    }
    let alike: Vec<usize> = places.chunk_by(PartialEq::eq).map(<[_]>::len).collect();
    assert_eq!(alike, [3, 3, 1], "{places:?}");
    let distinct: BTreeSet<_> = places.iter().collect();
    assert_eq!(distinct.len(), 3, "{places:?}");
    sandbox.close().await;
}

#[tokio::test]
async fn a_batch_makes_room_for_another_and_none_comes_into_its_container() {
    let test = "a_batch_makes_room_for_another_and_none_comes_into_its_container";
    let Some(sandbox) = sandbox(test).await else {
        return;
    };
    let mut seen = BTreeSet::new();
    // A batch is its whole name.
    for batch in ["one", "two", "one", "", "One", "one "] {
        let place = place(&sandbox, batch).await;
        assert!(
            seen.insert(place),
            "{batch:?} came into another's container"
        );
    }
    sandbox.close().await;
}

#[tokio::test]
async fn batches_that_run_at_the_same_time_never_share_a_container() {
    let test = "batches_that_run_at_the_same_time_never_share_a_container";
    let Some(sandbox) = sandbox_of(test, 2, 4).await else {
        return;
    };
    let places_of = async |batch: &'static str| {
        let mut places = BTreeSet::new();
        for _ in 0..6 {
            places.insert(place(&sandbox, batch).await);
        }
        places
    };
    let (one, two, three) = tokio::join!(places_of("one"), places_of("two"), places_of("three"));
    for (batch, other) in [(&one, &two), (&two, &three), (&three, &one)] {
        assert!(batch.is_disjoint(other), "{batch:?} {other:?}");
    }
    sandbox.close().await;
}

/// A child uses up the memory so fast that the kernel comes before the runner, and its parent tells who it was.
const GREEDY: &str = r#"
#include <cstdio>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
int main() {
    int ended = 0;
    if (fork() == 0) {
        const size_t size = 1UL << 30;
        void* all = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        madvise(all, size, MADV_HUGEPAGE);
        madvise(all, size, 23);
        for (size_t at = 0; at < size; at += 4096) ((volatile char*)all)[at] = 1;
        _exit(0);
    }
    wait(&ended);
    puts(WIFSIGNALED(ended) ? "killed" : "spared");
}"#;

#[tokio::test]
async fn a_container_in_which_the_kernel_killed_for_memory_is_replaced() {
    let test = "a_container_in_which_the_kernel_killed_for_memory_is_replaced";
    let Some(sandbox) = sandbox(test).await else {
        return;
    };
    // Mostly the first time; where the runner was faster it ended everything itself, and nothing is printed.
    for _ in 0..20 {
        let before = place(&sandbox, "").await;
        let ran = Ran::on(&sandbox, in_cell("cpp17", GREEDY), [""]).await;
        assert_eq!(ran.statuses(), [MemoryExceeded], "{ran:?}");
        let after = place(&sandbox, "").await;
        if ran.outputs() == ["killed\n"] {
            assert_ne!(after, before);
            sandbox.close().await;
            return;
        }
    }
    panic!("the kernel never came first");
}

#[tokio::test]
async fn containers_that_go_while_they_wait_are_missed_by_nobody() {
    let test = "containers_that_go_while_they_wait_are_missed_by_nobody";
    let Some(sandbox) = sandbox_of(test, 2, 1_000).await else {
        return;
    };
    // Two of one batch, since each is held until the other is there.
    let compile = || sandbox.compile(in_batch("one", "python3", "print(input())"));
    let (first, second) = tokio::join!(compile(), compile());
    drop((first.unwrap(), second.unwrap()));
    tokio::time::sleep(Duration::from_secs(1)).await;
    let docker = docker().await;
    for id in owned_by(&docker, &own_mark()).await {
        let options = RemoveContainerOptionsBuilder::default().force(true).build();
        docker.remove_container(&id, Some(options)).await.unwrap();
    }
    for _ in 0..3 {
        let job = in_batch("one", "python3", "print(input())");
        let ran = Ran::on(&sandbox, job, ["right"]).await;
        assert_eq!(ran.outputs(), ["right\n"]);
    }
    sandbox.close().await;
}

#[tokio::test]
async fn a_program_that_is_given_up_takes_its_container_along_and_the_next_cell_is_a_new_one() {
    let test = "a_program_that_is_given_up_takes_its_container_along";
    let Some(sandbox) = sandbox(test).await else {
        return;
    };
    let docker = docker().await;
    for source in ["while True: pass", "import time\ntime.sleep(100)"] {
        let before = place(&sandbox, "").await;
        let of_cells = cell_containers(&docker).await;
        let mut endless = in_cell("python3", source);
        endless.limits.cpu_time = Duration::from_mins(1);
        endless.limits.wall_time = Duration::from_secs(100);
        let mut runs = sandbox.compile(endless).await.unwrap().runs.unwrap();
        let patience = Duration::from_secs(1);
        let given_up = tokio::time::timeout(patience, runs.run(Input::default())).await;
        assert!(given_up.is_err(), "{given_up:?}");
        drop(runs);
        let left = Instant::now();
        while cell_containers(&docker)
            .await
            .iter()
            .any(|id| of_cells.contains(id))
        {
            assert!(
                left.elapsed() < GONE_WITHIN,
                "{source}: it outlives its program"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_ne!(place(&sandbox, "").await, before);
    }
    sandbox.close().await;
}

/// Those of this process that are for cells, by what only they may do.
async fn cell_containers(docker: &bollard::Docker) -> Vec<String> {
    let mut found = Vec::new();
    for id in owned_by(docker, &own_mark()).await {
        let inspected = docker
            .inspect_container(&id, None::<InspectContainerOptions>)
            .await;
        let host_config = inspected.ok().and_then(|container| container.host_config);
        let tmpfs = host_config.and_then(|host_config| host_config.tmpfs);
        if tmpfs.is_none_or(|tmpfs| tmpfs.is_empty()) {
            found.push(id);
        }
    }
    found
}

/// In a cell nothing is to be seen of these limits, so the engine is asked.
#[tokio::test]
async fn a_container_of_cells_is_bounded_as_any_other() {
    let Some(sandbox) = sandbox("a_container_of_cells_is_bounded_as_any_other").await else {
        return;
    };
    place(&sandbox, "").await;
    let docker = docker().await;
    let of_cells = cell_containers(&docker).await;
    assert_eq!(of_cells.len(), 1);
    let inspected = docker
        .inspect_container(&of_cells[0], None::<InspectContainerOptions>)
        .await;
    let host = inspected.unwrap().host_config.unwrap();
    assert!(
        host.pids_limit
            .is_some_and(|most| (1..=512).contains(&most)),
        "{host:?}"
    );
    assert!(
        host.memory
            .is_some_and(|most| (1..=600 << 20).contains(&most)),
        "{host:?}"
    );
    assert_eq!(host.memory_swap, host.memory);
    assert_eq!(host.nano_cpus, Some(1_000_000_000));
    assert_eq!(host.readonly_rootfs, Some(true));
    assert_eq!(host.privileged, Some(false));
    assert_eq!(host.network_mode.as_deref(), Some("none"));
    assert_eq!(host.cap_drop, Some(vec!["ALL".to_owned()]));
    let added = host.cap_add.unwrap();
    let names = added.iter().map(|name| name.trim_start_matches("CAP_"));
    assert_eq!(names.collect::<Vec<_>>(), ["SETUID", "SETGID"]);
    let options = host.security_opt.unwrap();
    assert!(
        options.contains(&"no-new-privileges:true".to_owned()),
        "{options:?}"
    );
    assert!(
        options.iter().any(|option| option.starts_with("seccomp={")),
        "{options:?}"
    );
    sandbox.close().await;
}

#[tokio::test]
async fn a_program_with_little_memory_leaves_the_next_one_and_its_compiler_theirs() {
    let test = "a_program_with_little_memory_leaves_the_next_one_and_its_compiler_theirs";
    let Some(sandbox) = sandbox(test).await else {
        return;
    };
    let first = place(&sandbox, "").await;
    let mut small = in_cell("python3", "print(1)");
    small.limits.memory_bytes = 64 << 20;
    assert_eq!(Ran::on(&sandbox, small, [""]).await.statuses(), [Ok]);
    let mut large = in_cell("python3", "print(len(bytearray(b'x') * (380 << 20)))");
    large.limits.memory_bytes = 512 << 20;
    // The compiler is a program here that takes as much as the compiler may.
    large.language.compile = ["python3", "-c", "print(len(bytearray(b'x') * (380 << 20)))"]
        .map(str::to_owned)
        .to_vec();
    let ran = Ran::on(&sandbox, large, [""]).await;
    assert!(ran.compilation.succeeded, "{ran:?}");
    assert_eq!(ran.outputs(), ["398458880\n"]);
    assert_eq!(place(&sandbox, "").await, first);
    sandbox.close().await;
}

#[tokio::test]
async fn what_runs_in_a_cell_runs_at_the_first_try_of_many() {
    let test = "what_runs_in_a_cell_runs_at_the_first_try_of_many";
    let Some(sandbox) = sandbox_of(test, 2, 7).await else {
        return;
    };
    let many = async |first: u32| {
        for number in (first..first + 40).step_by(2) {
            let source = format!("print(int(input()) + {number})");
            let seen = printed(&sandbox, &source, &["1", "2"]).await;
            assert_eq!(
                seen,
                [format!("{}\n", number + 1), format!("{}\n", number + 2)]
            );
        }
    };
    tokio::join!(many(0), many(1), many(2));
    sandbox.close().await;
}
