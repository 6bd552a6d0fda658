#!/usr/bin/env bash
# Runs the tests: test.sh [--all]. Uses nextest where it is installed.
set -euo pipefail
long=()
if [ "${1:-}" = --all ]; then
    long=(--profile all)
fi
# Tests of separate processes start the daemons beside the command. With `--tests`, both builds agree on the features of
# dependencies, and nothing is compiled twice.
cargo build --workspace --bins --tests
if command -v cargo-nextest >/dev/null; then
    exec cargo nextest run --workspace "${long[@]}"
fi
skip=(-- --skip long_)
[ "${1:-}" = --all ] && skip=()
exec cargo test --workspace "${skip[@]}"
