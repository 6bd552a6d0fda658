//! All daemons as processes of their own give what one process gives.

use std::fmt::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use synthsmith_testkit::engine_or_skip;

use crate::command::{Place, Process, assert_same, succeed};

const DAEMONS: [&str; 8] = [
    "teacher",
    "gateway",
    "verifier",
    "feature-evolver",
    "task-synth",
    "solver",
    "test-gen",
    "orchestrator",
];

#[test]
fn separate_processes_give_the_same_bytes_as_one() {
    if !engine_or_skip("separate_processes_give_the_same_bytes_as_one") {
        return;
    }
    let place = Place::new();
    succeed(place.small_run("one", &[]));

    let ports = free_ports(DAEMONS.len());
    let config = place.path("cluster.toml");
    std::fs::write(&config, configuration(&place.path("cluster"), &ports)).unwrap();
    let daemons: Vec<Process> = DAEMONS.iter().map(|name| start(name, &config)).collect();
    wait_until_listening(&ports);
    let orchestrator = format!("http://127.0.0.1:{}", ports[7]);
    let more = [
        "--connect",
        orchestrator.as_str(),
        "--config",
        "cluster.toml",
    ];
    succeed(place.small_run("many", &more));
    let verifier = format!("http://127.0.0.1:{}", ports[2]);
    std::fs::write(place.path("two.py"), "print(2)").unwrap();
    let two = succeed(place.synthsmith(&["exec", "two.py", "--connect", &verifier]));
    assert_eq!(two.stdout, b"2\n");
    let mut no_verifier = place.synthsmith(&["exec", "two.py", "--connect", &orchestrator]);
    assert_eq!(no_verifier.output().unwrap().status.code(), Some(2));
    drop(daemons);
    assert_same(&place.data("one"), &place.data("many"));
}

/// Ports that were free a moment ago; a daemon that loses the race fails the test, and says why.
fn free_ports(count: usize) -> Vec<u16> {
    let listeners: Vec<TcpListener> = (0..count)
        .map(|_| TcpListener::bind("127.0.0.1:0").unwrap())
        .collect();
    let port = |listener: &TcpListener| listener.local_addr().unwrap().port();
    listeners.iter().map(port).collect()
}

fn configuration(state: &Path, ports: &[u16]) -> String {
    let mut text = String::new();
    for (name, port) in DAEMONS.iter().zip(ports) {
        let table = name.replace('-', "_");
        let loopback = |port: u16| format!("\"127.0.0.1:{port}\"");
        let listen = loopback(*port);
        let admin = loopback(0);
        writeln!(
            text,
            "[server.{table}]\nlisten = {listen}\nadmin_listen = {admin}"
        )
        .unwrap();
    }
    let at = |index: usize| format!("\"http://127.0.0.1:{}\"", ports[index]);
    let state = state.display();
    writeln!(text, "[gateway]\nstore_path = \"{state}/gateway.sqlite\"").unwrap();
    writeln!(
        text,
        "[gateway.endpoint]\nbase_url = \"http://127.0.0.1:{}/v1\"",
        ports[0]
    )
    .unwrap();
    for table in ["feature_evolver", "task_synth", "solver", "test_gen"] {
        writeln!(text, "[{table}]\ngateway_address = {}", at(1)).unwrap();
        if table == "test_gen" {
            writeln!(text, "verifier_address = {}", at(2)).unwrap();
        }
    }
    writeln!(text, "[orchestrator]\nstore = \"{state}/orchestrator\"").unwrap();
    writeln!(
        text,
        "[orchestrator.services]\ngateway = {}\nverifier = {}",
        at(1),
        at(2)
    )
    .unwrap();
    writeln!(text, "feature_evolver = {}\ntask_synth = {}", at(3), at(4)).unwrap();
    writeln!(text, "solver = {}\ntest_gen = {}", at(5), at(6)).unwrap();
    text
}

fn start(name: &str, config: &Path) -> Process {
    let program = daemon_binary(name);
    let child = Command::new(&program)
        .arg("--config")
        .arg(config)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| panic!("cannot start {}: {error}", program.display()));
    Process(child)
}

/// Beside the command; `make test` builds them all.
fn daemon_binary(name: &str) -> PathBuf {
    Path::new(env!("CARGO_BIN_EXE_synthsmith")).with_file_name(format!("synthsmith-{name}"))
}

fn wait_until_listening(ports: &[u16]) {
    for port in ports {
        synthsmith_testkit::eventually(&format!("port {port} is listened on"), || {
            std::net::TcpStream::connect(("127.0.0.1", *port)).is_ok()
        });
    }
}
