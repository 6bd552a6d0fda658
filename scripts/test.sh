#!/usr/bin/env bash
# Runs the tests: test.sh [--all]. Uses nextest where it is installed.
set -euo pipefail
long=()
[ "${1:-}" = --all ] && long=(--profile all)
if command -v cargo-nextest >/dev/null; then
    exec cargo nextest run --workspace "${long[@]}"
fi
[ "${1:-}" = --all ] && export SYNTHSMITH_LONG_TESTS=1
exec cargo test --workspace
