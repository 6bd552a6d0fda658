#!/usr/bin/env bash
# Makes the machine's root: a Debian with its cloud kernel and its Docker. Prints its folder, which holds `disk`,
# `kernel` and `initrd`. The name is a hash of the recipe, this file and the first process, so one that exists is right.
. "$(dirname "$0")/prelude.sh"

suite=bookworm
packages=linux-image-cloud-amd64,docker.io,apparmor,iproute2,kmod
# For the images and containers of the tests; the disk is sparse.
spare_mib=12000
init="$repo/scripts/vm/guest/init"

root="$vm/root-$(cat "$0" "$init" | sha256sum | cut -c1-16)"
if [ ! -e "$root/disk" ]; then
    say "making the root of the machine; this takes some minutes, once"
    as_root rm -rf "$vm"/root-*
    mkdir "$root"
    trap 'as_root rm -rf "$root/tree"' EXIT
    as_root mmdebstrap --quiet --variant=minbase --include="$packages" "$suite" "$root/tree" \
        || fail "mmdebstrap cannot make a Debian $suite: it says above why"
    as_root install -m 755 "$init" "$root/tree/init"
    as_root sh -c "cat '$root'/tree/boot/vmlinuz-*" >"$root/kernel"
    as_root sh -c "cat '$root'/tree/boot/initrd.img-*" >"$root/initrd"
    pack "$root/tree" "$root/unfinished" root "$spare_mib"
    mv "$root/unfinished" "$root/disk"
fi
printf '%s\n' "$root"
