#!/usr/bin/env bash
# Installs what makes and runs the virtual machine, where it is missing.
. "$(dirname "$0")/prelude.sh"

# A program, and the package of Debian that has it.
needed="qemu-system-x86_64:qemu-system-x86 mmdebstrap:mmdebstrap mkfs.ext4:e2fsprogs flock:util-linux"
# Programs for administrators are not in everybody's path.
PATH="$PATH:/usr/sbin:/sbin"

missing=()
for pair in $needed; do
    command -v "${pair%%:*}" >/dev/null || missing+=("${pair#*:}")
done
[ "$(uname -sm)" = "Linux x86_64" ] || fail "the virtual machine needs Linux on x86-64, and this is $(uname -sm)"
as_root true 2>/dev/null || fail "making the machine's disk needs root: run this as root, or with a sudo that asks nothing"
[ "${#missing[@]}" -gt 0 ] || exit 0
command -v apt-get >/dev/null || fail "missing: ${missing[*]} (Debian's names) - install them, and run this again"
say "installing ${missing[*]}"
as_root apt-get update -qq
as_root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null \
    || fail "cannot install ${missing[*]}: apt-get says above why"
