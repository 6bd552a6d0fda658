#!/usr/bin/env bash
# Boots the machine and waits for its end: boot.sh ACCELERATOR SECONDS ROOT RESULTS CHANGES ENVIRONMENT DISK...
# ROOT is the folder of the kernel, the first DISK the machine's root. Disks keep changes if CHANGES is `kept`. The
# console is standard output; what the machine writes to its second serial port is in the file RESULTS.
. "$(dirname "$0")/prelude.sh"
accelerator=$1 limit=$2 root=$3 results=$4 changes=$5 environment=$6
shift 6

case $accelerator in
# A register of that feature cannot be set where the host is itself a guest.
kvm) machine=(-accel kvm -cpu "host,-arch-capabilities" -smp "${VM_CORES:-2}") ;;
# Emulation, as fast as it gets. Five levels of page tables would be one more to walk in software.
tcg) machine=(-accel "tcg,thread=multi,tb-size=512" -cpu "max,la57=off" -smp 2) ;;
# Emulation in which an instruction takes a nanosecond of the guest: however slow or busy the host is, times in the
# guest are those of a machine a few times slower than a real one. It works with a single core only.
icount) machine=(-accel "tcg,tb-size=512" -icount "shift=0,sleep=off" -cpu "max,la57=off" -smp 1) ;;
*) fail "no such accelerator: $accelerator (kvm, tcg, icount)" ;;
esac
snapshot=on
[ "$changes" = kept ] && snapshot=off
disks=()
for disk in "$@"; do
    disks+=(-drive "file=$disk,format=raw,if=virtio,snapshot=$snapshot,cache=unsafe")
done
rm -f "$results"
# The changes of a disk go to files without a name in this folder.
export TMPDIR="$vm"
exec timeout --foreground --kill-after 10 "$limit" qemu-system-x86_64 \
    -machine q35 "${machine[@]}" -m "${VM_MEMORY_MB:-4096}" \
    -nodefaults -no-user-config -no-reboot -display none -device virtio-rng-pci \
    -serial stdio -serial "file:$results" "${disks[@]}" \
    -kernel "$root/kernel" -initrd "$root/initrd" \
    -append "root=/dev/vda rw init=/init console=ttyS0 quiet loglevel=1 panic=-1 cgroup_no_v1=all $environment" </dev/null
