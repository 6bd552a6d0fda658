//! Programs that want to talk to someone.

use std::net::{Ipv4Addr, UdpSocket};

use tokio::net::TcpListener;

use crate::server::{Held, Server, require};
use crate::submission::{AC, Submission, WA};

/// Knocks at every address there might be, at the ports it is told. Success would be an answer, or a socket.
const CALLER: &str = r#"
import os, socket, sys
way, *ports = sys.stdin.read().split()
reached = []
def reach(what, act):
    try: act()
    except (OSError, AttributeError): return
    reached.append(what)
def connect(family, kind, address):
    with socket.socket(family, kind) as caller:
        caller.settimeout(0.3)
        caller.connect(address)
        caller.send(b"hello")
hosts = ["127.0.0.1", "172.17.0.1", "172.18.0.1", "169.254.169.254", "10.0.2.2", "192.168.65.2"]
for host in hosts:
    for port in [*map(int, ports), 80, 53, 6379, 2375]:
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            reach((host, port), lambda: connect(socket.AF_INET, kind, (host, port)))
for port in map(int, ports):
    reach("::1", lambda: connect(socket.AF_INET6, socket.SOCK_STREAM, ("::1", port)))
for cid in (0, 1, 2):
    reach(("vsock", cid), lambda: connect(socket.AF_VSOCK, socket.SOCK_STREAM, (cid, 1024)))
for path in ("/run/docker.sock", "/var/run/docker.sock", "/run/containerd/containerd.sock", "/run/dbus/system_bus_socket", "\0docker"):
    reach(path, lambda: connect(socket.AF_UNIX, socket.SOCK_STREAM, path))
for name in ("example.com", "host.docker.internal", "gateway.docker.internal"):
    reach(name, lambda: socket.getaddrinfo(name, 80))
for family in range(64):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
        if family != socket.AF_UNIX: reach(("a socket", family, kind), lambda: socket.socket(family, kind).close())
links = [line.split(":")[0].strip() for line in open("/proc/self/net/dev").read().splitlines()[2:]]
if way == "reach": print("right" if reached else "nobody")
else: print(reached, [link for link in links if link != "lo"], open("/proc/self/net/route").read().splitlines()[1:])
"#;

/// Relies on: network none, own seccomp filter of the runner.
pub(crate) async fn case_38_there_is_no_network(server: &Server) -> Held {
    let bait = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)).await.unwrap();
    let datagrams = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).unwrap();
    datagrams.set_nonblocking(true).unwrap();
    let own_port = server.url.rsplit(':').next().unwrap_or_default();
    let bait_port = bait.local_addr().unwrap().port();
    let datagram_port = datagrams.local_addr().unwrap().port();
    let ports = format!("{own_port} {bait_port} {datagram_port}");
    Submission::python(CALLER)
        .cpu_ms(3_000)
        .wall_ms(60_000)
        .test(format!("reach {ports}"), "right", WA)
        .test(format!("tell {ports}"), "[] [] []", AC)
        .judged(server)
        .await?;
    let called = tokio::time::timeout(std::time::Duration::ZERO, bait.accept()).await;
    require(called.is_err(), "a program reached the test's own port")?;
    let got = datagrams.recv(&mut [0; 16]);
    require(got.is_err(), "a datagram reached the test's own port")
}
