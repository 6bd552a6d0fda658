//! Small attacks, each against one protection that no case isolates, or that a case attacks at length or at others'
//! expense.

use std::net::TcpListener;

use synthsmith_proto::corpus::v1::Verdict;

use crate::server::{Held, Server, require};
use crate::submission::{AC, MLE, OLE, RE, Submission, TLE};

/// Unlike case 38 it calls nobody but this test, since without the protection it may get through.
const CALLER: &str = r#"
import socket
try: socket.create_connection(("127.0.0.1", int(input())), 1)
except OSError: print("nobody")
else: print("reached")
"#;

pub(crate) async fn the_host_is_not_reached(server: &Server) -> Held {
    let bait = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = bait.local_addr().unwrap().port();
    Submission::python(CALLER)
        .test(port.to_string(), "nobody", AC)
        .judged(server)
        .await
        .map(drop)
}

/// Starts far fewer than would hurt, and more than either limit allows.
const CROWD: &str = r"
import os, time
count = 0
try:
    while count < 400:
        if os.fork() == 0: time.sleep(30); os._exit(0)
        count += 1
except OSError: pass
print(count < 320 or count)
";

/// Case 5 would be a fork bomb without a limit.
pub(crate) async fn there_is_no_crowd(server: &Server) -> Held {
    Submission::python(CROWD)
        .cpu_ms(5_000)
        .wall_ms(25_000)
        .memory_mib(1024)
        .test("", "True", AC)
        .judged(server)
        .await
        .map(drop)
}

/// Sleeps shorter than the sleepers of case 2, so that it comes to its end.
pub(crate) async fn a_nap_is_too_long(server: &Server) -> Held {
    Submission::python("import time; time.sleep(2); print('right')")
        .wall_ms(1_000)
        .test("", "right", TLE)
        .judged(server)
        .await
        .map(drop)
}

/// Lets a child work whom it never waits for; the wait here ends without one.
const IDLER: &str = r#"
import os, signal, time
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
if os.fork() == 0:
    while time.process_time() < 1.5: pass
    os._exit(0)
try: os.wait()
except ChildProcessError: pass
print("right")
"#;

pub(crate) async fn work_of_children_counts(server: &Server) -> Held {
    Submission::python(IDLER)
        .cpu_ms(500)
        .wall_ms(20_000)
        .test("", "right", TLE)
        .judged(server)
        .await
        .map(drop)
}

pub(crate) async fn the_program_is_preferred_when_memory_is_short(server: &Server) -> Held {
    Submission::python("print(open('/proc/self/oom_score_adj').read())")
        .test("", "1000", AC)
        .judged(server)
        .await
        .map(drop)
}

/// The filters of system calls refuse to make a queue before this limit does, so all to be seen is the limit.
pub(crate) async fn message_queues_have_no_room(server: &Server) -> Held {
    let source = "import resource; print(resource.getrlimit(resource.RLIMIT_MSGQUEUE))";
    Submission::python(source)
        .test("", "(0, 0)", AC)
        .judged(server)
        .await
        .map(drop)
}

/// Prints and complains more than it may, for less time than it has.
/// Complaints beyond what is kept are dropped, or count as output.
const DROPPED: &[Verdict] = &[Verdict::Ac, Verdict::Ole];

const TALKER: &str = r#"
import os
to = {"out": 1, "err": 2}[input()]
for _ in range(160): os.write(to, bytes(1 << 20))
"#;

pub(crate) async fn endless_output_is_cut(server: &Server) -> Held {
    Submission::python(TALKER)
        .cpu_ms(4_000)
        .wall_ms(20_000)
        .output_mib(8)
        .test("out", "", OLE)
        .judged(server)
        .await
        .map(drop)
}

pub(crate) async fn complaints_take_no_memory(server: &Server) -> Held {
    Submission::python(TALKER)
        .cpu_ms(4_000)
        .wall_ms(20_000)
        .output_mib(60)
        .test("err", "", DROPPED)
        .judged(server)
        .await
        .map(drop)
}

/// Reads nothing of a large input.
pub(crate) async fn an_unread_input_costs_the_program_nothing(server: &Server) -> Held {
    const INPUT_MIB: i64 = 48;
    let input = vec![b'x'; (INPUT_MIB as usize) << 20];
    let outcomes = Submission::python("print('right')")
        .test(input, "right", AC)
        .judged(server)
        .await?;
    let peak = outcomes[0].measures.unwrap_or_default().peak_memory_bytes;
    require(
        peak < (INPUT_MIB - 8) << 20,
        format!("the program used {} MiB", peak >> 20),
    )
}

/// Fills the scratch directory, with data and with names.
const FILLER: &str = r#"
import os
way = input()
if way == "bytes":
    for number in range(48): os.write(os.open(f"/tmp/{number}", os.O_CREAT | os.O_WRONLY), bytes(1 << 20))
if way == "names":
    for number in range(20_000): os.symlink("x", f"/tmp/{number}")
"#;

pub(crate) async fn the_scratch_directory_is_small(server: &Server) -> Held {
    Submission::python(FILLER)
        .test("bytes", "", RE)
        .test("names", "", RE)
        .judged(server)
        .await
        .map(drop)
}

/// Takes twice its limit and ends well, so that only the kernel can tell.
pub(crate) async fn memory_has_an_end(server: &Server) -> Held {
    Submission::python("kept = bytearray(b'x') * (256 << 20); print('right')")
        .test("", "right", MLE)
        .judged(server)
        .await
        .map(drop)
}
