#!/usr/bin/env bash
# Prints `kvm` where it works, else `icount`, a kind of emulation: accelerator.sh ROOT. A device that exists may still fail, so the
# machine is booted with it.
. "$(dirname "$0")/prelude.sh"
root=$1
within_seconds=30

boots() {
    "$(dirname "$0")/boot.sh" kvm "$within_seconds" "$root" "$vm/probe" dropped VM_PROBE=1 "$root/disk" && grep -q alive "$vm/probe"
}

if [ -n "${VM_ACCELERATOR:-}" ]; then
    printf '%s\n' "$VM_ACCELERATOR"
elif [ ! -w /dev/kvm ]; then
    say "/dev/kvm is missing or not ours to use: emulation, many times slower"
    echo icount
elif boots >"$vm/probe.log" 2>&1; then
    echo kvm
else
    say "/dev/kvm is there and does not work (see $vm/probe.log): emulation, many times slower"
    echo icount
fi
