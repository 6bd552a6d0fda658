#!/usr/bin/env bash
# Makes sure that a Docker engine answers: finds one, or installs and starts Debian's.
set -euo pipefail

say() { printf 'setup: %s\n' "$*" >&2; }

engine_answers() {
    local host="${DOCKER_HOST:-unix:///var/run/docker.sock}"
    [ "${host#unix://}" != "$host" ] || return 0 # another transport is the operator's own affair
    curl -sf --max-time 5 --unix-socket "${host#unix://}" http://engine/_ping >/dev/null 2>&1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

missing_packages() {
    local package
    command -v curl >/dev/null || echo curl
    engine_answers && { debootstrapper || echo mmdebstrap; return; }
    command -v dockerd >/dev/null || echo docker.io
    debootstrapper || echo mmdebstrap
}

# Only needed where the base image cannot be pulled; small enough to have at hand.
debootstrapper() { command -v mmdebstrap >/dev/null || command -v debootstrap >/dev/null; }

install_packages() {
    local packages
    packages=$(missing_packages | tr '\n' ' ')
    [ -n "${packages// /}" ] || return 0
    if ! as_root true 2>/dev/null; then
        say "missing: $packages - install them (sudo apt-get install $packages), start Docker, and run this again"
        exit 1
    fi
    say "installing $packages"
    as_root apt-get update -qq
    # shellcheck disable=SC2086 # one word per package
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null
}

start_engine() {
    engine_answers && return 0
    say "starting the Docker engine"
    if [ -d /run/systemd/system ]; then
        as_root systemctl start docker || true
    else
        # Sandboxes have no network, so neither bridge nor firewall rules are needed.
        as_root sh -c 'setsid dockerd --bridge=none --iptables=false >/var/log/dockerd.log 2>&1 </dev/null &'
    fi
    for _ in $(seq 60); do
        engine_answers && return 0
        sleep 1
    done
    say "the Docker engine did not start; see /var/log/dockerd.log, or 'journalctl -u docker'"
    exit 1
}

began=$(date +%s)
install_packages
start_engine
say "the Docker engine answers ($(($(date +%s) - began)) s)"
