#!/usr/bin/env bash
# Makes sure that what the build needs beside Rust is there: a C compiler, and the test runner.
set -euo pipefail

say() { printf 'setup: %s\n' "$*" >&2; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

if ! command -v cargo >/dev/null; then
    say "Rust is missing: install it with rustup (https://rustup.rs), and run this again"
    exit 1
fi
if ! command -v cc >/dev/null; then
    if ! as_root true 2>/dev/null; then
        say "a C compiler is missing: sudo apt-get install gcc libc6-dev, and run this again"
        exit 1
    fi
    say "installing gcc"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends gcc libc6-dev >/dev/null
fi
