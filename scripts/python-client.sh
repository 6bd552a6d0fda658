#!/usr/bin/env bash
# Builds the wheel of clients/python and installs it into a clean environment: python-client.sh DIR. Does nothing where that
# is up to date. Then DIR/clean has the package and what it needs, DIR/build what checks its types.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'setup: %s\n' "$*" >&2; }

folder=$(realpath -m "${1:?usage: python-client.sh DIR}")
mkdir -p "$folder"
# One at a time: tests and `make setup` may meet.
exec 9>"$folder/lock"
flock 9

state=$(find clients/python/src clients/python/*.* proto/synthsmith scripts/python-client.sh -type f ! -name '*.pyc' -print0 |
    sort -z | xargs -0 sha256sum | sha256sum)
[ "$(cat "$folder/state" 2>/dev/null)" = "$state" ] && "$folder/clean/bin/python" -c 'import synthsmith' 2>/dev/null && exit 0

began=$(date +%s)
scripts/python-env.sh "$folder/build" clients/python/check/requirements.txt
wheels=$(mktemp -d)
trap 'rm -rf "$wheels"' EXIT
(cd clients/python && "$folder/build/bin/python" -m hatchling build --target wheel --directory "$wheels") >/dev/null 2>&1 || {
    say "the wheel of clients/python cannot be built; (cd clients/python && python -m hatchling build) says why"
    exit 1
}
python3 -m venv --clear "$folder/clean"
"$folder/clean/bin/python" -m pip install --quiet --disable-pip-version-check "$wheels"/*.whl
"$folder/build/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --force-reinstall "$wheels"/*.whl
echo "$state" >"$folder/state"
say "the Python package is ready ($(($(date +%s) - began)) s)"
