# What the scripts of this folder share; they source it. Everything they make lies in $vm.
# shellcheck shell=bash
set -euo pipefail

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
vm="$repo/target/vm"
mkdir -p "$vm"

say() { printf 'test-vm: %s\n' "$*" >&2; }

fail() {
    say "$*"
    exit 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

# Makes a file system image of a folder: pack FOLDER IMAGE LABEL MIB_TO_SPARE
pack() {
    local folder=$1 image=$2 label=$3 spare=$4 used
    used=$(as_root du -sm "$folder" | cut -f1)
    rm -f "$image"
    : >"$image"
    # An eighth more, for what the file system itself takes.
    as_root mkfs.ext4 -q -L "$label" -m 0 -E root_owner=0:0 -d "$folder" "$image" "$((used + used / 8 + spare))M"
}
