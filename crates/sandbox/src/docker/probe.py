"""Tries the ways out of the sandbox, and prints those that are open."""

import os
import signal
import socket
import sys
import time


def privileges():
    lines = open("/proc/self/status").read().splitlines()
    fields = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
    wanted = {"CapEff": 0, "CapPrm": 0, "NoNewPrivs": 1, "Seccomp": 2}
    # gVisor's kernel does not tell all of them.
    wanted = {name: value for name, value in wanted.items() if name in fields or "Cap" in name}
    found = {name: int(fields[name], 16) for name in wanted}
    if found != wanted or uid_outside() < 10000:
        return found


def uid_outside():
    for line in open("/proc/self/uid_map"):
        first, first_outside, count = map(int, line.split())
        if first <= os.getuid() < first + count:
            return first_outside + os.getuid() - first
    return 0


def network():
    names = [line.split(":")[0].strip() for line in open("/proc/self/net/dev").read().splitlines()[2:]]
    if names not in ([], ["lo"]):
        return names
    try:
        socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    except OSError:
        return None
    return "a socket"


def files():
    others = ("/probe", "/box/probe", "/box/src/main.py", "/etc/passwd", "/dev/probe")
    # Where everyone may write unless the root is read-only.
    for path in ("/var/tmp/probe", "/run/lock/probe", *others):
        try:
            open(path, "a")
        except OSError:
            continue
        return path


def processes():
    for path in ("/sys/fs/cgroup/pids.max", "/sys/fs/cgroup/pids/pids.max"):
        if os.path.exists(path) and open(path).read().strip() == "max":
            return path
    # The first process counts, so one less than the limit can be added.
    for count in range(16):
        try:
            if os.fork() == 0:
                signal.pause()
        except OSError:
            return None
    return count


def doors(*names):
    for name in names:
        found = globals()[name]()
        if found is not None:
            print(name, found)


def cpu():
    # By a child that nobody waits for.
    ended, child_ends = os.pipe()
    if os.fork() == 0:
        while time.process_time() < 0.1:
            pass
        os._exit(0)
    os.close(child_ends)
    os.read(ended, 1)


def memory():
    return len(bytearray(b"x") * (400 << 20))


trial, *rest = sys.stdin.read().split()
globals()[trial](*rest)
