#!/usr/bin/env bash
# Runs a step and prints how long it took: timed.sh NAME COMMAND...
set -euo pipefail
name=$1
shift
began=$(date +%s)
"$@"
printf 'setup: %s took %s s\n' "$name" "$(($(date +%s) - began))" >&2
