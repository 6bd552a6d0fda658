"""Tries one way out of the sandbox, named on standard input, and prints `held` if it is shut."""

import os
import socket
import sys


def privileges():
    lines = open("/proc/self/status").read().splitlines()
    fields = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
    wanted = {"CapEff": 0, "CapPrm": 0, "NoNewPrivs": 1, "Seccomp": 2}
    found = {name: int(fields[name], 16) for name in wanted}
    return "held" if found == wanted and os.getuid() >= 10000 else found


def network():
    names = [line.split(":")[0].strip() for line in open("/proc/net/dev").read().splitlines()[2:]]
    if names not in ([], ["lo"]):
        return names
    try:
        socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    except OSError:
        return "held"
    return "a socket"


def files():
    for path in ("/probe", "/box/probe", "/box/src/main.py", "/etc/passwd", "/dev/probe"):
        try:
            open(path, "a")
        except OSError:
            continue
        return path
    return "held"


def processes():
    # The first process counts, so one less than the limit can be added.
    for count in range(16):
        try:
            if os.fork() == 0:
                os.execv("/bin/sleep", ["sleep", "60"])
        except OSError:
            return "held"
    return count


def cpu():
    while True:
        pass


def memory():
    return len(bytearray(b"x") * (400 << 20))


print(globals()[sys.stdin.read().strip()]())
