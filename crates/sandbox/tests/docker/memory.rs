//! What counts as a program's memory, and what does not.

use std::time::Duration;

use bytes::Bytes;
use synthsmith_corpus::OutcomeStatus::{MemoryExceeded, Ok};
use synthsmith_sandbox::{Job, Limits};

use crate::runs::{Ran, job, sandbox};

const MIB: u64 = 1 << 20;

fn within_64_mib(source: &str) -> Job {
    Job {
        limits: Limits {
            wall_time: Duration::from_mins(1),
            ..Limits::new(Duration::from_secs(10), 64 * MIB)
        },
        ..job("cpp17", source)
    }
}

#[tokio::test]
async fn a_large_input_gives_room_to_its_own_run_only() {
    let Some(sandbox) = sandbox("a_large_input_gives_room_to_its_own_run_only").await else {
        return;
    };
    // Takes as many MiB as it is told.
    let source = r#"
#include <cstdio>
#include <cstdlib>
#include <cstring>
int main() {
    long mib; scanf("%ld", &mib);
    volatile char *taken = (char *)malloc(mib << 20);
    memset((char *)taken, 1, mib << 20);
    printf("%d\n", taken[5]);
}"#;
    let large = [b"50 ".as_slice(), &vec![b' '; 60 * MIB as usize]].concat();
    let large = Bytes::from(large);
    let inputs = [
        Bytes::from("100"),
        large,
        Bytes::from("100"),
        Bytes::from("50"),
    ];
    let ran = Ran::on(&sandbox, within_64_mib(source), inputs).await;
    assert_eq!(
        ran.statuses(),
        [MemoryExceeded, Ok, MemoryExceeded, Ok],
        "{:?}",
        ran.outcomes
    );
    sandbox.close().await;
}

#[tokio::test]
async fn a_large_program_takes_nothing_from_its_runs() {
    let Some(sandbox) = sandbox("a_large_program_takes_nothing_from_its_runs").await else {
        return;
    };
    // 24 MiB of numbers in the file, of which only one is ever looked at.
    let source = r#"
#include <cstdio>
#include <cstdlib>
#include <cstring>
volatile char table[24 << 20] = {1};
int main() {
    volatile char *taken = (char *)malloc(60 << 20);
    memset((char *)taken, 1, 60 << 20);
    printf("%d\n", taken[5] + table[0]);
}"#;
    let ran = Ran::on(&sandbox, within_64_mib(source), [""]).await;
    assert_eq!(ran.statuses(), [Ok], "{ran:?}");
    assert_eq!(ran.outputs(), ["2\n"]);
    sandbox.close().await;
}
