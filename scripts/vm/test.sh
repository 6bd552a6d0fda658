#!/usr/bin/env bash
# Runs the judge's tests in a virtual machine whose cgroups are version 2: see docs/test-vm.md.
. "$(dirname "$0")/prelude.sh"
cd "$repo/scripts/vm"
PATH="$PATH:/usr/sbin:/sbin"
limit_s=${VM_LIMIT_S:-2400}
export VM_MEMORY_MB=${VM_MEMORY_MB:-4096}

# Emulation keeps one core busy, so every core gets a machine and a share of the tests, as far as there is memory.
fitting_machines() {
    local cores available_mb
    cores=$(nproc)
    available_mb=$(awk '/^MemAvailable:/ { print int($2 / 1024) }' /proc/meminfo)
    while [ "$cores" -gt 1 ] && [ $((cores * (VM_MEMORY_MB + 1024))) -gt "$available_mb" ]; do cores=$((cores - 1)); done
    printf '%s\n' "$cores"
}

# Runs in a process of its own, and becomes the machine.
boot() {
    local share=$1
    exec ./boot.sh "$accelerator" "$limit_s" "$root" "$vm/results-$share" dropped "VM_SHARE=$share VM_SHARES=$machines" \
        "$disk" "$vm/tests.disk" > >(tee "$vm/console-$share.log") 2>&1
}

began=$(date +%s)
./packages.sh
exec 9>"$vm/lock"
flock --nonblock 9 || fail "another run is using $vm"
root=$(./root.sh)
accelerator=$(./accelerator.sh "$root")
# How much more time a program may need, and how many machines there are.
case $accelerator in
kvm) slowness=1 machines=1 ;;
icount) slowness=5 machines=$(fitting_machines) ;;
*) slowness=20 machines=1 ;;
esac
./programs.sh "$slowness"
disk=$(./image.sh "$accelerator" "$root")

say "booting: machines $machines, accelerator $accelerator, at most $limit_s s"
rm -f "$vm"/results-* "$vm"/console-*
processes=()
trap 'kill "${processes[@]}" 2>/dev/null || true' EXIT
for share in $(seq "$machines"); do
    boot "$share" &
    processes+=($!)
done
wait
./summary.sh "$accelerator" "$(($(date +%s) - began))" "$machines"
