//! Programs that fill the scratch directory.

use std::time::{Duration, Instant};

use synthsmith_proto::verifier::v1::execute_program_response::Event;

use crate::server::{Held, Server, require};
use crate::submission::{AC, RE, Submission, wall_time};

/// Writes until it is refused. Success would be to fill more than the scratch directory, or to leave anything.
const WRITER: &str = r#"
import os
way = input()
if way == "big":
    with open("/tmp/big", "wb") as big:
        for _ in range(10 << 10): big.write(bytes(1 << 20))
if way == "sparse": os.truncate(os.open("/tmp/sparse", os.O_CREAT | os.O_RDWR), 10 << 30)
if way == "reserved": os.posix_fallocate(os.open("/tmp/reserved", os.O_CREAT | os.O_RDWR), 0, 10 << 30)
if way == "many":
    for number in range(10 ** 6): open(f"/tmp/{number}", "w").close()
if way == "deep":
    for number in range(10 ** 6): os.mkdir("d" * 255); os.chdir("d" * 255)
if way == "links":
    for number in range(10 ** 6): os.symlink("x" * 4000, f"/tmp/{number}")
if way == "odd":
    for name in ("x" * 255, "\n", "a\nb", "-rf", "*", " ", "\t", "\\", "\x7f\x1b[2J", "\udcff\udcfe", "swept-1", "..."):
        os.mkdir(name)
        os.mkdir(os.path.join(name, name))
        open(os.path.join(name, "\n\n"), "w").close()
        os.chmod(name, 0)
if way == "odd": print("right")
else: print(os.listdir("/tmp"))
"#;

/// Relies on: tmpfs size and inodes, fsize rlimit, sweep of `/tmp` between tests.
pub(crate) async fn case_35_files_without_end_fill_nothing_and_are_gone_soon(
    server: &Server,
) -> Held {
    let mut submission = Submission::python(WRITER).cpu_ms(3_000).wall_ms(20_000);
    for way in ["big", "sparse", "reserved", "many", "deep", "links"] {
        submission = submission.test(way, "right", RE).test("look", "[]", AC);
    }
    submission
        .test("odd", "right", AC)
        .test("look", "[]", AC)
        .judged(server)
        .await?;
    let pause = shortest_pause(server).await?;
    require(
        pause < Duration::from_millis(100),
        format!("cleaning up takes {pause:?}"),
    )
}

/// The least time, over some tests that fill the directory, between two outcomes without the program's own: a busy
/// machine can only make it longer.
async fn shortest_pause(server: &Server) -> Result<Duration, String> {
    let mut submission = Submission::python(WRITER).cpu_ms(3_000).wall_ms(20_000);
    for _ in 0..8 {
        submission = submission.test("many", "", RE);
    }
    let fault = |status: tonic::Status| format!("a fault instead of an outcome: {status:?}");
    let mut client = server.client.clone();
    let call = client.execute_program(submission.execution());
    let mut stream = call.await.map_err(fault)?.into_inner();
    let (mut told, mut shortest) = (Instant::now(), Duration::MAX);
    while let Some(response) = stream.message().await.map_err(fault)? {
        if let Some(Event::Outcome(outcome)) = response.event {
            shortest = shortest.min(told.elapsed().saturating_sub(wall_time(&outcome)));
        }
        told = Instant::now();
    }
    Ok(shortest)
}
