#!/usr/bin/env bash
# Makes a Python environment for tests: python-env.sh DIR REQUIREMENTS. Does nothing where it is up to date.
set -euo pipefail

say() { printf 'setup: %s\n' "$*" >&2; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

environment=${1:?usage: python-env.sh DIR REQUIREMENTS}
requirements=${2:?usage: python-env.sh DIR REQUIREMENTS}
installed="$environment/requirements.txt"

# Debian's Python comes without what makes environments.
can_make_one() { python3 -c 'import ensurepip, venv' 2>/dev/null; }

install_python() {
    can_make_one && return 0
    if ! command -v apt-get >/dev/null || ! as_root true 2>/dev/null; then
        say "Python's venv is missing: sudo apt-get install python3-venv, and run this again"
        exit 1
    fi
    say "installing python3-venv"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv >/dev/null
}

is_up_to_date() { cmp -s "$requirements" "$installed" && "$environment/bin/python" -c '' 2>/dev/null; }

is_up_to_date && exit 0
began=$(date +%s)
install_python
python3 -m venv --clear "$environment"
if ! "$environment/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary :all: \
    --requirement "$requirements"; then
    say "the Python packages in $requirements cannot be installed; pip says above why"
    exit 1
fi
cp "$requirements" "$installed"
say "the Python environment $environment is ready ($(($(date +%s) - began)) s)"
