#!/usr/bin/env bash
# Gets the program `prometheus`, with which tests ask what dashboards ask: prometheus.sh DIR. Installs nothing, and does
# nothing where it is there.
set -euo pipefail

say() { printf 'setup: %s\n' "$*" >&2; }

folder=${1:?usage: prometheus.sh DIR}
[ -x "$folder/prometheus" ] && exit 0
mkdir -p "$folder"
if installed=$(command -v prometheus); then
    ln -sf "$installed" "$folder/prometheus"
    exit 0
fi

fail() {
    say "$1: install prometheus, and run this again"
    exit 1
}

command -v dpkg-deb >/dev/null && command -v apt-get >/dev/null || fail "prometheus is missing, and this is not Debian"
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
# Where the lists of packages are missing or old, only root can get others.
download() { (cd "$place" && apt-get download -qq prometheus 2>/dev/null); }
update() { if [ "$(id -u)" = 0 ]; then apt-get update -qq; else sudo -n apt-get update -qq; fi; }
download || { update && download; } || fail "the package prometheus cannot be had"
dpkg-deb -x "$place"/prometheus_*.deb "$place/unpacked"
mv "$place/unpacked/usr/bin/prometheus" "$folder/prometheus"
say "prometheus is ready"
