//! `synthsmith exec`: one program, one input; and what an interrupted command leaves behind.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::process::{Output, Stdio};
use std::time::Duration;

use bollard::Docker;
use bollard::query_parameters::ListContainersOptionsBuilder;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use synthsmith_testkit::engine_or_skip;

use crate::command::{Place, Process};

const OWNER_LABEL: &str = "synthsmith.owner";
/// Copies its input; with one that is empty it fails.
const COPY: &str = "\
import sys
data = sys.stdin.buffer.read()
sys.stdout.buffer.write(data)
print('\\x1b[2Jread', len(data), file=sys.stderr)
sys.exit(len(data) == 0)
";

fn exec(place: &Place, args: &[&str], input: &[u8]) -> Output {
    let args: Vec<&str> = ["exec"].iter().chain(args).copied().collect();
    let mut command = place.synthsmith(&args);
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn what_a_program_prints_is_printed_and_what_it_used_is_said() {
    if !engine_or_skip("what_a_program_prints_is_printed_and_what_it_used_is_said") {
        return;
    }
    let place = Place::new();
    std::fs::write(place.path("copy.py"), COPY).unwrap();
    std::fs::write(place.path("bytes"), b"a\xff\x1b\0").unwrap();

    let piped = exec(&place, &["copy.py"], b"a\xff\x1b\0");
    let said = String::from_utf8(piped.stderr).unwrap();
    assert_eq!(piped.status.code(), Some(0), "{said}");
    assert_eq!(piped.stdout, b"a\xff\x1b\0");
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines[0], "\u{fffd}[2Jread 4");
    assert!(
        lines[1].starts_with("ok; ") && lines[1].ends_with(" MiB"),
        "{said}"
    );

    let json = exec(
        &place,
        &["copy.py", "--input", "bytes", "--json"],
        b"not that",
    );
    let json: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(
        (&json["status"], &json["output_base64"]),
        (&"ok".into(), &"Yf8bAA==".into())
    );

    let failed = exec(&place, &["copy.py", "--input", "-"], b"");
    let said = String::from_utf8(failed.stderr).unwrap();
    assert_eq!((failed.status.code(), failed.stdout), (Some(1), Vec::new()));
    assert!(said.contains("runtime error, exit code 1"), "{said}");
}

/// When the command is interrupted.
#[derive(Debug, Clone, Copy)]
enum Moment {
    /// Its first container is there.
    Starting,
    /// Its verifier serves, and a moment later the program runs.
    Running,
}

#[tokio::test]
async fn an_interrupted_command_leaves_no_container() {
    if !engine_or_skip("an_interrupted_command_leaves_no_container") {
        return;
    }
    let place = Place::new();
    std::fs::write(place.path("loop.py"), "while True: pass").unwrap();
    for moment in [Moment::Starting, Moment::Running] {
        let args = ["exec", "loop.py", "--cpu", "60", "--log", "info"];
        let mut process = Process(place.synthsmith(&args).spawn().unwrap());
        let mut said = BufReader::new(process.0.stderr.take().unwrap());
        let pid = process.0.id();
        match moment {
            Moment::Starting => while containers_of(pid).await == 0 {},
            Moment::Running => {
                until(&mut said, "serving");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
        kill_process(Pid::from_raw(pid.cast_signed()).unwrap(), Signal::INT).unwrap();
        let mut rest = String::new();
        said.read_to_string(&mut rest).unwrap();
        let status = process.0.wait().unwrap();
        assert_eq!(status.code(), Some(130), "{moment:?}: {rest}");
        assert!(rest.ends_with("synthsmith: interrupted\n"), "{rest}");
        assert_eq!(containers_of(pid).await, 0, "{moment:?}: {rest}");
    }
}

fn until(lines: &mut impl BufRead, word: &str) {
    let mut line = String::new();
    while !line.contains(word) {
        line.clear();
        let count = lines.read_line(&mut line).unwrap();
        assert_ne!(count, 0, "it ended and never said '{word}'");
    }
}

/// How many containers a process owns.
async fn containers_of(process: u32) -> usize {
    let docker = Docker::connect_with_defaults().unwrap();
    let filters = HashMap::from([("label", vec![OWNER_LABEL])]);
    let options = ListContainersOptionsBuilder::default()
        .all(true)
        .filters(&filters)
        .build();
    let containers = docker.list_containers(Some(options)).await.unwrap();
    let mark = format!(" {process} ");
    let owners = containers.iter().filter_map(|container| {
        let labels = container.labels.as_ref()?;
        labels.get(OWNER_LABEL)
    });
    owners.filter(|owner| owner.contains(&mark)).count()
}
